import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// What stands beside the worktrees of runs: those of reviews that broke off, and what was restored for a person.
extension Orchestrator {
  func restoredRoot() throws -> String { try worktreeRoot() + "/restored" }

  func reviewWorktrees() throws -> [WorktreeStatus] {
    try ["-reviews", "-reviewers"].flatMap { suffix -> [WorktreeStatus] in
      let root = try worktreeRoot() + suffix
      return try Files.list(root).filter { $0.kind == .folder }.compactMap { name, _ in
        // A number stands behind `~` where an earlier one had to stay.
        guard let task = try? TaskID(String(name.prefix { $0 != "~" })),  // Somebody else's folder.
          let info = Files.info(of: root + "/" + name)
        else { return nil }
        let isHeld = try Lease.isHeld(task, in: repository)
        return WorktreeStatus(
          path: root + "/" + name, state: isHeld ? .inUse : .left, task: task, run: nil,
          since: info.changedAt,
          sizeInBytes: try Files.diskUse(of: root + "/" + name),
          reason: isHeld ? nil : "its review never ended, or not all of it could be kept")
      }
    }
  }

  /// Those whose snapshot is still there: what else lies beside them is nobody's that we know.
  func restoredFolders() throws -> [WorktreeStatus] {
    let root = try restoredRoot()
    let folders = try Files.list(root).filter { $0.kind == .folder }
    if folders.isEmpty { return [] }
    let snapshots = try restorable()
    return try folders.compactMap { name, _ in
      guard let (task, ref) = snapshots[name], let info = Files.info(of: root + "/" + name) else {
        return nil
      }
      return WorktreeStatus(
        path: root + "/" + name, state: .restored, task: task, run: run(ofSnapshot: ref),
        since: info.changedAt,
        sizeInBytes: try Files.diskUse(of: root + "/" + name), reason: nil)
    }
  }

  /// Every snapshot, by the name of the folder that it is restored to.
  private func restorable() throws -> [String: (task: TaskID, ref: String)] {
    let prefix = "refs/paircoder/snapshots/"
    var found: [String: (task: TaskID, ref: String)] = [:]
    for ref in try repository.refs(under: prefix).keys {
      let parts = ref.dropFirst(prefix.count).split(separator: "/")
      guard parts.count == 2, let task = try? TaskID(String(parts[0])) else { continue }  // Foreign refs.
      found["\(parts[0])-\(parts[1])"] = (task, ref)
    }
    return found
  }

  /// A later snapshot of the same run has a number behind the run's id, which has one dash in it.
  private func run(ofSnapshot ref: String) -> RunID? {
    RunID((ref.split(separator: "/").last ?? "").split(separator: "-").prefix(2).joined(separator: "-"))
  }

  /// Keeps what stands in a review's worktree, whose task's lease the caller holds, and removes it.
  func removeOfReview(_ standing: WorktreeStatus, by user: Signature) async throws -> Cleaning.End {
    guard
      let worktree = try await RunWorktree.standing(
        at: standing.path, commonDirectory: repository.commonDirectory, git: workspace.git)
    else { return .stays("git does not list it as a worktree") }
    let run = RunID(start: process.now(), random: process.random())
    let kept = try await keep(
      worktree, run: run, known: repository.tree(of: worktree.base), task: standing.task, by: user)
    if case .worktreeMustStay(let reason) = kept { return .stays(reason) }
    try await worktree.remove(effects: process.effects)
    guard case .kept(let ref) = kept else { return .removed }
    return .removedKeeping(ref: ref)
  }

  /// Removes a restored folder, after what a person did there is kept beside the snapshot that it came from.
  func removeRestored(_ standing: WorktreeStatus, by user: Signature) throws -> Cleaning.End {
    let name = standing.path.split(separator: "/").last.map(String.init) ?? ""
    guard let run = standing.run, let ref = try restorable()[name]?.ref,
      let snapshot = try repository.ref(ref),
      let base = try repository.commit(snapshot).parents.first,
      let files = try repository.entry(at: "files", in: repository.tree(of: snapshot))
    else { return .stays("the snapshot that it was restored from is gone") }
    if Files.kind(of: standing.path + "/.git") != nil { return .stays("somebody made a repository of it") }
    // No worktree of git's: all that counts is what stands there.
    let folder = RunWorktree(path: standing.path, outsideGitSince: base)
    let kept = try Snapshot.take(
      of: folder, task: standing.task, run: run, known: files.id, head: nil, in: repository, by: user)
    if case .worktreeMustStay(let reason) = kept { return .stays(reason) }
    try Files.removeTree(standing.path, effects: process.effects)
    guard case .kept(let ref) = kept else { return .removed }
    return .removedKeeping(ref: ref)
  }
}
