/// What every agent's output is turned into.
public enum AgentEvent: Hashable, Sendable {
  /// The session began; what the agent says of itself, where it does.
  case started(session: String?, model: String?, permissionMode: String?)
  case message(String)
  case toolUsed(name: String, detail: String)
  case fileChanged(path: String)
  case commandRun(command: String, exitCode: Int?)
  case denied(tool: String, detail: String)
  case retrying(reason: String)
  case rateLimited(until: Timestamp?)
  case usage(Usage)
  case finished(message: String?)
  case failed(Failure)
  /// An event of a kind that this version does not know; it stays in the transcript.
  case unknown(type: String)
}

/// Tokens and money that a run used.
public struct Usage: Hashable, Sendable, Codable {
  public var inputTokens: Int
  public var cachedInputTokens: Int
  public var outputTokens: Int
  /// As the agent reported it, in US dollars; nil where it reports none.
  public var costInUSD: Double?

  public init(
    inputTokens: Int = 0, cachedInputTokens: Int = 0, outputTokens: Int = 0,
    costInUSD: Double? = nil
  ) {
    self.inputTokens = inputTokens
    self.cachedInputTokens = cachedInputTokens
    self.outputTokens = outputTokens
    self.costInUSD = costInUSD
  }

  /// The reported cost, or tokens times the agent's price where it reports none.
  public func cost(for profile: AgentProfile) -> Double {
    costInUSD ?? Double(inputTokens + outputTokens) / 1000 * profile.costPer1kTokensInUSD
  }
}

/// What an agent's whole output says, event by event.
public struct AgentReport: Hashable, Sendable {
  public private(set) var session: String?
  public private(set) var model: String?
  public private(set) var permissionMode: String?
  /// The agent's last words.
  public private(set) var finalMessage: String?
  public private(set) var usage = Usage()
  public private(set) var failure: Failure?
  /// Whether the agent itself said that it finished.
  public private(set) var saidFinished = false
  public private(set) var denials: [String] = []
  public private(set) var unknownEvents = 0
  private var limitedUntil: Timestamp?

  public init() {}

  public mutating func take(_ event: AgentEvent) {
    switch event {
    case .started(let session, let model, let permissionMode):
      self.session = session ?? self.session
      self.model = model ?? self.model
      self.permissionMode = permissionMode ?? self.permissionMode
    case .message(let text): finalMessage = text
    case .usage(let usage): self.usage = usage
    case .rateLimited(let until): limitedUntil = until
    case .denied(let tool, let detail): denials.append(detail.isEmpty ? tool : "\(tool): \(detail)")
    case .finished(let message):
      saidFinished = true
      if let message { finalMessage = message }
    case .failed(let failure):
      self.failure =
        failure.kind == .rateLimited && failure.until == nil
        ? Failure(.rateLimited, failure.detail, until: limitedUntil) : failure
    case .unknown: unknownEvents += 1
    case .toolUsed, .fileChanged, .commandRun, .retrying: break
    }
  }
}
