import Git
import Host
import PairCore

/// A submodule of a run's worktree that the user has fetched, with a git directory of its own for the agent, which
/// borrows the user's objects as the worktree's does.
struct PrivateSubmodule: Hashable, Sendable {
  /// Where the worktree has it.
  let path: String
  /// The commit that the base names; nil where that is not known any more.
  let commit: ObjectID?
  /// The user's git directory of it (gitrepository-layout(5): `modules`).
  let gitDirectory: String
  /// The agent's.
  let privateGitPath: String

  /// The submodules of `base` that the user has fetched, with the commits that it names.
  static func all(
    in worktree: RunWorktree, of repository: borrowing Repository, git: GitCommand
  ) async throws -> [PrivateSubmodule] {
    let tree = try repository.tree(of: worktree.base)
    guard try repository.entry(at: ".gitmodules", in: tree)?.mode == .file else { return [] }
    let common = repository.commonDirectory
    let printed: [UInt8]
    do {
      printed = try await git.run(
        [
          "config", "-z", "--blob", "\(worktree.base):.gitmodules", "--get-regexp", #"^submodule\..*\.path$"#,
        ],
        at: .init(gitDirectory: common))
    } catch is GitError {
      return []  // It names none, or is no file of settings.
    }
    var found: [PrivateSubmodule] = []
    for line in printed.split(separator: 0) {
      let words = line.split(separator: 0x0A, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 2 else { continue }
      let name = words[0].dropFirst("submodule.".count).dropLast(".path".count)
      // A name such as `../x` leads out of the folder (CVE-2018-11235).
      guard !name.isEmpty,
        !name.split(separator: "/", omittingEmptySubsequences: false).contains(where: {
          ["", ".", ".."].contains($0)
        }),
        let entry = try repository.entry(at: words[1], in: tree), entry.mode == .submodule,
        FileInfo.kind(at: "\(common)/modules/\(name)/objects") == .folder
      else { continue }
      found.append(
        PrivateSubmodule(
          path: words[1], commit: entry.id, gitDirectory: "\(common)/modules/\(name)",
          privateGitPath: "\(worktree.privateGitPath)/modules/\(name)"))
    }
    return found
  }

  /// Those of a run whose process died, which are only read from.
  static func left(in worktree: RunWorktree, of repository: borrowing Repository) throws -> [PrivateSubmodule]
  {
    let (common, own) = (repository.commonDirectory + "/modules/", worktree.privateGitPath + "/modules/")
    return try DirectoryWalk.list(own).filter { FileInfo.kind(at: common + $0.name + "/objects") == .folder }
      .map {
        PrivateSubmodule(path: "", commit: nil, gitDirectory: common + $0.name, privateGitPath: own + $0.name)
      }
  }

  /// Makes the agent's git directory of it and checks out its files; false where the user's lacks the commit, or cannot be
  /// read: then it stays empty.
  func populate(in worktree: RunWorktree, git: GitCommand, effects: EffectDoor) async throws -> Bool {
    do {
      return try await fill(worktree, git: git, effects: effects)
    } catch let error as GitError where error.kind != .noSpace {
      return false
    }
  }

  private func fill(_ worktree: RunWorktree, git: GitCommand, effects: EffectDoor) async throws -> Bool {
    let repository = try Repository(gitDirectory: gitDirectory)
    guard let commit, try commit.isPresent(in: repository) else { return false }
    let place = GitCommand.Place(gitDirectory: gitDirectory)
    let own = try PrivateGit(
      path: privateGitPath, of: repository, settings: try await .read(at: place, by: git))
    try own.make(at: commit, effects: effects)
    let folder = worktree.path + "/" + path
    try Files.makeFolder(folder, effects: effects)
    try AtomicFile.replace(
      folder + "/.git", with: Array("gitdir: \(privateGitPath)\n".utf8), effects: effects)
    try await git.inheriting().run(
      ["reset", "--hard", "--quiet", "--no-recurse-submodules"],
      at: .init(gitDirectory: privateGitPath, worktree: folder))
    return true
  }

  /// Takes over what the agent committed, stashed or branched in it, each under a ref of the user's submodule.
  ///
  /// - Parameter worktree: the run's.
  /// - Returns: whether files in it differ from what is committed there.
  func takeOver(
    from worktree: RunWorktree, of run: RunID, git: GitCommand, effects: EffectDoor
  ) async throws -> Bool {
    guard FileInfo.kind(at: privateGitPath) == .folder else { return false }
    let repository = try Repository(gitDirectory: gitDirectory)
    let own = try PrivateGit(path: privateGitPath, of: repository, settings: GitSettings([]))
    try own.seal(effects: effects)
    let known = Set(own.knownCommits + [commit].compactMap(\.self))
    for id in try PrivateRefs(in: privateGitPath).ids where !known.contains(id) {
      do {
        if try !id.isPresent(in: repository) { try await own.bring([id], known: known, git: git.confined) }
      } catch is GitError {
        continue  // A reflog can tell of anything.
      }
      let keeper = "refs/paircoder/submodules/\(run)/\(id.short)"
      if try repository.ref(keeper) == nil {
        try repository.swapRef(keeper, from: nil, to: id, because: "what an agent committed")
      }
    }
    if path.isEmpty { return false }
    do {
      let changed = try await git.confined.limited(to: .seconds(60)).run(
        ["status", "--porcelain", "--ignore-submodules=all"],
        at: .init(gitDirectory: privateGitPath, worktree: worktree.path + "/" + path))
      return !changed.isEmpty
    } catch is GitError {
      return true  // The agent took it away, or broke it.
    }
  }
}
