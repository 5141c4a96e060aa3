import Git
import Ledger
import PairCore

extension Orchestrator {
  /// Whether somebody could still use a result: its branch is there, or it is part of HEAD, and no step of a
  /// workflow is missing.
  func stands(_ result: TaskState.Result, of task: TaskID) throws -> Bool {
    if result.isPartial { return false }
    if try repository.ref(BranchName.result(of: task).ref) != nil { return true }
    guard let head = try repository.head().commit else { return false }
    return try repository.isReachable(result.commit, from: head)
  }

  /// - Throws: `PairError` of kind `unsupported` when a worktree stands on `branch`: to move or delete it
  ///   would pull the commit from under somebody's index.
  func requireNotCheckedOut(_ branch: BranchName) throws {
    guard try repository.isCheckedOut(branch) else { return }
    throw PairError(
      .unsupported, "a worktree stands on \(branch)",
      hint: "Switch it to another branch first ('git worktree list' shows where).")
  }

  /// The tip of the result branch, nil where there is none.
  ///
  /// - Throws: `PairError` of kind `unsupported` when the branch holds what no run of ours put there.
  func requireOwnBranch(_ branch: BranchName, log: TaskLog) throws -> ObjectID? {
    if try repository.ref("refs/heads/" + String(BranchName.prefix.dropLast())) != nil {
      throw PairError(
        .unsupported, "a branch called 'paircoder' stands in the way of \(branch)",
        hint: "git branch -m paircoder another-name")
    }
    guard let tip = try repository.ref(branch.ref) else {
      // Before an agent is paid for what could not be put there.
      guard let below = try repository.refs(under: branch.ref + "/").keys.sorted().first else { return nil }
      throw PairError(
        .unsupported, "the branch \(BranchName(ref: below)) stands in the way of \(branch)",
        hint: "git branch -m \(BranchName(ref: below)) another-name")
    }
    try requireNotCheckedOut(branch)
    if try log.state(in: repository).result?.commit == tip { return tip }
    throw PairError(
      .unsupported, "the branch \(branch) holds commits that are not the result of a run (\(tip.short))",
      hint: "Keep them: git branch -m \(branch) another-name. Or drop them: bpsai-pair discard \(log.task)")
  }
}
