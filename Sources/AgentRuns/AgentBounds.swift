package import PairCore

/// What ends an agent before its own end.
package struct AgentBounds: Sendable {
  package let time: Duration
  /// How long it may say nothing: a provider's keep-alive messages can hold it for hours. Nil for no limit.
  package let silence: Duration?
  /// What it may print.
  package let outputInBytes: Int
  /// Whether a person wants the run to stop; asked all the time.
  package let isCancelled: @Sendable () -> Bool
  /// Why what it used, by its model where that is known, costs too much for it to go on; nil while it may. Asked
  /// when more was used. Nil for no limit.
  package let overrun: (@Sendable (Usage, String?) -> String?)?

  package init(
    time: Duration, silence: Duration?, outputInBytes: Int = .max,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    overrun: (@Sendable (Usage, String?) -> String?)? = nil
  ) {
    self.time = time
    self.silence = silence
    self.outputInBytes = outputInBytes
    self.isCancelled = isCancelled
    self.overrun = overrun
  }
}
