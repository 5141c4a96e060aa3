import ArgumentParser
import PairCore
import Pipeline

struct Discard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a task's result branch; its commits stay under refs/paircoder/snapshots/.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    let branch = BranchName.result(of: id)
    let kept = try await ResultBranch(of: id, in: workspace).discard()
    let wayBack = kept.map { " To have it back: git branch \(branch) \($0)" } ?? ""
    Terminal.print("Deleted \(branch).\(wayBack)")
  }
}
