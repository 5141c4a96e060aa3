package import Git
import Host
package import PairCore

/// The git directory that an agent has instead of the user's while it works: `<worktree>.git` beside the worktree, whose
/// `.git` file leads there. It borrows the user's objects and has copies of the refs; what an agent does with git (stash,
/// commit, configuration, hooks, `gc`) stays in it.
///
/// The worktree stays one of the user's repository, for us and for `git worktree list`. Nothing in the directory is
/// believed afterwards: `seal` replaces what configures git, and what the agent made is taken out by `AgentGit`.
package struct PrivateGit: Sendable {
  package let path: String
  /// The objects of the user's repository.
  let objects: String
  /// The user's git directory.
  var common: String { objects.hasSuffix("/objects") ? String(objects.dropLast(8)) : objects }
  /// Git's settings before the agent began.
  let settings: GitSettings
  /// Files of the user's repository that tell git what to do, by their paths in a git directory.
  let files: [String: [UInt8]]
  /// The user's own attributes and patterns to ignore, by the settings that name their files.
  var filesOfUser: [String: [UInt8]] = [:]
  /// The branches, tags and remote-tracking refs that were copied.
  let tips: [RefTip]
  /// The submodules that were filled for the agent.
  var submodules: [PrivateSubmodule] = []

  /// At `path`, borrowing from `repository`.
  init(path: String, of repository: borrowing Repository, settings: GitSettings, sparse: [UInt8]? = nil)
    throws
  {
    self.path = path
    self.settings = settings
    objects = repository.objectFolder
    var files: [String: [UInt8]] = [:]
    for name in PrivateGit.configuringFiles {
      files[name] = try Files.read(repository.commonDirectory + "/" + name)
    }
    files["info/sparse-checkout"] = sparse
    self.files = files
    tips = try ["refs/heads/", "refs/remotes/", "refs/tags/"].flatMap {
      try RefTip.all(under: $0, in: repository)
    }
  }

  /// The commits that were there before the agent began.
  package var knownCommits: [ObjectID] { Array(Set(tips.compactMap(\.commit))) }

  static func path(besides worktree: String) -> String { worktree + ".git" }

  /// The ref that keeps what a run borrows: without it, a branch that the user deletes and `git gc` would break the
  /// agent's `git log --all`.
  package static func anchor(of run: RunID) -> String { "refs/paircoder/anchors/\(run)" }

  /// What the directory may take on disk: `git repack -ad` in it copies all that it borrows.
  static let limitInBytes = 2 << 30

  private static let configuringFiles = ["info/attributes", "info/exclude", "shallow"]
}

extension RunWorktree {
  /// Where the agent's git directory lies, whether or not it is there.
  var privateGitPath: String { PrivateGit.path(besides: path) }

  /// Git's directory for those who work in the worktree: the agent's own, while it has one.
  var agentGitDirectory: String {
    FileInfo.kind(at: privateGitPath) == .folder ? privateGitPath : gitDirectory
  }

  /// Gives the worktree a git directory of its own, and leads its `.git` file there.
  ///
  /// - Parameters:
  ///   - repository: the user's, which is borrowed from.
  ///   - git: set up for that repository.
  package func enclosed(
    for run: RunID, in repository: borrowing Repository, git: GitCommand, effects: EffectDoor
  ) async throws -> RunWorktree {
    let common = repository.commonDirectory
    var own = try PrivateGit(
      path: privateGitPath, of: repository,
      settings: try await .read(at: .init(gitDirectory: gitDirectory), by: git),
      sparse: Files.read(gitDirectory + "/info/sparse-checkout"))
    own.filesOfUser = try git.filesOfUser(own.settings)
    let stash = try PrivateRefs.logged(common + "/logs/refs/stash").filter {
      try $0.isPresent(in: repository)
    }
    let known = Set(own.knownCommits + [base] + stash)
    try Anchor.set(
      PrivateGit.anchor(of: run), to: known.sorted { $0.hex < $1.hex }, tree: repository.tree(of: base),
      in: repository)
    try DirectoryWalk.removeTree(own.path, effects: effects)
    try own.make(at: base, index: gitDirectory + "/index", effects: effects)
    try own.copySymbolicRefs(from: common, effects: effects)
    try await own.copyTags(from: common, git: git)
    for submodule in try await PrivateSubmodule.all(in: self, of: repository, git: git)
    where try await submodule.populate(in: self, git: git, effects: effects) {
      own.submodules.append(submodule)
    }
    var enclosed = self
    enclosed.privateGit = own
    try enclosed.leadIn(effects: effects)
    if !own.submodules.isEmpty {
      try await enclosed.rememberWhatWasBrought(copies: [], git: git, effects: effects)
    }
    return enclosed
  }

