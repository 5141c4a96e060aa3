import AgentRuns
import Git
import Host
import Ledger
package import PairCore

extension Orchestrator {
  /// A worktree of ours, as it stands.
  package struct WorktreeStatus: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, Encodable {
      case inUse = "in-use"
      case free
      /// Its run never ended, or not all of it could be kept.
      case left
      /// A plain folder, into which `restore` put what a run had left.
      case restored
    }

    package let path: String
    package let state: State
    /// The task and run that work in it, or did last.
    package let task: TaskID
    /// Nil for a review's.
    package let run: RunID?
    package let since: Timestamp
    package let sizeInBytes: Int
    /// Why it was left; nil where there is nothing to say.
    package let reason: String?
  }

  /// The worktrees of runs, those that wait for one included, in the order of their numbers; then those of reviews,
  /// and what was restored.
  package func worktrees() throws -> [WorktreeStatus] {
    try runWorktrees() + reviewWorktrees() + restoredFolders()
  }

  private func runWorktrees() throws -> [WorktreeStatus] {
    try worktreePool().slots().compactMap { slot in
      guard Files.kind(of: slot.path) != nil, let note = try slot.note() else { return nil }
      let state: WorktreeStatus.State = try slot.isHeld ? .inUse : note.state == .free ? .free : .left
      return WorktreeStatus(
        path: slot.path, state: state, task: note.task, run: note.run, since: note.since,
        sizeInBytes: try Files.diskUse(of: slot.path),
        reason: state != .left ? nil : note.reason ?? "its run never ended")
    }
  }

  /// What became of one worktree that was to be cleaned up.
  package struct Cleaning: Hashable, Sendable {
    package enum End: Hashable, Sendable {
      /// Nothing that is not in a ref was in it.
      case removed
      case removedKeeping(ref: String)
      /// A run works in it.
      case inUse
      /// It stands as before, and why.
      case stays(String)
    }

    package let worktree: WorktreeStatus
    package let end: End
  }

  /// Removes the worktrees that no run works in, each after all that is in it is kept.
  ///
  /// - Parameter finished: called after each.
  package func cleanWorktrees(_ finished: (Cleaning) -> Void) async throws {
    let user = try workspace.requireUser()
    for worktree in try worktrees() {
      if worktree.state == .inUse {
        finished(Cleaning(worktree: worktree, end: .inUse))
        continue
      }
      do {
        finished(Cleaning(worktree: worktree, end: try await clean(worktree, by: user)))
      } catch let error as PairError where error.kind == .tryLater {
        finished(Cleaning(worktree: worktree, end: .stays(error.message)))
      }
    }
  }

  private func clean(_ standing: WorktreeStatus, by user: Signature) async throws -> Cleaning.End {
    if standing.state == .restored { return try removeRestored(standing, by: user) }
    let lease = try Lease.take(
      standing.task, in: repository, holder: "a clean-up by process \(process.processID)")
    return try await removeAfterKeeping(standing, lease, by: user)
  }

  private func removeAfterKeeping(
    _ standing: WorktreeStatus, _ lease: borrowing Lease, by user: Signature
  ) async throws -> Cleaning.End {
    guard standing.run != nil else { return try await removeOfReview(standing, by: user) }
    let before = try snapshots(of: standing.task)
    if standing.state == .left { try await reconcile(lease, by: user) }
    let pool = try worktreePool()
    for slot in try pool.slots() where slot.path == standing.path {
      guard let (note, worktree) = try pool.hold(slot, for: "being cleaned up") else { break }
      let kept = try await keep(
        worktree, run: note.run, known: repository.tree(of: note.base), task: note.task, by: user)
      if case .worktreeMustStay(let reason) = kept {
        try pool.leave(worktree, because: reason)
        return .stays(reason)
      }
      try await worktree.remove(effects: process.effects)
    }
    guard Files.kind(of: standing.path) == nil else { return .stays("git does not list it as a worktree") }
    let new = try snapshots(of: standing.task).filter { !before.contains($0) }
    return new.last.map { .removedKeeping(ref: $0) } ?? .removed
  }

  /// The refs that keep what runs of `task` left, the oldest first.
  func snapshots(of task: TaskID) throws -> [String] {
    try repository.refs(under: "refs/paircoder/snapshots/\(task)/").keys.sorted()
  }

  /// A snapshot's files, put into a folder.
  package struct Restored: Hashable, Sendable {
    package let ref: String
    package let folder: String
    /// What its run started from.
    package let base: ObjectID
    /// Files of nested repositories that git would obey, with the names that they got instead.
    package let escaped: [String]
  }

  /// Puts the files that a run of `task` left into a folder, for a person to look at.
  ///
  /// - Parameters:
  ///   - run: the run's id, or the beginning of it; nil for the last that left anything.
  ///   - folder: from the current one; nil for a new one beside the worktrees.
  /// - Throws: `PairError` of kind `usage` when there is no such snapshot, or the folder is not empty.
  package func restore(_ task: TaskID, run: String?, to folder: String?) throws -> Restored {
    let prefix = "refs/paircoder/snapshots/\(task)/"
    let runs = try snapshots(of: task).map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains("-result-") && $0.hasPrefix(run ?? "") }
    guard let name = runs.last, let snapshot = try repository.ref(prefix + name) else {
      let which = run.map { "run \($0.escapedForTerminal(limit: 60)) of \(task)" } ?? "\(task)"
      throw PairError(
        .usage, "nothing is kept of \(which)",
        hint: "What runs left lies under refs/paircoder/snapshots/: git for-each-ref refs/paircoder/snapshots"
      )
    }
    let target =
      try folder.map { $0.hasPrefix("/") ? $0 : process.folder + "/" + $0 }
      ?? restoredRoot() + "/\(task)-\(name)"
    let isFolder = Files.kind(of: target).map { $0 == .folder } ?? true
    guard try isFolder && Files.list(target).isEmpty else {
      throw PairError(
        .usage, "\(target.escapedForTerminal(limit: 300)) is not an empty folder",
        hint: "Name another one with --to, or remove it.")
    }
    let escaped = try Snapshot.export(
      snapshot, to: target, from: repository, effects: process.effects)
    guard let base = try repository.commit(snapshot).parents.first else {
      throw PairError(.internal, "the snapshot \(prefix)\(name) has no parent")
    }
    return Restored(ref: prefix + name, folder: target, base: base, escaped: escaped)
  }

  /// Worktrees that stand about and take room.
  func diagnoseWorktrees() throws -> [Diagnosis] {
    let standing = try worktrees()
    let left = standing.filter { $0.state == .left }
    let size = { (some: [WorktreeStatus]) in
      "\((Double(some.reduce(0) { $0 + $1.sizeInBytes }) / Double(1 << 20)).fixed(digits: 1)) MiB"
    }
    if left.isEmpty {
      let free = standing.filter { $0.state == .free }
      return [
        Diagnosis(
          "worktrees", .ok,
          free.isEmpty
            ? "none is left"
            : "\(free.count) \(free.count == 1 ? "waits for its" : "wait for their") next run (\(size(free)))"
        )
      ]
    }
    return [
      Diagnosis(
        "worktrees", .note,
        "\(left.count) \(left.count == 1 ? "was" : "were") left behind by runs (\(size(left)))",
        remedy: "See which with 'bpsai-pair worktree list', then: bpsai-pair worktree clean")
    ]
  }
}
