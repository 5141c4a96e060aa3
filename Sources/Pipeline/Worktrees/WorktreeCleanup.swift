import AgentRuns
import Git
import Host
import PairCore

/// Removes worktrees in which no run works, each after all that is in it is kept.
package final class WorktreeCleanup: StatelessRoom {
  package enum End: Hashable, Sendable {
    case removed
    case removedKeeping(ref: String)
    /// A run works in it.
    case inUse
    /// It stands as before, and why.
    case stays(String)
  }

  /// - Parameter finished: called after each worktree.
  package func run(finished: (WorktreeStatus, End) -> Void) async throws {
    for worktree in try Worktrees(workspace).all() {
      do {
        finished(worktree, try await clean(worktree))
      } catch  where !(error is CancellationError) {
        finished(worktree, .stays(error.words))
      }
    }
  }

  private func clean(_ worktree: WorktreeStatus) async throws -> End {
    switch worktree.state {
    case .inUse: return .inUse
    case .restored: return try RestoredSnapshots(workspace).remove(worktree)
    case .free, .left: break
    }
    let storage = RunStorage(workspace)
    let before = try storage.snapshots(of: worktree.task)
    return try await CrashRecovery(workspace).withTask(worktree.task, for: "a clean-up") { _ in
      let pool = try storage.pool()
      for slot in try pool.slots() where slot.path == worktree.path {
        guard let (note, held) = try pool.hold(slot, for: "being cleaned up") else { break }
        let kept = try await storage.keep(held, of: note.task, note.run)
        if case .worktreeMustStay(let reason) = kept {
          try pool.leave(held, because: reason)
          return .stays(reason)
        }
        try await storage.remove(held, of: note.run)
      }
      guard FileInfo.kind(at: worktree.path) == nil else {
        return .stays("git does not list it as a worktree")
      }
      let new = try storage.snapshots(of: worktree.task).filter { !before.contains($0) }
      return new.last.map { .removedKeeping(ref: $0) } ?? .removed
    }
  }
}
