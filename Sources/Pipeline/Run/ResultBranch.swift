import Git
import PairCore

/// The branch on which a task's result lies.
package final class ResultBranch: TaskRoom {
  var name: BranchName { .result(of: task) }

  func tip() throws -> ObjectID? { try repository.ref(name.ref) }

  /// Whether a person could use `result`: its branch is there or HEAD holds it, and no step is missing.
  func holds(_ result: TaskState.Result) throws -> Bool {
    if result.isPartial { return false }
    return try tip() != nil || isMerged(result.commit)
  }

  func isMerged(_ commit: ObjectID) throws -> Bool {
    guard let head = try repository.head().commit else { return false }
    return try repository.isReachable(commit, from: head)
  }

  /// The tip of the branch, nil for none; throws `unsupported` when it holds what no run of ours put there.
  func requireOwn(_ state: TaskState) throws -> ObjectID? {
    try workspace.requireRoom(for: name.ref)
    guard let tip = try tip() else { return nil }
    try workspace.requireNotCheckedOut(name)
    if state.result?.commit == tip { return tip }
    throw PairError(
      .unsupported, "the branch \(name) holds commits that are not the result of a run (\(tip.short))",
      hint: "Keep them: git branch -m \(name) another-name. Or drop them: bpsai-pair discard \(task)")
  }

  /// Keeps a result that is about to be replaced or discarded reachable; returns the ref that does.
  @discardableResult
  func keep(_ commit: ObjectID, _ state: TaskState) throws -> String {
    let run = state.result?.run?.text ?? commit.short
    let ref = "refs/paircoder/snapshots/\(task)/\(run)-result-\(commit.short)"
    if try repository.ref(ref) == nil {
      try repository.swapRef(ref, from: nil, to: commit, because: "kept result of \(task)")
    }
    return ref
  }

  /// Deletes the branch, after keeping its tip in a ref; returns that ref, nil where the commit is gone.
  /// Throws `usage` when there is no such branch, `unsupported` when a worktree stands on it.
  package func discard() async throws -> String? {
    try await CrashRecovery(workspace).withTask(task, for: "a discard") { session in
      // A branch that is gone while the log still counts on it: a discard that was killed, or `git branch -D`.
      let present = try self.tip()
      guard let tip = present ?? session.state.result?.commit else {
        throw PairError(
          .usage, "\(task) has no result branch to discard (\(name))",
          hint: "'bpsai-pair status' shows which tasks have one.")
      }
      try workspace.requireNotCheckedOut(name)
      let kept = try repository.exists(tip) ? keep(tip, session.state) : nil
      if present != nil { try repository.deleteRef(name.ref, expecting: tip) }
      try session.append { _ in
        var details = TaskEvent.Details()
        details.commit = tip
        details.snapshot = kept
        return TaskEvent(.discarded, task, "\(task): discarded the result \(tip.short)", details)
      }
      return kept
    }
  }
}
