import ArgumentParser
import PairCore
import Pipeline

struct Conflicts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which results will conflict when they are merged, and where.",
    discussion: """
      Looks at every pair of results that are not merged yet, and at each with the commit they would be merged into, \
      without touching a checkout. Ends with status 1 when a pair will conflict.
      """)

  @Argument(help: ArgumentHelp("Only pairs with the results of these tasks.", valueName: "id"))
  var tasks: [String] = []
  @Option(help: ArgumentHelp("The commit that they would be merged into (default: HEAD).", valueName: "rev"))
  var base: String?
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let ids = try tasks.map { try TaskID($0) }
    let report = try await Pipeline.Conflicts(workspace).report(of: ids.isEmpty ? nil : ids, base: base)
    try Terminal.show(report, json: json)
    if !report.conflicts.isEmpty { throw Ended(status: ExitStatus.failed) }
  }
}

extension ConflictReport: Report {
  static var schema: String { "bpsai-pair/conflicts/1" }

  var text: [String] {
    if results.isEmpty { return ["No result waits to be merged into \(base.title)."] }
    let all = "\(results.count.counted("result")) beside \(base.title), \(pairCount.counted("pair"))"
    if conflicts.isEmpty { return ["\(all): none will conflict."] }
    return conflicts.map(\.sentence) + ["\(all): \(conflicts.count.counted("pair")) will conflict."]
  }
}
