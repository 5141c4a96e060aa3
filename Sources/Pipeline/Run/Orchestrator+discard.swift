import Git
import Ledger
package import PairCore

extension Orchestrator {
  /// Deletes the result branch of `task`, after keeping its tip in a ref; returns that ref, nil where the
  /// commit is gone from the repository.
  ///
  /// - Throws: `PairError` of kind `unsupported` when there is no such branch, or a worktree stands on it.
  package func discard(_ task: TaskID) async throws -> String? {
    let user = try workspace.requireUser()
    let branch = BranchName.result(of: task)
    let log = TaskLog(task)
    if try log.state(in: repository).isUnderWay { _ = try await takeLease(log, for: "a discard", by: user) }
    // A branch that is gone while the log still counts on it: a discard that was killed, or `git branch -D`.
    let standing = try repository.ref(branch.ref)
    guard let tip = try standing ?? log.state(in: repository).result?.commit else {
      throw PairError(
        .usage, "\(task) has no result branch to discard (\(branch))",
        hint: "'bpsai-pair status' shows which tasks have one.")
    }
    try requireNotCheckedOut(branch)
    let lease = try await takeLease(log, for: "a discard", by: user)
    let kept = try repository.exists(tip) ? keepResult(tip, of: task, log: log) : nil
    if standing != nil { try repository.deleteRef(branch.ref, expecting: tip) }
    try log.append(to: repository, by: user, random: process.random) { _ in
      var details = TaskEvent.Details()
      details.commit = tip
      details.snapshot = kept
      return TaskEvent(.discarded, task, "\(task): discarded the result \(tip.short)", details)
    }
    withExtendedLifetime(lease) {}
    return kept
  }
}
