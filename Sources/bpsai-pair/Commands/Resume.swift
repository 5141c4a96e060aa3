import ArgumentParser
import PairCore
import Pipeline

struct Resume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let a task's agent go on with what its last run left.",
    discussion: "'bpsai-pair handoff' lets another agent go on; 'bpsai-pair retry' starts over.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let orchestrator = try Orchestrator.ofProcess()
    let id = try orchestrator.requireTask(task)
    if let order = try orchestrator.openWorkflow(of: id) {
      let result = try await orchestrator.resume(order) { assignment, outcome in
        if !json { Terminal.print(order.line(of: assignment, outcome)) }
      }
      let command = "bpsai-pair resume \(id)"
      return try WorkflowOutput.show(result, command, again: "bpsai-pair retry \(id)", json: json)
    }
    try ExecutionOutput.show(try await orchestrator.resume(id), of: id, json: json)
  }
}
