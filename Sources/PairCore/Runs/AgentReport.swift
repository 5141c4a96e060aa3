/// What an agent's whole output says, event by event.
package struct AgentReport: Hashable, Sendable {
  package var session: String?
  package private(set) var model: String?
  package private(set) var permissionMode: String?
  /// The agent's last words.
  package private(set) var finalMessage: String?
  package private(set) var usage = Usage()
  package private(set) var failure: Failure?
  /// Whether the agent itself said that it finished.
  package private(set) var saidFinished = false
  /// Why the agent tries something again; nil once it has gone on.
  package private(set) var retryReason: String?
  package private(set) var denials: [String] = []
  /// How often an event came of each kind that this version does not know.
  package private(set) var unknownEvents: [String: Int] = [:]
  private var limitedUntil: Timestamp?

  package init() {}

  /// Whether the agent finished without a word on tokens or cost. One that failed may have used none.
  package var isSilentOnUsage: Bool { saidFinished && usage == Usage() }

  package mutating func take(_ event: AgentEvent) {
    switch event {
    case .message, .toolUsed, .fileChanged, .commandRun, .denied, .finished: retryReason = nil
    case .retrying(let reason): retryReason = reason
    case .started, .rateLimited, .usage, .failed, .unknown: break
    }
    switch event {
    case .started(let session, let model, let permissionMode):
      self.session = session ?? self.session
      self.model = model ?? self.model
      self.permissionMode = permissionMode ?? self.permissionMode
    case .message(let text): finalMessage = text
    case .usage(let usage): self.usage = usage
    case .rateLimited(let until): limitedUntil = until ?? limitedUntil
    case .denied(let tool, let detail): denials.append(detail.isEmpty ? tool : "\(tool): \(detail)")
    case .finished(let message):
      saidFinished = true
      if let message { finalMessage = message }
    case .failed(let failure):
      let until = failure.until ?? (failure.kind == .rateLimited ? limitedUntil : nil)
      self.failure = Failure(failure.kind, failure.detail, until: until)
    case .unknown(let type): count(type)
    case .toolUsed, .fileChanged, .commandRun, .retrying: break
    }
  }

  /// A kind's name is the agent's, so there may be any number of them.
  private mutating func count(_ type: String) {
    let isNew = unknownEvents[type] == nil
    unknownEvents[isNew && unknownEvents.count >= 20 ? "others" : type, default: 0] += 1
  }
}
