import Host
package import Git
package import PairCore

/// A detached worktree in which one run works, with git's own paths to it as they were when it was made.
///
/// What an agent leaves in it is untrusted, its `.git` file included: git is always told the recorded
/// directories.
package struct RunWorktree: Sendable {
  package let path: String
  /// Git's administrative directory of this worktree, below the common directory's `worktrees/`.
  package let gitDirectory: String
  package let base: ObjectID
  /// The lock on its slot; nil for a worktree that is in none.
  let hold: SlotHold?
  /// What its agent has for git; nil where that is not known to this process.
  package internal(set) var privateGit: PrivateGit?

  /// Git's settings before anyone worked in it; nil where they are not known to this process.
  package var settings: GitSettings? { privateGit?.settings }

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

  /// The worktree of this repository at `path`, even if only git's entry for it is left; nil when there
  /// is none.
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

  /// What stands there now that git did not check out as it is.
  package func content() throws -> WorktreeContent {
    try WorktreeContent(below: path, since: start().checkedOut)
  }

  /// The agent's index while it has one, else the worktree's; nil when there is none.
  package func indexBytes() throws -> [UInt8]? {
    let file = agentGitDirectory + "/index"
    return FileInfo.kind(at: file) == .file ? try Files.read(file) : nil
  }

  /// Where HEAD stands. Nil in a worktree that git was killed over while it made it: its last file was not there yet, or
  /// HEAD still names no commit (`add_worktree` in git's builtin/worktree.c).
  private static func head(of gitDirectory: String, git: GitCommand) async throws -> ObjectID? {
    guard try hasReadableHead(gitDirectory) else { return nil }
    // As it stands most of the time; for a branch git is asked.
    let text = String(decoding: try Files.read(gitDirectory + "/HEAD") ?? [], as: UTF8.self).trimmed
    let name: String
    if ObjectID(text) != nil {
      name = text
    } else {
      let printed = try await git.run(
        ["rev-parse", "--verify", "--quiet", "HEAD"], at: .init(gitDirectory: gitDirectory))
      name = String(decoding: printed, as: UTF8.self).trimmed
    }
    return name.allSatisfy { $0 == "0" } ? nil : ObjectID(name)
  }

  /// Removes the worktree and git's entry for it. Whoever calls has made sure that its content is kept.
  package func remove(effects: EffectDoor) async throws {
    for folder in [path, privateGitPath, path + ".ours"] {
      try DirectoryWalk.removeTree(folder, effects: effects)
    }
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
      // One that cannot be read is none of ours, or damaged: it must not stand in the way of the others.
      guard let bytes = try? Files.read(file, limitInBytes: 1 << 16) else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      if text == path + "/.git" || text == real + "/.git" { return "\(folder)/\(entry.name)" }
    }
    return nil
  }
}
