import ArgumentParser
import PairCore
import Pipeline

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at what a run needs, and say what to do where something is missing.",
    discussion: """
      Git, the repository, configuration, approvals, the disk and the agents. Changes nothing. Ends with status \
      0 without a problem, 78 when something is unsupported, 1 for other problems.
      """)

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let found = await (try ProcessContext.ofProcess()).diagnose()
    if json {
      Terminal.print(try Record.json(DoctorRecord(found)))
    } else {
      Terminal.print(DoctorText(found).lines.joined(separator: "\n"))
    }
    if let kind = found.failureKind { throw Ended(status: ExitStatus.of(kind)) }
  }
}

extension [Diagnosis] {
  /// Nil when nothing is wrong.
  fileprivate var failureKind: PairError.Kind? {
    if contains(where: \.isUnsupported) { return .unsupported }
    return contains { $0.level == .problem } ? .failed : nil
  }
}
