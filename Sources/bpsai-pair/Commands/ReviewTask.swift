import ArgumentParser
import PairCore
import Pipeline
import Review

struct ReviewTask: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Check what an agent committed: scope, protected paths, secrets, declared checks.",
    discussion: """
      An agent named with --agent reads the result, too, in a worktree that is thrown away. Ends with status 1 \
      when a finding blocks, and when that agent gives no valid answer.
      """)

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String
  @Option(help: ArgumentHelp("The agent that reads it, too.", valueName: "agent")) var agent: String?
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    let report = try await ResultReview(of: id, in: workspace).run(by: agent)
    if json {
      Terminal.print(try Record.json(report))
    } else {
      Terminal.print(
        "\(report.task): \(report.changedPaths.count.counted("file")) changed in \(report.base.short)..\(report.commit.short)"
      )
      if let review = report.agentReview { Terminal.print(OutcomeText.line(for: review)) }
      for line in OutcomeText.lines(for: report.findings) { Terminal.print(line) }
      for remark in report.agentReview?.remarks ?? [] { Terminal.print("  remark: \(remark)") }
      for check in report.checks where check.passed { Terminal.print("  passed: \(check.name)") }
      Terminal.print(report.blocks ? "The review blocks." : "Nothing blocks.")
    }
    if report.blocks { throw Ended(status: ExitStatus.failed) }
  }
}
