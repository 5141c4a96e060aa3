package import Git
import Host
package import PairCore

extension RunWorktree {
  /// Adds everything in the worktree to the index at `index`, made as a copy of the worktree's own where it
  /// is missing, and writes that as a tree. The agent's own index stays as it is. Git does this, since it
  /// alone knows the repository's filters (LFS, line endings).
  package func writeTree(git: GitCommand, index: String, effects: EffectDoor) async throws -> ObjectID {
    if let own = try indexBytes(), try AtomicFile.create(index, with: own, effects: effects) {
      // Git reads files again that were changed in the second in which the index was written, or later: their times
      // say nothing. A copy with a time of its own would pass over them (gitformat-index(5), racy-git).
      try Files.setChangeTime(of: index, asOf: gitDirectory + "/index", effects: effects)
      try await unhide(in: index, own, git: git)
    }
    try await addAll(git: git, index: index, effects: effects)
    return try await tree(of: index, git: git)
  }

  /// Lets git look again at files that the agent told its index to pass over (`--skip-worktree`,
  /// `--assume-unchanged`; git-update-index(1)): the tree is to hold what stands there. What a sparse checkout
  /// leaves out does not stand there.
  private func unhide(in index: String, _ bytes: [UInt8], git: GitCommand) async throws {
    let (skipped, assumed) = try await hidden(in: index, bytes, git: git)
    for (option, names) in [("--no-assume-unchanged", assumed), ("--no-skip-worktree", skipped)] {
      for start in stride(from: 0, to: names.count, by: 500) {
        let share = names[start..<min(start + 500, names.count)]
        try await git.run(["update-index", option, "--"] + share, at: place, index: index)
      }
    }
  }

  /// The files that stand there and that the index at `index` tells git to pass over.
  private func hidden(
    in index: String, _ bytes: [UInt8], git: GitCommand
  ) async throws -> (skipped: [String], assumed: [String]) {
    do {
      let file = try IndexFile(bytes, from: index)
      let standing = { (entry: IndexFile.Entry) in FileInfo.kind(at: path + "/" + file.path(of: entry)) != nil
      }
      return (
        file.entries.filter { $0.isLeftOut && standing($0) }.map(file.path),
        file.entries.filter { $0.isAssumedUnchanged && standing($0) }.map(file.path)
      )
    } catch {
      return try await hiddenAsGitSays(in: index, git: git)  // A split or sparse index.
    }
  }

  private func hiddenAsGitSays(
    in index: String, git: GitCommand
  ) async throws -> (skipped: [String], assumed: [String]) {
    let printed = try await git.run(["ls-files", "-v", "-z"], at: place, index: index)
    var skipped: [String] = []
    var assumed: [String] = []
    for line in printed.split(separator: 0) where line.count > 2 {
      let name = String(decoding: line.dropFirst(2), as: UTF8.self)
      guard let tag = line.first, tag != UInt8(ascii: "H"), FileInfo.kind(at: path + "/" + name) != nil else {
        continue
      }
      if tag | 0x20 == UInt8(ascii: "s") { skipped.append(name) }
      if tag & 0x20 != 0 { assumed.append(name) }
    }
    return (skipped, assumed)
  }

  /// What stood there before the agent began, and git did not check out, is no part of a result. A copy of a
  /// file of the user's is none even where the agent staged it itself.
  private func addAll(git: GitCommand, index: String, effects: EffectDoor) async throws {
    let brought = try brought().values
    let unwanted = brought.filter { $0.isUnignored || $0.origin == .repository }.map(\.path).sorted()
    if unwanted.isEmpty {
      try await git.run(["add", "--all", "--", "."], at: place, index: index)
    } else {
      let file = index + ".paths"
      let words = ["."] + unwanted.map { ":(top,exclude,literal)" + $0 }
      try AtomicFile.replace(file, with: Array(words.map { $0 + "\0" }.joined().utf8), effects: effects)
      try await git.run(
        ["add", "--all", "--pathspec-from-file=" + file, "--pathspec-file-nul"], at: place, index: index)
    }
    let copies = brought.filter { $0.origin == .copied }.map(\.path).sorted()
    if copies.isEmpty { return }
    let file = index + ".copies"
    try AtomicFile.replace(file, with: Array(copies.map { $0 + "\0" }.joined().utf8), effects: effects)
    try await git.run(
      [
        "--literal-pathspecs", "rm", "--cached", "--force", "--quiet", "--ignore-unmatch",
        "--pathspec-from-file=" + file, "--pathspec-file-nul",
      ], at: place, index: index)
  }

  /// What the agent had staged, as a tree; nil where its index is none (a conflict, a broken file).
  package func stagedTree(git: GitCommand, effects: EffectDoor) async throws -> ObjectID? {
    if try indexBytes() == Files.read(startIndex) { return nil }  // Nothing was staged.
    guard let own = try indexBytes() else { return nil }
    let copy = gitDirectory + "/index.staged"  // git write-tree writes into the index that it reads.
    try AtomicFile.replace(copy, with: own, effects: effects)
    do {
      return try await tree(of: copy, git: git)
    } catch is GitError {
      return nil  // The index file itself is kept in any case.
    }
  }

  private func tree(of index: String, git: GitCommand) async throws -> ObjectID {
    let place = GitCommand.Place(gitDirectory: gitDirectory)
    let printed = try await git.run(["write-tree"], at: place, index: index)
    guard let tree = ObjectID(String(decoding: printed, as: UTF8.self).trimmed) else {
      throw PairError(.internal, "git write-tree in \(path) printed no object id")
    }
    return tree
  }

  /// Where HEAD of the worktree stands: not at `base` if the agent committed by itself. Nil in a worktree
  /// that git was killed over while it made it: its last file was not there yet, or HEAD still names no
  /// commit (`add_worktree` in git's builtin/worktree.c). Nor does it in one that an agent damaged.
  package func head(git: GitCommand) async throws -> ObjectID? {
    try await RunWorktree.head(of: gitDirectory, git: git)
  }

  static func head(of gitDirectory: String, git: GitCommand) async throws -> ObjectID? {
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
}
