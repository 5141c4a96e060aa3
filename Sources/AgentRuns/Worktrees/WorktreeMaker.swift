import Host
package import Git
package import PairCore

/// Makes worktrees of one repository.
package struct WorktreeMaker: Sendable {
  private let commonDirectory: String
  private let git: GitCommand
  private let effects: EffectDoor

  package init(of commonDirectory: String, git: GitCommand, effects: EffectDoor) {
    self.commonDirectory = commonDirectory
    self.git = git
    self.effects = effects
  }

  /// Has git make a worktree at `path`, where nothing stands.
  func add(at path: String, _ base: ObjectID, hold: SlotHold? = nil) async throws -> RunWorktree {
    let lock = try await WorktreeMaker.waitForEntries(commonDirectory, effects: effects)
    if let stale = try RunWorktree.find(path, commonDirectory: commonDirectory) {
      try DirectoryWalk.removeTree(stale, effects: effects)  // A removal that was killed half-way.
    }
    try await git.run(
      ["worktree", "add", "--no-checkout", "--detach", "--quiet", path, base.hex],
      at: .init(gitDirectory: commonDirectory))
    _ = consume lock
    guard let found = try RunWorktree.find(path, commonDirectory: commonDirectory) else {
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
  static func waitForEntries(_ commonDirectory: String, effects: EffectDoor) async throws -> FileLock? {
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
      folder + "/entries", holder: "a worktree is being made or removed", attempts: 1, effects: effects)
  }
}
