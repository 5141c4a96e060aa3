import Host
public import Git
public import PairCore

/// A detached worktree in which one run works, with git's own paths to it as they were when it was made.
///
/// What an agent leaves in it is untrusted, its `.git` file included: git is always told the recorded
/// directories.
public struct RunWorktree: Hashable, Sendable {
  public let path: String
  /// Git's administrative directory of this worktree, below the common directory's `worktrees/`.
  public let gitDirectory: String
  public let base: ObjectID
  /// What git checked out, by path; nil for a worktree that an earlier run left. A file that the system
  /// says is still the same one need not be read again: filters (LFS, line endings) may make its bytes
  /// differ from the blob that git took it from.
  let checkedOut: [String: WorktreeContent.Entry]?

  /// Where git commands for this worktree work.
  public var place: GitCommand.Place { .init(gitDirectory: gitDirectory, worktree: path) }

  /// Makes the worktree of `task` below `root`, at `base`.
  ///
  /// - Parameter root: a folder outside the repository; made where it is missing.
  /// - Throws: `PairError` of kind `unsupported` when something that is not ours stands at its path.
  public static func add(
    for task: TaskID, at base: ObjectID, below root: String, commonDirectory: String, git: GitCommand,
    effects: EffectDoor
  ) async throws -> RunWorktree {
    let path = try freePath(for: task, below: root, commonDirectory: commonDirectory)
    if let stale = try find(path, commonDirectory: commonDirectory) {
      try Files.removeTree(stale, effects: effects)  // A removal that was killed half-way.
    }
    try Files.makeFolder(root, mode: 0o700, effects: effects)
    try await git.run(
      ["worktree", "add", "--detach", "--quiet", path, base.hex],
      at: .init(gitDirectory: commonDirectory))
    guard let found = try find(path, commonDirectory: commonDirectory) else {
      throw PairError(.internal, "git made the worktree \(path), but does not list it")
    }
    let content = try WorktreeContent(below: path)
    return RunWorktree(
      path: path, gitDirectory: found, base: base,
      checkedOut: Dictionary(uniqueKeysWithValues: content.entries.map { ($0.path, $0) }))
  }

  /// `<root>/<task>`; with a number behind it where an earlier worktree of the task had to stay.
  private static func freePath(
    for task: TaskID, below root: String, commonDirectory: String
  ) throws -> String {
    var path = root + "/" + task.text
    for number in 2..<100 {
      if Files.kind(of: path) == nil { return path }
      guard try find(path, commonDirectory: commonDirectory) != nil else {
        throw PairError(
          .unsupported, "the worktree path \(path) is taken, and not by a worktree of this repository",
          hint: "Look at it and move it away.")
      }
      path = "\(root)/\(task.text)~\(number)"
    }
    throw PairError(
      .unsupported, "too many worktrees of \(task) had to stay below \(root)",
      hint: "Remove those that you do not need: git worktree remove --force PATH")
  }

  /// The worktree of this repository at `path`, even if only git's entry for it is left; nil when there
  /// is none.
  public static func standing(
    at path: String, base: ObjectID, commonDirectory: String
  ) throws -> RunWorktree? {
    guard let found = try find(path, commonDirectory: commonDirectory) else { return nil }
    return RunWorktree(path: path, gitDirectory: found, base: base, checkedOut: nil)
  }

  /// The worktree's own index file; nil when it has none.
  public func indexBytes() throws -> [UInt8]? { try Files.read(gitDirectory + "/index") }

  /// The commits that HEAD of the worktree has stood at, newest first, by its own reflog: those that the
  /// agent made and went back from are among them (git-reflog(1)).
  func headHistory() throws -> [ObjectID] {
    guard let bytes = try Files.read(gitDirectory + "/logs/HEAD") else { return [] }
    var seen: Set<ObjectID> = []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").reversed().compactMap { line in
      let ids = line.split(separator: " ", maxSplits: 2)
      guard ids.count == 3, let id = ObjectID(String(ids[1])) else { return nil }
      return seen.insert(id).inserted ? id : nil
    }
  }

  /// Removes the worktree and git's entry for it. Whoever calls has made sure that its content is kept.
  public func remove(effects: EffectDoor) throws {
    try Files.removeTree(path, effects: effects)
    try Files.removeTree(gitDirectory, effects: effects)
  }

  /// Git's administrative directory for the worktree at `path` (gitrepository-layout(5): `worktrees/*/gitdir`).
  private static func find(_ path: String, commonDirectory: String) throws -> String? {
    let folder = commonDirectory + "/worktrees"
    let real = Files.canonical(path) ?? path
    for entry in try Files.list(folder) where entry.kind == .folder {
      let file = "\(folder)/\(entry.name)/gitdir"
      guard let bytes = try Files.read(file, limitInBytes: 1 << 16) else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      if text == path + "/.git" || text == real + "/.git" { return "\(folder)/\(entry.name)" }
    }
    return nil
  }
}
