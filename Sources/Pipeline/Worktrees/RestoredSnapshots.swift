import AgentRuns
import Git
import Host
package import PairCore

/// Snapshots whose files were put into a folder for a person to look at.
package final class RestoredSnapshots: StatelessRoom {
  func root() throws -> String { try RunStorage(workspace).root() + "/restored" }

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
    let runs = try RunStorage(workspace).snapshots(of: task).map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains("-result-") && $0.hasPrefix(run ?? "") }
    guard let name = runs.last, let snapshot = try repository.ref(prefix + name) else {
      let which = run.map { "run \($0.escapedForTerminal(limit: 60)) of \(task)" } ?? "\(task)"
      throw PairError(
        .usage, "nothing is kept of \(which)",
        hint: "What runs left lies under refs/paircoder/snapshots/: git for-each-ref refs/paircoder/snapshots"
      )
    }
    let target =
      try folder.map { $0.hasPrefix("/") ? $0 : process.folder + "/" + $0 } ?? root() + "/\(task)-\(name)"
    let isFolder = FileInfo.kind(at: target).map { $0 == .folder } ?? true
    guard try isFolder && DirectoryWalk.list(target).isEmpty else {
      throw PairError(
        .usage, "\(target.escapedForTerminal(limit: 300)) is not an empty folder",
        hint: "Name another one with --to, or remove it.")
    }
    let escaped = try Snapshot.export(snapshot, to: target, from: repository, effects: process.effects)
    guard let base = try repository.commit(snapshot).parents.first else {
      throw PairError(.internal, "the snapshot \(prefix)\(name) has no parent")
    }
    return Restored(ref: prefix + name, folder: target, base: base, escaped: escaped)
  }

  struct Known {
    let ref: String
    let task: TaskID
    let run: RunID
  }

  /// Every snapshot, by the name of the folder that it is restored to.
  func all() throws -> [String: Known] {
    let prefix = "refs/paircoder/snapshots/"
    var found: [String: Known] = [:]
    for ref in try repository.refs(under: prefix).keys {
      let parts = ref.dropFirst(prefix.count).split(separator: "/")
      guard parts.count == 2, let task = try? TaskID(String(parts[0])),  // Foreign refs.
        // A later snapshot of the same run has a number behind the run's id, which has one dash in it.
        let run = RunID(parts[1].split(separator: "-").prefix(2).joined(separator: "-"))
      else { continue }
      found["\(parts[0])-\(parts[1])"] = Known(ref: ref, task: task, run: run)
    }
    return found
  }

  /// Removes a restored folder, after what a person did there is kept beside the snapshot that it came from.
  func remove(_ folder: WorktreeStatus) throws -> WorktreeCleanup.End {
    let name = folder.path.split(separator: "/").last.map(String.init) ?? ""
    guard let ref = try all()[name]?.ref, let snapshot = try repository.ref(ref),
      let base = try repository.commit(snapshot).parents.first,
      let files = try repository.entry(at: "files", in: repository.tree(of: snapshot))
    else { return .stays("the snapshot that it was restored from is gone") }
    if FileInfo.kind(at: folder.path + "/.git") != nil { return .stays("somebody made a repository of it") }
    // No worktree of git's: all that counts is what stands there.
    let worktree = RunWorktree(path: folder.path, outsideGitSince: base)
    let kept = try Snapshot.take(
      of: .init(worktree, known: .init(files.id)), task: folder.task, run: folder.run,
      in: repository, by: workspace.requireUser())
    if case .worktreeMustStay(let reason) = kept { return .stays(reason) }
    try DirectoryWalk.removeTree(folder.path, effects: process.effects)
    guard case .kept(let ref) = kept else { return .removed }
    return .removedKeeping(ref: ref)
  }
}
