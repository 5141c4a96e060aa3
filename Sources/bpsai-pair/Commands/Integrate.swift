import ArgumentParser
import PairCore
import Pipeline

struct Integrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge a plan's results into one branch, the checks passed on each merge.",
    discussion: """
      The branch is paircoder/_plan/<plan>; no other is written. A result that conflicts, or does not pass once \
      merged, is left out and goes back to an agent, or to all steps of its workflow, which start from that \
      branch; the others go on. Ends with status 1 when a result is left out.
      """)

  @Option(help: ArgumentHelp("The plan, or sprint, whose results to merge.", valueName: "name")) var plan:
    String
  @Option(help: ArgumentHelp("The commit to start from (default: HEAD).", valueName: "rev")) var base: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What agents may cost at most, in US dollars.", valueName: "usd"))
  var maxCost: String?
  @Flag(help: "Show what would be merged, and what would conflict; change nothing.") var dryRun = false
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let request = RunRequest(maxCostInUSD: try Orchestrate.amount(of: maxCost), base: base)
    let workspace = try Workspace.ofProcess()
    let report =
      dryRun
      ? try await PlanIntegration(workspace).forecast(plan, base: base)
      : try await PlanIntegration(workspace).integrate(plan, request, isEnough: { Interrupts.isEnough })
    for fault in report.faults { Terminal.report(fault) }
    let answer = IntegrateReport(report)
    try Terminal.show(answer, json: json)
    if let status = answer.status { throw Ended(status: status) }
  }
}
