/// What keeps one run, and the runs of one task, within bounds.
package struct RunLimits: Hashable, Sendable {
  /// How many agents one run starts at most, the same one again included.
  package var attempts: Int
  /// How often an agent is asked again after trouble that passes, such as a server that is overloaded.
  package var retries: Int
  /// How many runs of one text of a task may fail before a person has to say that it shall go on.
  package var runs: Int
  /// What all agents of one run may take together.
  package var timeInSeconds: Int
  /// After this long without a word an agent is stopped; nil for what its adapter says.
  package var stallInSeconds: Int?
  /// What one agent may print.
  package var outputInBytes: Int
  /// After this many turns an agent that can be told so stops.
  package var turns: Int

  package init(
    attempts: Int = 4, retries: Int = 2, runs: Int = 5, timeInSeconds: Int = 3 * 3600,
    stallInSeconds: Int? = nil, outputInBytes: Int = 256 << 20, turns: Int = 100
  ) {
    self.attempts = attempts
    self.retries = retries
    self.runs = runs
    self.timeInSeconds = timeInSeconds
    self.stallInSeconds = stallInSeconds
    self.outputInBytes = outputInBytes
    self.turns = turns
  }
}
