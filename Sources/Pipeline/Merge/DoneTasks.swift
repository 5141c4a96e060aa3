import Git
import PairCore
import TaskFiles

/// What the task files of a commit say is done.
struct DoneTasks {
  private let commit: ObjectID
  private let workspace: Workspace
  private let library: TaskLibrary

  init(at commit: ObjectID, in workspace: Workspace) throws {
    self.commit = commit
    self.workspace = workspace
    library = try workspace.settings(at: commit).library
  }

  private func contain(_ task: TaskID) -> Bool {
    // A file that cannot be used says nothing of the sort.
    (try? library.task(task))?.isFinished == true
  }

  /// Whether these task files say that the work of `result` is done though the commit is not there: it was
  /// squashed, rebased or picked.
  func hold(_ task: TaskID, _ result: TaskState.Result?) throws -> Bool {
    guard contain(task), let result else { return false }
    if try workspace.repository.isReachable(result.commit, from: commit) { return false }
    // What was done before the run began was run again, and says nothing of what that made.
    guard let origin = result.base, try workspace.repository.exists(origin) else { return true }
    return try !DoneTasks(at: origin, in: workspace).contain(task)
  }
}
