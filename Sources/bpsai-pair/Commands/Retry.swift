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
    let orchestrator = try Orchestrator.ofProcess()
    let id = try orchestrator.requireTask(task)
    let file = try orchestrator.library().task(id)
    if let order = try orchestrator.workflowSpec(for: file) {
      let result = try await orchestrator.retry(order) { assignment, outcome in
        if !json { Terminal.print(order.line(of: assignment, outcome)) }
      }
      let command = WorkflowSpec.command(workflow: nil, task: id.text)
      return try WorkflowOutput.show(result, command, again: "bpsai-pair retry \(id)", json: json)
    }
    try ExecutionOutput.show(try await orchestrator.retry(id), of: id, json: json)
  }
}
