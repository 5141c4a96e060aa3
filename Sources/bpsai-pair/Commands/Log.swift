import ArgumentParser
import PairCore
import Pipeline
import TaskFiles

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a task's history, oldest entry first.",
    discussion: "The same history, newest first: git log refs/paircoder/tasks/<ID>")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String?
  @Flag(help: "Show what the workers said that hooks started.") var worker = false

  func validate() throws {
    guard (task == nil) == worker else { throw ValidationError("Name a task, or give --worker.") }
  }

  func run() throws {
    let workspace = try Workspace.ofProcess()
    guard let task else {
      guard let log = try Worker(workspace).log() else { return Terminal.say("No worker has run yet.") }
      return Terminal.print(log)
    }
    let id = try workspace.requireTask(task)
    let history = try StatusReader(workspace).history(of: id)
    if history.isEmpty {
      // An unknown task is an error, one without a history is not.
      _ = try workspace.settings().library.task(id)
      Terminal.say("\(id) has no history yet.")
      return
    }
    for entry in history {
      let time = entry.at?.description ?? "?"
      Terminal.print("\(time)  \(entry.id.short)  \(entry.sentence.escapedForTerminal(limit: 400))")
    }
  }
}
