import ArgumentParser
import PairCore
import Pipeline

struct Discard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a task's result branch; its commits stay under refs/paircoder/snapshots/.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() throws {
    let id = try TaskID(task)
    let kept = try Orchestrator.ofProcess().discard(id)
    Terminal.print(
      "Deleted \(BranchName.result(of: id)). To have it back: git branch \(BranchName.result(of: id)) \(kept)"
    )
  }
}
