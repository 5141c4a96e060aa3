import ArgumentParser
import PairCore
import Pipeline
import TaskFiles

struct Retry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a task anew, from its base, however it ended and however often it failed.",
    discussion: "'bpsai-pair resume' goes on with what the last run left instead.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    let result = try await TaskRerun(of: id, in: workspace).retry { line in
      if !json { Terminal.print(line) }
    }
    try Terminal.show(result, next: WorkflowSpec.command(workflow: nil, task: id.text), json: json)
  }
}
