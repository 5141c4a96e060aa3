public import PairCore

/// How one kind of agent is called, read and judged.
public protocol AgentAdapter: Sendable {
  var name: AgentName { get }
  /// What its program may be called on PATH, best first.
  var programNames: [String] { get }
  /// The agent's name as a result commit's author and in its `Co-Authored-By` trailer.
  var authorName: String { get }

  /// The command that carries out `request`. Reads and changes nothing.
  func command(for request: AgentRequest) -> AgentCommand

  /// A reader for the standard output of one run.
  func makeReader() -> any AgentEventReader

  /// Why the run failed; nil when the agent ended well.
  ///
  /// An exit status of 0 alone proves nothing: the agent must have said in its output that it finished.
  /// Whether it also did something, the worktree tells.
  ///
  /// - Parameters:
  ///   - report: everything that the reader made of the agent's output.
  ///   - stderrTail: the end of what the agent wrote to standard error.
  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure?
}

/// Turns an agent's output into events, line by line. A value per run: later lines refer to earlier ones.
public protocol AgentEventReader: Sendable {
  /// What `line`, without its line feed, says; empty when that is nothing of interest.
  mutating func read(line: [UInt8]) -> [AgentEvent]
}
