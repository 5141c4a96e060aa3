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

  /// Makes the worktree of `task` below `root`, at `base`, outside any pool.
  ///
  /// - Parameter root: a folder outside the repository; made where it is missing.
  /// - Throws: `PairError` of kind `unsupported` when something that is not ours stands at its path.
  package static func add(
    for task: TaskID, at base: ObjectID, below root: String, commonDirectory: String, git: GitCommand,
    effects: EffectDoor
  ) async throws -> RunWorktree {
    let path = try freePath(for: task, below: root, commonDirectory: commonDirectory)
    try Files.makeFolder(root, mode: 0o700, effects: effects)
    return try await add(at: path, base, commonDirectory: commonDirectory, git: git, effects: effects)
  }

  /// Has git make a worktree at `path`, where nothing stands.
  static func add(
    at path: String, _ base: ObjectID, hold: SlotHold? = nil, commonDirectory: String, git: GitCommand,
    effects: EffectDoor
  ) async throws -> RunWorktree {
    let lock = try await waitForEntries(commonDirectory, effects: effects)
    if let stale = try find(path, commonDirectory: commonDirectory) {
      try Files.removeTree(stale, effects: effects)  // A removal that was killed half-way.
    }
    try await git.run(
      ["worktree", "add", "--no-checkout", "--detach", "--quiet", path, base.hex],
      at: .init(gitDirectory: commonDirectory))
    _ = consume lock
    guard let found = try find(path, commonDirectory: commonDirectory) else {
      throw PairError(.internal, "git made the worktree \(path), but does not list it")
    }
    let worktree = RunWorktree(path: path, gitDirectory: found, base: base, hold: hold)
    // What 'worktree add' does at its end, but not while others wait.
    try await git.run(["reset", "--hard", "--quiet", "--no-recurse-submodules"], at: worktree.place)
    try worktree.rememberIndex(effects: effects)
    return worktree
  }

  /// Git looks at the entries of all worktrees when it makes one, and fails on one that another process is just
  /// making or removing ("failed to read …/commondir", measured with 2.39). So these wait for each other, for
  /// as long as a checkout never takes: the lock spares a failure, and nothing is unsafe without it.
  private static func waitForEntries(
    _ commonDirectory: String, effects: EffectDoor
  ) async throws -> FileLock? {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if let lock = try tryEntries(commonDirectory, effects: effects) { return lock }
      // Never blocks a thread: whoever holds it may need this one. Nor is it cut short by an interrupt: what is
      // begun here is brought to its end.
      try await Task.detached { try await Task.sleep(for: .milliseconds(20)) }.value
    }
    return nil
  }

  private static func tryEntries(_ commonDirectory: String, effects: EffectDoor) throws -> FileLock? {
    let folder = commonDirectory + "/paircoder"
    try Files.makeFolder(folder, effects: effects)
    return try FileLock.tryLock(
      folder + "/entries", holder: "a worktree is being made or removed", effects: effects)
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
  package func remove(effects: EffectDoor) async throws {
    try Files.removeTree(path, effects: effects)
    // It lies in the common directory's `worktrees/`.
    let common = gitDirectory.split(separator: "/").dropLast(2).joined(separator: "/")
    let lock = try await RunWorktree.waitForEntries("/" + common, effects: effects)
    // In one step: of an entry that is half removed, when somebody is killed, nobody could tell whose it was.
    let folder = "/\(common)/paircoder/waste"
    let waste = "\(folder)/\(gitDirectory.split(separator: "/").last ?? "entry")"
    try Files.makeFolder(folder, effects: effects)
    try Files.removeTree(waste, effects: effects)
    if Files.kind(of: gitDirectory) != nil { try Files.rename(gitDirectory, to: waste, effects: effects) }
    try Files.removeTree(waste, effects: effects)
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
    for entry in try Files.list(folder) where entry.kind == .folder {
      let file = "\(folder)/\(entry.name)/gitdir"
      guard let bytes = try Files.read(file, limitInBytes: 1 << 16) else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      if text == path + "/.git" || text == real + "/.git" { return "\(folder)/\(entry.name)" }
    }
    return nil
  }
}
