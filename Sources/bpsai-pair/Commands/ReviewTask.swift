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
    try Terminal.show(report, json: json)
    if report.blocks { throw Ended(status: ExitStatus.failed) }
  }
}
