import AgentRuns
import Git
import Host
import PairCore
import TaskFiles

/// The worktrees in which runs work, and the snapshots that keep what runs leave.
final class RunStorage: StatelessRoom {
  func root() throws -> String {
    let common = repository.commonDirectory
    let parts = common.split(separator: "/").map(String.init)
    let name = (parts.last == ".git" ? parts.dropLast().last : parts.last) ?? "repository"
    return try process.requireStateFolder() + "/worktrees/\(name)-\(workspace.key.hex.prefix(8))"
  }

  /// - Parameter keepsIgnored: whether its worktrees keep what git ignores.
  func pool(keepsIgnored: Bool = false, variables: [VariablePattern] = []) throws -> WorktreePool {
    WorktreePool(
      root: try root(), commonDirectory: repository.commonDirectory,
      git: workspace.git(inheriting: variables),
      settings: try checkoutSettings() + (keepsIgnored ? " keeps-ignored" : ""), variables: variables,
      now: process.now, effects: process.effects)
  }

  /// In a word, what decides beside commits how git writes files: end of line settings, filters, attributes.
  private func checkoutSettings() throws -> String {
    let settings = try repository.settings(matching: #"^(core|filter|extensions|lfs|submodule)\."#)
    var text = settings.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
    for name in ["attributes", "sparse-checkout"] {
      let bytes = try Files.read(repository.commonDirectory + "/info/" + name) ?? []
      text += "\n\(name) \(ObjectID.ofBlob(bytes))"
    }
    return ObjectID.ofBlob(Array(text.utf8)).short
  }

  /// Gives back a worktree whose content is kept, or in which nothing can be lost. One that cannot be removed stays.
  func release(_ worktree: RunWorktree, of run: RunID, _ settings: WorktreeSettings) async throws {
    // Git checks files out there, by what an agent may have written.
    if try Plants(workspace).areThere { return try await remove(worktree, of: run) }
    try await leavingWhatStays(worktree, of: run) {
      try await pool(keepsIgnored: settings.keepsIgnored)
        .release(worktree, limit: settings.poolLimit, keepsIgnored: settings.keepsIgnored)
    }
  }

  /// Removes a worktree whose content is kept, or in which nothing can be lost. One that cannot be removed stays.
  func remove(_ worktree: RunWorktree, of run: RunID) async throws {
    try await leavingWhatStays(worktree, of: run) { try await worktree.remove(effects: process.effects) }
  }

  private func leavingWhatStays(
    _ worktree: RunWorktree, of run: RunID, _ removal: () async throws -> Void
  ) async throws {
    try forgetAnchor(of: run)
    do {
      try await removal()
    } catch  where error.isOfLeavings {
      try leave(worktree, of: run, because: "it cannot be removed: \(error.words)")
    }
  }

  private func forgetAnchor(of run: RunID) throws {
    let anchor = PrivateGit.anchor(of: run)
    if let tip = try repository.ref(anchor) { try repository.deleteRef(anchor, expecting: tip) }
  }

  /// Leaves `worktree` standing, which cannot be kept whole or removed, and says so.
  func leave(_ worktree: RunWorktree, of run: RunID, because reason: String) throws {
    try forgetAnchor(of: run)
    try pool().leave(worktree, because: reason)
    say("note: the worktree \(worktree.path) stays, because \(reason)")
    say("      take from it what you need, then: git worktree remove --force \(worktree.path.quotedForShell)")
  }

  /// Keeps what `worktree` holds beyond what is known; where that fails because of what stands in it, it must stay.
  ///
  /// - Parameters:
  ///   - content: what stood in it when the agent ended; nil to look now.
  ///   - known: nil for the tree of its base.
  func keep(
    _ worktree: RunWorktree, content: WorktreeContent? = nil, of task: TaskID, _ run: RunID,
    known: Snapshot.Known? = nil
  ) async throws -> Snapshot.Result {
    let user = try workspace.requireUser()
    do {
      let done = try await gitIfThere(in: worktree, of: run)
      if let loss = done?.loss { return .worktreeMustStay(reason: loss) }
      let known = try known ?? Snapshot.Known(repository.tree(of: worktree.base))
      return try Snapshot.take(
        of: .init(
          worktree, content: content, known: known, commits: done?.commits ?? [], staged: done?.staged),
        task: task, run: run, in: repository, by: user)
    } catch  where error.isOfLeavings {
      return .worktreeMustStay(reason: error.words)
    }
  }

  /// What was done with git in `worktree`; nil where the agent removed all that could tell.
  private func gitIfThere(in worktree: RunWorktree, of run: RunID) async throws -> AgentGit? {
    do {
      // Not under the cancellation that may have brought us here: what is left must be kept first.
      return try await Uncancelled.run { [process, parsed = workspace.parsed] in
        try await RunStorage(Workspace(process, sharing: parsed)).git(in: worktree, of: run)
      }
    } catch let error as PairError where error.kind == .failed {
      return nil
    }
  }

  /// What was done with git in `worktree`, taken over into this repository.
  func git(in worktree: RunWorktree, of run: RunID) async throws -> AgentGit {
    try await AgentGit.take(
      from: worktree, of: run, into: repository, git: workspace.git, effects: process.effects)
  }

  /// Keeps what `worktree` holds beyond its base in a ref and removes it; leaves it where not all can be
  /// kept.
  func clear(_ worktree: RunWorktree, of task: TaskID, _ run: RunID) async throws -> String? {
    let kept = try await keep(worktree, of: task, run)
    if case .worktreeMustStay(let reason) = kept {
      try leave(worktree, of: run, because: reason)
      return nil
    }
    try await remove(worktree, of: run)
    guard case .kept(let ref) = kept else { return nil }
    say("note: what was there is kept in \(ref)")
    return ref
  }

  /// The same after something else has failed: where clearing fails, too, the worktree stays, and that is said.
  func clearIfPossible(_ worktree: RunWorktree, of task: TaskID, _ run: RunID) async -> String? {
    do {
      return try await clear(worktree, of: task, run)
    } catch {
      say("note: the worktree \(worktree.path) stays: \(error.words)")
      return nil
    }
  }

  /// The worktrees that `run` holds, or left.
  func worktrees(of run: RunID) throws -> [String] {
    try pool().slots().filter { try $0.note()?.run == run }.map(\.path)
  }

  /// Keeps what dead runs of `task` left standing, whose lease the caller holds, and removes it; returns the
  /// ref that keeps what `run` left.
  func clearLeftWorktrees(of task: TaskID, run: RunID) async throws -> String? {
    var kept: String?
    let pool = try pool()
    for slot in try pool.slots() {
      guard let note = try slot.note(), note.state == .inUse, note.task == task,
        let (held, left) = try pool.hold(slot, for: "\(task), being cleared")
      else { continue }
      say("note: the worktree of an earlier run of \(task) still stands")
      let ref = try await clear(left, of: task, held.run)
      if held.run == run { kept = ref }
    }
    return kept
  }

  func snapshots(of task: TaskID) throws -> [String] {
    try repository.refs(under: "refs/paircoder/snapshots/\(task)/").keys
      .sorted { $0.orderedNaturally(before: $1) }
  }
}

extension Error {
  /// Whether what an agent left may be the reason, and not that a person stopped the work, a full disk, or another
  /// process.
  var isOfLeavings: Bool {
    switch self {
    case let error as GitError: ![.noSpace, .locked, .modified].contains(error.kind)
    case let error as PairError: [.internal, .invalidInput].contains(error.kind) && error.obstacle != .disk
    default: false
    }
  }
}

/// Runs work to its end even when the task around it has been cancelled.
enum Uncancelled {
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await Task.detached { try await work() }.value
  }
}
