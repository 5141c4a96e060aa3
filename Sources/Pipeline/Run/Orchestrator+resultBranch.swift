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
    try requireRoom(for: branch.ref)
    guard let tip = try repository.ref(branch.ref) else { return nil }
    try requireNotCheckedOut(branch)
    if try log.state(in: repository).result?.commit == tip { return tip }
    throw PairError(
      .unsupported, "the branch \(branch) holds commits that are not the result of a run (\(tip.short))",
      hint: "Keep them: git branch -m \(branch) another-name. Or drop them: bpsai-pair discard \(log.task)")
  }

  /// - Throws: `PairError` of kind `unsupported` when another ref keeps `ref` from being there: one whose name `ref`
  ///   goes on from, or one that goes on from `ref` (git-update-ref(1): a ref is a file).
  func requireRoom(for ref: String) throws {
    if try repository.ref(ref) != nil { return }
    let parts = ref.split(separator: "/")
    let above = (2..<parts.count).map { parts[..<$0].joined(separator: "/") }
    var other = try above.first { try repository.ref($0) != nil }
    if other == nil { other = try repository.refs(under: ref + "/").keys.min() }
    guard let other else { return }
    if other.hasPrefix("refs/heads/") {
      let (branch, own) = (BranchName(ref: other), BranchName(ref: ref))
      throw PairError(
        .unsupported, "the branch \(branch) stands in the way of \(own)",
        hint: "git branch -m \(branch) another-name")
    }
    throw PairError(
      .unsupported, "the ref \(other) stands in the way of \(ref)",
      hint:
        "Keep what it holds as a branch, then delete it: git branch another-name \(other) && git update-ref -d \(other)"
    )
  }
}
