import ArgumentParser
import PairCore
import Pipeline
import TaskFiles

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a task's history, oldest entry first.",
    discussion: "The same history, newest first: git log refs/paircoder/tasks/<ID>")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() throws {
    let orchestrator = try Orchestrator.ofProcess()
    let id = try orchestrator.requireTask(task)
    let history = try orchestrator.history(of: id)
    if history.isEmpty {
      _ = try orchestrator.library().task(id)  // An unknown task is an error, one without a history is not.
      Terminal.say("\(id) has no history yet.")
      return
    }
    for entry in history {
      let time = entry.at?.description ?? "?"
      Terminal.print("\(time)  \(entry.id.short)  \(entry.sentence.escapedForTerminal(limit: 400))")
    }
  }
}
