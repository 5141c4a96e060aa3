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
    let report = DoctorReport(items: await (try ProcessContext.ofProcess()).diagnose())
    try Terminal.show(report, json: json)
    if let kind = report.failureKind { throw Ended(status: ExitStatus.of(kind)) }
  }
}

/// What `doctor` answers: a line each, with what to do below it.
struct DoctorReport: Report {
  static let schema = "bpsai-pair/doctor/1"
  let items: [Diagnosis]

  /// Nil when nothing is wrong.
  var failureKind: PairError.Kind? {
    if items.contains(where: \.isUnsupported) { return .unsupported }
    return items.contains { $0.level == .problem } ? .failed : nil
  }

  var text: [String] {
    // As wide as the longest word for a level can be.
    let width = Diagnosis.Level.problem.rawValue.count
    let rows = items.map { item in
      let level = item.level.rawValue
      return [
        level + String(repeating: " ", count: width - level.count), item.topic,
        item.finding.escapedForTerminal(limit: 400),
      ]
    }
    let indent = String(repeating: " ", count: width + (items.map(\.topic.count).max() ?? 0) + 4)
    return zip(rows.inColumns(), items).flatMap { row, item in
      [row] + (item.remedy.map { [indent + "→ " + $0.escapedForTerminal(limit: 400)] } ?? [])
    }
  }
}
