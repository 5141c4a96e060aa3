import Host
package import Git
package import PairCore

/// What a run left in its worktree, kept as raw bytes under `refs/paircoder/snapshots/<ID>/<run>` before
/// the worktree goes away. Never pushed.
///
/// The snapshot's tree holds `files/` (the content), `index` (the worktree's index file) and `staged/` (what
/// was staged, where it is more); its parents are the base and the commits that the agent made itself.
package enum Snapshot {
  package static func ref(of task: TaskID, run: RunID) -> String { "refs/paircoder/snapshots/\(task)/\(run)" }

  package enum Result: Hashable, Sendable {
    /// Everything is in the tree that it was compared with.
    case nothingToKeep
    case kept(ref: String)
    /// Not all of it can be kept in a ref, so the worktree must stay.
    case worktreeMustStay(reason: String)
  }

  /// Bytes of one file beyond which a worktree stays instead, and of all files together.
  static let fileLimitInBytes = 32 << 20
  static let totalLimitInBytes = 64 << 20

  /// A tree that a ref keeps already.
  package struct Known: Sendable {
    let tree: ObjectID
    /// The index file that git wrote it from; nil where that is not there.
    let index: String?

    package init(_ tree: ObjectID, from index: String? = nil) { (self.tree, self.index) = (tree, index) }

    /// Whether the file at `path`, of which the system says `now`, holds the bytes of `blob`, which is at `name` in the
    /// tree, or git made `blob` of exactly that file (LFS).
    fileprivate func holds(
      _ path: String, _ now: FileInfo, as name: String, _ blob: ObjectID, _ repository: borrowing Repository
    ) throws -> Bool {
      let isSameSize = try repository.size(of: blob) == now.sizeInBytes
      if isSameSize, try ObjectID.ofBlob(inFile: path) == blob { return true }
      guard let index, let bytes = try Files.read(index) else { return false }
      let entries = try IndexFile(bytes, from: index)
      guard let entry = entries.position(of: name).map({ entries.entries[$0] }) else { return false }
      return entry.id == blob && entry.isSame(now)
    }
  }

  /// What may have to be kept.
  package struct Subject: Sendable {
    let worktree: RunWorktree
    let content: WorktreeContent?
    let known: Known
    let commits: [ObjectID]
    let staged: ObjectID?

    /// - Parameters:
    ///   - content: what stood in the worktree at an earlier moment that counts; nil to look now.
    ///   - known: what equals it is not kept again.
    ///   - commits: what the agent committed itself.
    ///   - staged: the agent's index as a tree.
    package init(
      _ worktree: RunWorktree, content: WorktreeContent? = nil, known: Known, commits: [ObjectID] = [],
      staged: ObjectID? = nil
    ) {
      self.worktree = worktree
      self.content = content
      self.known = known
      self.commits = commits
      self.staged = staged
    }
  }

  /// Keeps what the worktree of `subject`, in which `run` worked on `task`, holds beyond what is known.
  package static func take(
    of subject: Subject, task: TaskID, run: RunID, in repository: borrowing Repository,
    by signature: Signature
  ) throws -> Result {
    let (worktree, known) = (subject.worktree, subject.known.tree)
    let content = try subject.content ?? worktree.content()
    if let unreadable = content.unreadable.first { return .worktreeMustStay(reason: unreadable.why) }
    let base = try repository.tree(of: worktree.base)
    let brought = try worktree.brought()
    // What git checked out, and still stands as it did, is what the base holds. `known` may hold another file.
    let moved = try content.untouched(among: repository.changedPaths(from: base, to: known))
    var total = 0
    var kept: [Repository.TreeEntry] = []
    var differs = false
    var lookup = TreeLookup(in: known)
    for entry in content.entries + moved.values {
      guard let now = try content.now(entry), brought[entry.path]?.stamp != entry.info.stamp else { continue }
      let mode: Repository.FileMode = entry.isLink ? .link : entry.isExecutable ? .executable : .file
      let same = try lookup.entry(at: entry.path, in: repository).flatMap { $0.mode == mode ? $0.id : nil }
      let path = content.path(of: entry)
      if now.sizeInBytes > fileLimitInBytes {
        guard let same, try subject.known.holds(path, now, as: entry.path, same, repository) else {
          return .worktreeMustStay(reason: "\(entry.path) is larger than \(fileLimitInBytes >> 20) MiB")
        }
        kept.append(.init(path: "files/" + escaped(entry.path), id: same, mode: mode))
        continue
      }
      let bytes = try entry.isLink ? Files.linkTarget(path) : Files.read(path, limitInBytes: fileLimitInBytes)
      guard let bytes else { continue }  // It has gone since.
      let id = ObjectID.ofBlob(bytes)
      if same != id {
        differs = true
        total += bytes.count
        if total > totalLimitInBytes {
          return .worktreeMustStay(reason: "it holds more than \(totalLimitInBytes >> 20) MiB of new files")
        }
        _ = try repository.writeBlob(bytes)
      }
      kept.append(.init(path: "files/" + escaped(entry.path), id: id, mode: mode))
    }
    let commits = subject.commits
    let isMoreStaged = try subject.staged.map { staged in
      let others = try repository.files(in: known) + repository.files(in: base)
      return try holdsMore(staged, than: kept + others, repository)
    }
    guard differs || isMoreStaged == true || !commits.isEmpty else { return .nothingToKeep }

    let missing = Set(content.missing)
    for (position, entry) in content.checkedOut.entries.enumerated()
    where entry.mode != .submodule && !entry.isLeftOut && !missing.contains(position)
      && moved[position] == nil
    {
      let path = content.checkedOut.path(of: entry)
      kept.append(.init(path: "files/" + escaped(path), id: entry.id, mode: entry.mode))
    }
    if let index = try worktree.indexBytes() {
      kept.append(.init(path: "index", id: try repository.writeBlob(index), mode: .file))
    }
    if isMoreStaged == true, let staged = subject.staged {
      kept.append(.init(path: "staged", id: staged, mode: .folder))
    }
    let commit = try repository.writeCommit(
      tree: try repository.writeTree(on: nil, putting: kept),
      parents: [worktree.base] + commits,
      author: signature, committer: signature,
      message: "\(task): what run \(run) left in its worktree\n")
    return .kept(ref: try keep(commit, of: task, run: run, repository))
  }

  /// Puts `commit` under the run's ref. What stands there already is never replaced: a worktree that was being
  /// removed when its process died holds less than it did.
  private static func keep(
    _ commit: ObjectID, of task: TaskID, run: RunID, _ repository: borrowing Repository
  ) throws -> String {
    let first = ref(of: task, run: run)
    for number in 1... {
      let name = number == 1 ? first : "\(first)-\(number)"
      guard let earlier = try repository.ref(name) else {
        try repository.swapRef(name, from: nil, to: commit, because: "snapshot")
        return name
      }
      if try holdsAll(of: commit, in: earlier, repository) { return name }
    }
    return first
  }

  /// Whether the snapshot `earlier` holds all that `commit` does, the index aside, which git rewrites.
  private static func holdsAll(
    of commit: ObjectID, in earlier: ObjectID, _ repository: borrowing Repository
  ) throws -> Bool {
    let parents = try repository.commit(earlier).parents
    guard try repository.commit(commit).parents.allSatisfy({ parents.contains($0) }) else { return false }
    let held = Set(
      try repository.files(in: repository.tree(of: earlier)).map { "\($0.mode) \($0.id) \($0.path)" })
    return try repository.files(in: repository.tree(of: commit)).allSatisfy {
      $0.path == "index" || held.contains("\($0.mode) \($0.id) \($0.path)")
    }
  }

  /// Whether the tree `staged` holds content that none of `entries` does.
  private static func holdsMore(
    _ staged: ObjectID, than entries: [Repository.TreeEntry], _ repository: borrowing Repository
  ) throws -> Bool {
    let ids = Set(entries.map(\.id))
    return try repository.files(in: staged).contains { $0.mode != .submodule && !ids.contains($0.id) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

  /// A path that git accepts in a tree: git refuses components that a checkout could take for a `.git`
  /// directory, so those, and those that begin with `%` already, get a `%` in front.
  static func escaped(_ path: String) -> String {
    path.split(separator: "/").map { part in
      let folded = part.lowercased()
      // `.git ` and `.git:x` are `.git` on NTFS, and git refuses them everywhere (core.protectNTFS).
      let isLikeGit = folded.hasPrefix(".git") && !(folded.utf8.dropFirst(4).first.map(isLetter) ?? false)
      let needsEscape = isLikeGit || folded == "git~1" || part.hasPrefix("%")
      return needsEscape ? "%" + part : String(part)
    }.joined(separator: "/")
  }
}