  /// Whether the `.git` file leads to the agent's git directory. Both the agent and `git worktree repair` in the user's
  /// checkout can lead it elsewhere.
  func leadsIn() throws -> Bool {
    try FileInfo.kind(at: path + "/.git") == .file
      && Files.read(path + "/.git", limitInBytes: 1 << 16) == Array("gitdir: \(privateGitPath)\n".utf8)
  }

  func leadIn(effects: EffectDoor) throws {
    try lead(to: privateGitPath, effects)
  }

  /// Leads the `.git` file back to git's own directory of the worktree.
  func leadBack(effects: EffectDoor) throws {
    // Git writes paths without links in them.
    try lead(to: Files.canonical(gitDirectory) ?? gitDirectory, effects)
  }

  private func lead(to folder: String, _ effects: EffectDoor) throws {
    // Nothing is there any more, or a repository of the agent's, which is kept.
    if FileInfo.kind(at: path) != .folder || FileInfo.kind(at: path + "/.git") == .folder { return }
    try AtomicFile.replace(path + "/.git", with: Array("gitdir: \(folder)\n".utf8), effects: effects)
  }

  /// Takes the agent's git directory away, of which all is kept, and leads the worktree back to the user's repository.
  func leavePrivateGit(effects: EffectDoor) throws {
    guard FileInfo.kind(at: privateGitPath) != nil else { return }
    try leadBack(effects: effects)
    try DirectoryWalk.removeTree(privateGitPath, effects: effects)
  }
}

extension PrivateGit {
  /// Makes the directory, with HEAD detached at `base` and a copy of `index`.
  func make(at base: ObjectID, index: String? = nil, effects: EffectDoor) throws {
    for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"] {
      try Files.makeFolder(path + "/" + folder, mode: 0o700, effects: effects)
    }
    try write("HEAD", Array("\(base)\n".utf8), effects)
    try write("packed-refs", packedRefs, effects)
    try writeWhatConfigures(effects: effects)
    guard let index else { return }
    try AtomicFile.copy(index, to: path + "/index", effects: effects)
    // Git reads a file again that was changed in the second in which the index was written, or later (racy-git).
    try Files.setChangeTime(of: path + "/index", asOf: index, effects: effects)
  }

  func write(_ name: String, _ bytes: [UInt8], _ effects: EffectDoor) throws {
    try AtomicFile.replace(path + "/" + name, with: bytes, effects: effects)
  }

  /// Writes what tells git what to do there: settings, attributes, where the borrowed objects are.
  func writeWhatConfigures(effects: EffectDoor) throws {
    try write("config", settings.ofAgent(hooks: path + "/hooks", common: common).file, effects)
    try write("objects/info/alternates", Array((objects + "\n").utf8), effects)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) { try write(name, bytes, effects) }
  }

  /// As `git pack-refs` writes them (gitrepository-layout(5)).
  var packedRefs: [UInt8] {
    var lines = "# pack-refs with: peeled fully-peeled sorted \n"
    for tip in tips {
      lines += "\(tip.id) \(tip.name)\n"
      if let peeled = tip.peeled { lines += "^\(peeled)\n" }
    }
    return Array(lines.utf8)
  }

  /// Copies the refs that name others, such as `refs/remotes/origin/HEAD`; git has them as files only.
  fileprivate func copySymbolicRefs(from common: String, effects: EffectDoor) throws {
    for remote in try DirectoryWalk.list(common + "/refs/remotes") where remote.kind == .folder {
      let name = "refs/remotes/\(remote.name)/HEAD"
      guard let bytes = try Files.read(common + "/" + name, limitInBytes: 1 << 16),
        bytes.starts(with: "ref: ".utf8)
      else { continue }
      try Files.makeFolder(path + "/refs/remotes/" + remote.name, effects: effects)
      try write(name, bytes, effects)
    }
  }

  /// Copies the tag objects, which no anchor can keep: a commit has commits as parents only.
  fileprivate func copyTags(from common: String, git: GitCommand) async throws {
    let tags = tips.filter { $0.peeled != nil }
    if tags.isEmpty { return }
    try await git.run(
      ["pack-objects", "--quiet", path + "/objects/pack/pack"], at: .init(gitDirectory: common),
      input: Array(tags.map { "\($0.id)\n" }.joined().utf8))
  }
}
