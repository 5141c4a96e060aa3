package import Git
import Host
package import PairCore

extension RunWorktree {
  /// Adds everything in the worktree to the index at `index` and writes that as a tree. The index that an agent had says
  /// of files what it likes, so ours begins as the one that git wrote when it checked the files out.
  ///
  /// Git does this, since it alone knows the repository's filters (LFS, line endings).
  ///
  /// - Parameter index: an index file to use; made where it is missing.
  package func writeTree(git: GitCommand, index: String, effects: EffectDoor) async throws -> ObjectID {
    try await withGitOfOurs(git, effects: effects) { git, place in
      let at = TreeWriter(worktree: self, git: git, place: place, index: index, effects: effects)
      return try await at.write()
    }
  }

  /// Puts the tree `new` into the worktree, in which `old` stands as the index at `index` says.
  package func move(
    from old: ObjectID, to new: ObjectID, git: GitCommand, index: String, effects: EffectDoor
  ) async throws {
    _ = try await withGitOfOurs(git, effects: effects) { git, place in
      try await git.run(
        WorktreePool.strictly + ["read-tree", "-m", "-u", old.hex, new.hex], at: place, index: index)
    }
  }
}

/// Writes what stands in a worktree as a tree.
private struct TreeWriter {
  let worktree: RunWorktree
  let git: GitCommand
  let place: GitCommand.Place
  let index: String
  let effects: EffectDoor

  private var path: String { worktree.path }

  func write() async throws -> ObjectID {
    let source =
      FileInfo.kind(at: worktree.startIndex) == .file ? worktree.startIndex : place.gitDirectory + "/index"
    var forced: [String] = []
    if let start = try Files.read(source), try AtomicFile.create(index, with: start, effects: effects) {
      // Git reads files again that were changed in the second in which the index was written, or later: their times
      // say nothing. A copy with a time of its own would pass over them (gitformat-index(5), racy-git).
      try Files.setChangeTime(of: index, asOf: source, effects: effects)
      try await unhide(start)
      forced = try await followAgent(from: start)
    }
    try await addAll()
    try await update(forced, by: "--add")
    // Git is kept out of them: it would obey what configures it there.
    for submodule in worktree.privateGit?.submodules ?? [] {
      guard FileInfo.kind(at: "\(path)/\(submodule.path)/.git") == .file,
        let head = try PrivateRefs(in: submodule.privateGitPath).head, head != submodule.commit
      else { continue }
      try await run(["update-index", "--cacheinfo", "160000,\(head),\(submodule.path)"])
    }
    let printed = try await run(["write-tree"])
    guard let tree = ObjectID(String(decoding: printed, as: UTF8.self).trimmed) else {
      throw PairError(.internal, "git write-tree in \(path) printed no object id")
    }
    return tree
  }

  @discardableResult
  private func run(_ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
    try await git.run(WorktreePool.strictly + arguments, at: place, index: index, input: input)
  }

  /// Follows what an agent told its own index of files that git ignores: has git forget those that it took out, and
  /// returns those that it put in.
  private func followAgent(from start: [UInt8]) async throws -> [String] {
    guard let bytes = try worktree.indexBytes(), bytes != start,
      // One that is broken, or that our reader does not know: it has no say.
      let theirs = try? IndexFile(bytes, from: "the agent's index"),
      // As above.
      let ours = try? IndexFile(start, from: worktree.startIndex)
    else { return [] }
    func paths(_ file: IndexFile) -> Set<String> {
      Set(file.entries.filter { $0.mode != .submodule && !$0.isLeftOut }.map(file.path))
    }
    let (known, told) = (paths(ours), Set(theirs.entries.map(theirs.path)))
    let standing = { (name: String) in
      FileInfo.kind(at: path + "/" + name).map { $0 == .file || $0 == .link } == true
    }
    // What a sparse checkout of the agent's leaves out is not deleted.
    try await update(
      theirs.entries.filter(\.isLeftOut).map(theirs.path).filter {
        known.contains($0) && FileInfo.kind(at: path + "/" + $0) == nil
      }, by: "--skip-worktree")
    try await update(known.subtracting(told).filter(standing).sorted(), by: "--force-remove")
    let copies = try worktree.brought().values.filter { $0.origin == .copied }.map(\.path)
    return paths(theirs).subtracting(known).subtracting(copies).filter(standing).sorted()
  }

  private func update(_ paths: [String], by option: String) async throws {
    if paths.isEmpty { return }
    try await run(
      ["update-index", option, "-z", "--stdin"], input: Array(paths.map { $0 + "\0" }.joined().utf8))
  }

  /// Lets git look at files that stand there though a sparse checkout left them out when the worktree was made.
  private func unhide(_ start: [UInt8]) async throws {
    // Those that git wrote for us are all readable.
    guard let file = try? IndexFile(start, from: worktree.startIndex) else { return }
    let standing = file.entries.filter { $0.isLeftOut }.map(file.path).filter {
      FileInfo.kind(at: path + "/" + $0) != nil
    }
    try await update(standing, by: "--no-skip-worktree")
  }

  /// What stood there before the agent began, and git did not check out, is no part of a result. A copy of a
  /// file of the user's is none even where the agent staged it itself.
  private func addAll() async throws {
    let brought = try worktree.brought().values
    // Git goes into submodules to see what changed there, and would obey what configures it there.
    let start = try worktree.start().checkedOut
    let submodules = start.entries.filter { $0.mode == .submodule }.map(start.path).filter {
      FileInfo.kind(at: "\(path)/\($0)/.git") != nil
    }
    let unwanted = Set(
      brought.filter { $0.isUnignored || $0.origin == .repository }.map(\.path) + submodules
    ).sorted()
    if unwanted.isEmpty {
      try await run(["add", "--all", "--", "."])
    } else {
      let file = index + ".paths"
      let words = ["."] + unwanted.map { ":(top,exclude,literal)" + $0 }
      try AtomicFile.replace(file, with: Array(words.map { $0 + "\0" }.joined().utf8), effects: effects)
      try await run(["add", "--all", "--pathspec-from-file=" + file, "--pathspec-file-nul"])
    }
    let copies = brought.filter { $0.origin == .copied }.map(\.path).sorted()
    if copies.isEmpty { return }
    try await update(copies, by: "--force-remove")
  }
}
