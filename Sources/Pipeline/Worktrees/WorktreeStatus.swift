import AgentRuns
import Git
import Host
package import PairCore

/// A worktree of ours, as it stands.
package struct WorktreeStatus: Hashable, Sendable, Encodable {
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
  package let run: RunID
  package let since: Timestamp
  package let sizeInBytes: Int
  /// Why it was left; nil where there is nothing to say.
  package let reason: String?
}

/// The worktrees that stand, and what was restored beside them.
package final class Worktrees: StatelessRoom {
  /// The worktrees of runs and reviews by their numbers, free ones included; then what was restored.
  package func all() throws -> [WorktreeStatus] { try ofRuns() + restored() }

  private func ofRuns() throws -> [WorktreeStatus] {
    try RunStorage(workspace).pool().slots().compactMap { slot -> WorktreeStatus? in
      guard FileInfo.kind(at: slot.path) != nil, let note = try slot.note() else { return nil }
      var (state, fault) = (note.state == .free ? WorktreeStatus.State.free : .left, String?.none)
      do {
        if try slot.isHeld { state = .inUse }
      } catch {
        (state, fault) = (.left, error.words)
      }
      return WorktreeStatus(
        path: slot.path, state: state, task: note.task, run: note.run, since: note.since,
        sizeInBytes: try DirectoryWalk.diskUse(of: slot.path),
        reason: state != .left ? nil : fault ?? note.reason ?? "its run never ended")
    }
  }

  /// Those whose snapshot is still there: other folders beside them are not ours.
  private func restored() throws -> [WorktreeStatus] {
    let root = try RestoredSnapshots(workspace).root()
    let folders = try DirectoryWalk.list(root).filter { $0.kind == .folder }
    if folders.isEmpty { return [] }
    let snapshots = try RestoredSnapshots(workspace).all()
    return try folders.compactMap { name, _ in
      guard let known = snapshots[name], let info = FileInfo(at: root + "/" + name) else { return nil }
      return WorktreeStatus(
        path: root + "/" + name, state: .restored, task: known.task, run: known.run,
        since: info.changedAt, sizeInBytes: try DirectoryWalk.diskUse(of: root + "/" + name), reason: nil)
    }
  }
}
