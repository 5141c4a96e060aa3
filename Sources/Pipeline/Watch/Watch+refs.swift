import Git
import Ledger
import PairCore

// The user's refs, and ours of other tasks.
extension Watch {
  /// Refs are told with the command that puts them back by compare-and-swap: the move may be the user's after all.
  func compareRefs(_ after: UserState, _ report: inout Report) {
    let changed = Set(before.refs.keys).union(after.refs.keys).filter { before.refs[$0] != after.refs[$0] }
    for name in changed.sorted() {
      tell(name, before.refs[name], after.refs[name], &report)
    }
  }

  private func tell(_ name: String, _ old: ObjectID?, _ new: ObjectID?, _ report: inout Report) {
    let what =
      switch (old, new) {
      case (let old?, let new?): "moved from \(old.short) to \(new.short)"
      case (let old?, nil): "deleted, which was at \(old.short),"
      case (nil, let new): "made, at \(new?.short ?? ""),"
      }
    let ref = name.quotedForShell
    let command =
      old.map { "update-ref \(ref) \($0) \(new?.hex ?? "''")" } ?? "update-ref -d \(ref) \(new?.hex ?? "")"
    report.refs.append("\(old?.hex ?? "-") \(name)")
    report.add(name, what, undo: "To undo it: git \(command)")
  }

  /// Logs and notes only grow, and results move with their logs: other runs and commands do so meanwhile.
  func compareOurs(_ after: UserState, _ report: inout Report) throws {
    for name in Set(before.ours.keys).union(after.ours.keys).sorted() {
      let (old, new) = (before.ours[name], after.ours[name])
      if old == new { continue }
      if old == nil, !name.hasPrefix("refs/heads/") { continue }
      if let old, let new, try isGrowth(of: name, from: old, to: new) { continue }
      if try isByAnotherRun(name) { continue }
      tell(name, old, new, &report)
    }
  }

  private func isGrowth(of name: String, from old: ObjectID, to new: ObjectID) throws -> Bool {
    let grows =
      name.hasPrefix(TaskLog.refPrefix) || name.hasPrefix("refs/paircoder/plans/")
      || name == Repository.notesRef
    return try grows && new.isPresent(in: repository) && repository.isReachable(old, from: new)
  }

  /// Whether a process holds the task that the ref belongs to, or has written into its log since: a run of it, or a
  /// command, moved the ref. In this order: what a process that let go did, its log tells.
  private func isByAnotherRun(_ name: String) throws -> Bool {
    if let task = Watch.task(of: name) {
      if try Lease.isHeld(task, in: repository) { return true }
      let log = TaskLog(task).ref
      if try repository.ref(log) != before.ours[log] { return true }
      // Its log was written between two looks.
      return try name.hasPrefix("refs/heads/")
        && repository.ref(name) == workspace.state(of: task).result?.commit
    }
    let plan = "refs/heads/\(BranchName.prefix)_plan/"
    guard name.hasPrefix(plan) else { return false }
    let log = "refs/paircoder/plans/" + name.dropFirst(plan.count)
    guard let head = try repository.ref(log), let tip = try repository.ref(name) else { return false }
    // Every tip that the branch ever had is in its log.
    return try head != before.ours[log] || repository.isReachable(tip, from: head)
  }

  /// The task whose result or snapshot the ref is; nil for another ref, a log included.
  static func task(of name: String) -> TaskID? {
    for prefix in ["refs/heads/" + BranchName.prefix, "refs/paircoder/snapshots/"]
    where name.hasPrefix(prefix) {
      return try? TaskID(String(name.dropFirst(prefix.count).prefix { $0 != "/" }))  // A plan's branch.
    }
    return nil
  }
}
