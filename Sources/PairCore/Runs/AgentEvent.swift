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
  /// All that the run used up to now, in place of what an earlier such event said.
  case usage(Usage)
  case finished(message: String?)
  case failed(Failure)
  /// An event of a kind that this version does not know; it is counted, and stays in the transcript.
  case unknown(type: String)
}
