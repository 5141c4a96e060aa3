import ArgumentParser
import PairCore
import Pipeline

struct Discard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a task's result branch; its commits stay under refs/paircoder/snapshots/.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() throws {
    let orchestrator = try Orchestrator.ofProcess()
    let id = try orchestrator.taskID(task)
    let kept = try orchestrator.discard(id)
    Terminal.print(
      "Deleted \(BranchName.result(of: id)). To have it back: git branch \(BranchName.result(of: id)) \(kept)"
    )
  }
}
