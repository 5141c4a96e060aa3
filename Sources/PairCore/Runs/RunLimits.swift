/// What keeps one run, and the runs of one task, within bounds.
package struct RunLimits: Hashable, Sendable {
  /// How many agents one run starts at most, the same one again included.
  package var attempts = 4
  /// How often an agent is asked again after trouble that passes, such as a server that is overloaded.
  package var retries = 2
  /// How many runs of one text of a task may fail before a person has to say that it shall go on.
  package var runs = 5
  /// What all agents of one run may take together.
  package var timeInSeconds = 3 * 3600
  /// After this long without a word an agent is stopped; nil for what its adapter says.
  package var stallInSeconds: Int?
  /// What one agent may print.
  package var outputInBytes = 256 << 20
  /// After this many turns an agent that can be told so stops.
  package var turns = 100

  package static let standard = RunLimits()
}
