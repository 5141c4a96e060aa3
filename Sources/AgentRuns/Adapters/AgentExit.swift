import PairCore

/// How an agent's process ended.
package enum AgentExit: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)

  /// The same, but signalled also for one that caught it and exited with 128 and its number (claude 2.1).
  var unwrappingCaughtSignal: AgentExit {
    guard case .exited(let status) = self, (129...159).contains(status) else { return self }
    return .signalled(status - 128)
  }
}

extension AgentAdapter {
  /// For every agent that prints events: what it said of itself first, then how its process ended.
  func failureOfEventStream(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    if let failure = report.failure { return failure }
    switch (exit.unwrappingCaughtSignal, report.saidFinished) {
    case (.exited(0), true):
      return nil
    case (.exited(0), false):
      return Failure(.badOutput, "The output of \(authorName) ended before it said that it finished.")
    case (.exited(let status), true):
      return Failure(.crashed, "\(authorName) said that it finished, then exited with status \(status).")
    case (.exited(let status), false):
      let words = lastWords(in: stderrTail)
      let kind: FailureClass =
        FailureClass(words: words ?? "") == .notAuthenticated ? .notAuthenticated : .badOutput
      return Failure(kind, words ?? "\(authorName) exited with status \(status) and said nothing.")
    case (.signalled(let signal), _):
      return Failure(.crashed, "\(authorName) was ended by signal \(signal).")
    }
  }

  /// The line that says most about a failure: the first that calls itself an error, else the last.
  private func lastWords(in stderr: String) -> String? {
    let lines = stderr.split(whereSeparator: \.isNewline).map(\.trimmed)
      .filter { !$0.isEmpty && !$0.hasPrefix("Reading additional input from stdin") }
    let line = lines.first { $0.lowercased().hasPrefix("error") } ?? lines.last
    return line.map { String($0.prefix(400)) }
  }
}
