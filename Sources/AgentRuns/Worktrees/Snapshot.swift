import Host
public import Git
public import PairCore

/// What a run left in its worktree, kept as raw bytes under `refs/paircoder/snapshots/<ID>/<run>` before
/// the worktree goes away. Never pushed.
///
/// The snapshot's tree holds `files/` (the content) and `index` (the worktree's index file); its parents
/// are the base and, where the agent committed by itself, the agent's HEAD.
public enum Snapshot {
  public static func ref(of task: TaskID, run: RunID) -> String {
    "refs/paircoder/snapshots/\(task)/\(run)"
  }

  public enum Result: Hashable, Sendable {
    /// Everything is in the tree that it was compared with.
    case nothingToKeep
    case kept(ref: String)
    /// Not all of it can be kept in a ref, so the worktree must stay.
    case worktreeMustStay(reason: String)
  }

  /// Bytes of one file beyond which a worktree stays instead, and of all files together.
  static let fileLimitInBytes = 32 << 20
  static let totalLimitInBytes = 64 << 20

  /// Keeps what `worktree` holds beyond `known`.
  ///
  /// - Parameters:
  ///   - content: what stood in it at an earlier moment that counts; nil to look now.
  ///   - known: a tree that a ref keeps already; what equals it is not kept again.
  ///   - head: the worktree's HEAD.
  public static func take(
    of worktree: RunWorktree, content: WorktreeContent? = nil, task: TaskID, run: RunID, known: ObjectID,
    head: ObjectID?,
    in repository: borrowing Repository, by signature: Signature
  ) throws -> Result {
    let content = try content ?? WorktreeContent(of: worktree)
    if let name = content.unreadable.first {
      return .worktreeMustStay(reason: "the name '\(name)' is not UTF-8")
    }
    var total = 0
    var blobs: [Repository.TreeEntry] = []
    var knownFiles: [String: Repository.TreeEntry] = [:]
    for entry in try repository.files(in: known) { knownFiles[entry.path] = entry }
    var differs = false
    for entry in content.entries {
      if content.isGone(entry) { continue }
      guard let bytes = try content.bytes(of: entry, limitInBytes: fileLimitInBytes) else {
        return .worktreeMustStay(reason: "\(entry.path) is larger than \(fileLimitInBytes >> 20) MiB")
      }
      let mode: Repository.FileMode = entry.kind == .link ? .link : entry.isExecutable ? .executable : .file
      let id = ObjectID.ofBlob(bytes)
      if knownFiles[entry.path]?.id != id || knownFiles[entry.path]?.mode != mode {
        differs = true
        total += bytes.count
        if total > totalLimitInBytes {
          return .worktreeMustStay(reason: "it holds more than \(totalLimitInBytes >> 20) MiB of new files")
        }
        _ = try repository.writeBlob(bytes)
      }
      blobs.append(.init(path: "files/" + escaped(entry.path), id: id, mode: mode))
    }
    let ownCommits = head.map { $0 != worktree.base } ?? false
    guard differs || ownCommits else { return .nothingToKeep }

    if let index = try worktree.indexBytes() {
      blobs.append(.init(path: "index", id: try repository.writeBlob(index), mode: .file))
    }
    let tree = try repository.writeTree(on: nil, putting: blobs)
    let parents = [worktree.base] + (ownCommits ? [head].compactMap { $0 } : [])
    let commit = try repository.writeCommit(
      tree: tree, parents: parents, author: signature, committer: signature,
      message: "\(task): what run \(run) left in its worktree\n")
    let name = ref(of: task, run: run)
    try repository.swapRef(name, from: try repository.ref(name), to: commit, because: "snapshot")
    return .kept(ref: name)
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
