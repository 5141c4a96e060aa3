/// How an agent's process ended.
package enum AgentExit: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)

  /// The same, but signalled also for a program that caught the signal and exited with 128 and its number,
  /// as claude 2.1 does on SIGTERM.
  var unwrappingCaughtSignal: AgentExit {
    if case .exited(let status) = self, (129...159).contains(status) {
      .signalled(status - 128)
    } else {
      self
    }
  }
}
