import ArgumentParser
import PairCore
import Pipeline

struct Unlock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Clear up after a run that died: end what outlived it, keep its work, free its claim.",
    discussion: "The next run of a task does this by itself. A run that lives is never disturbed.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    let wasLocked = try await CrashRecovery(workspace).unlock(id)
    Terminal.print(wasLocked ? "\(id): its claim is free" : "\(id): nobody holds a claim on it")
  }
}
