import Host
package import Git
package import PairCore

/// A detached worktree in which one run works, with git's own paths to it as they were when it was made: what
/// an agent leaves in it is untrusted, its `.git` file included.
package struct RunWorktree: Sendable {
  package let path: String
  /// Git's administrative directory of this worktree, below the common directory's `worktrees/`.
  package let gitDirectory: String
  package let base: ObjectID
  /// The lock on its slot; nil for a worktree that is in none.
  let hold: SlotHold?

  init(path: String, gitDirectory: String, base: ObjectID, hold: SlotHold? = nil) {
    self.path = path
    self.gitDirectory = gitDirectory
    self.base = base
    self.hold = hold
  }

  /// A plain folder, whose content began as something of `base`.
  package init(path: String, outsideGitSince base: ObjectID) {
    self.init(path: path, gitDirectory: path + "/.git", base: base)
  }

  /// Where git commands for this worktree work.
  package var place: GitCommand.Place { .init(gitDirectory: gitDirectory, worktree: path) }

  /// The worktree at `path`, even if only git's entry for it is left; nil when there is none.
  package static func standing(
    at path: String, base: ObjectID, commonDirectory: String
  ) throws -> RunWorktree? {
    try standing(at: path, base: base, hold: nil, commonDirectory: commonDirectory)
  }

  /// The same where its base is not known: it is where its HEAD stands.
  package static func standing(
    at path: String, commonDirectory: String, git: GitCommand
  ) async throws -> RunWorktree? {
    guard let found = try find(path, commonDirectory: commonDirectory),
      let head = try await head(of: found, git: git)
    else { return nil }
    return RunWorktree(path: path, gitDirectory: found, base: head)
  }

  static func standing(
    at path: String, base: ObjectID, hold: SlotHold?, commonDirectory: String
  ) throws -> RunWorktree? {
    guard let found = try find(path, commonDirectory: commonDirectory) else { return nil }
    return RunWorktree(path: path, gitDirectory: found, base: base, hold: hold)
  }

  /// The worktree's own index file; nil when it has none.
  package func indexBytes() throws -> [UInt8]? { try Files.read(gitDirectory + "/index") }

  /// What HEAD has stood at, newest first, by its reflog: commits that the agent went back from, too.
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
  package func remove(effects: EffectDoor) async throws {
    try DirectoryWalk.removeTree(path, effects: effects)
    // It lies in the common directory's `worktrees/`.
    let common = gitDirectory.split(separator: "/").dropLast(2).joined(separator: "/")
    let lock = try await WorktreeMaker.waitForEntries("/" + common, effects: effects)
    // In one step: of an entry that is half removed, when somebody is killed, nobody could tell whose it was.
    let folder = "/\(common)/paircoder/waste"
    let waste = "\(folder)/\(gitDirectory.split(separator: "/").last ?? "entry")"
    try Files.makeFolder(folder, effects: effects)
    try DirectoryWalk.removeTree(waste, effects: effects)
    if FileInfo.kind(at: gitDirectory) != nil { try Files.rename(gitDirectory, to: waste, effects: effects) }
    try DirectoryWalk.removeTree(waste, effects: effects)
    _ = consume lock
    try forgetStart(effects: effects)
    // Last of all: until now the note says whose content it was.
    try hold?.slot.removeNote(effects: effects)
    hold?.letGo()
  }

  /// Git's administrative directory for the worktree at `path` (gitrepository-layout(5): `worktrees/*/gitdir`).
  static func find(_ path: String, commonDirectory: String) throws -> String? {
    let folder = commonDirectory + "/worktrees"
    let real = Files.canonical(path) ?? path
    for entry in try DirectoryWalk.list(folder) where entry.kind == .folder {
      let file = "\(folder)/\(entry.name)/gitdir"
      guard let bytes = try Files.read(file, limitInBytes: 1 << 16) else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      if text == path + "/.git" || text == real + "/.git" { return "\(folder)/\(entry.name)" }
    }
    return nil
  }
}
