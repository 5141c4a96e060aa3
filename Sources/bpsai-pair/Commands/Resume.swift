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
    try ExecutionOutput.show(try await orchestrator.resume(id), of: id, json: json)
  }
}
