/// How an agent's process ended.
public enum AgentExit: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)

  /// The signal that ended the agent; nil when none did. A program that catches one exits with 128 and
  /// its number, as claude 2.1 does on SIGTERM.
  var signal: Int? {
    switch self {
    case .signalled(let signal): signal
    case .exited(let status): (129...159).contains(status) ? status - 128 : nil
    }
  }
}
