/// What every agent's output is turned into.
package enum AgentEvent: Hashable, Sendable {
  /// The session began; what the agent says of itself, where it does.
  case started(session: String?, model: String?, permissionMode: String?)
  case message(String)
  case toolUsed(name: String, detail: String)
  case fileChanged(path: String)
  case commandRun(command: String, exitCode: Int?)
  case denied(tool: String, detail: String)
  case retrying(reason: String)
  case rateLimited(until: Timestamp?)
  /// All that the run used up to now, in place of what an earlier such event said.
  case usage(Usage)
  case finished(message: String?)
  case failed(Failure)
  /// An event of a kind that this version does not know; it is counted, and stays in the transcript.
  case unknown(type: String)
}

extension AgentEvent {
  /// Without credentials in any field. But the final message stays: a result may be made of it, and is refused with any.
  package func redacted(by redaction: Redaction) -> AgentEvent {
    func hide(_ text: String) -> String { redaction.redacted(text) }
    return switch self {
    case .started(let session, let model, let permissionMode):
      .started(session: session.map(hide), model: model.map(hide), permissionMode: permissionMode.map(hide))
    case .toolUsed(let name, let detail): .toolUsed(name: hide(name), detail: hide(detail))
    case .fileChanged(let path): .fileChanged(path: hide(path))
    case .commandRun(let command, let code): .commandRun(command: hide(command), exitCode: code)
    case .denied(let tool, let detail): .denied(tool: hide(tool), detail: hide(detail))
    case .retrying(let reason): .retrying(reason: hide(reason))
    case .failed(let failure): .failed(failure.redacted(by: redaction))
    case .unknown(let type): .unknown(type: hide(type))
    case .message, .rateLimited, .usage, .finished: self
    }
  }
}
