package import Git
import Host
package import PairCore

/// What an agent did with git, by what its git directory holds after its end.
package struct AgentGit: Hashable, Sendable {
  /// Where HEAD stands; nil where it names no commit.
  package let head: ObjectID?
  /// What it committed or stashed and that nothing else of it reaches, HEAD first: in the user's repository now.
  package let commits: [ObjectID]
  /// What it had staged, as a tree; nil where that is what was checked out, and where it cannot be written as one.
  package let staged: ObjectID?
  /// What git is in the middle of, such as "a merge"; nil for nothing.
  package let unfinished: String?
  /// The paths in conflict.
  package let conflicts: [String]
  /// Why not all of it can be taken over; nil where it could.
  package let loss: String?
  /// Whether the worktree's `.git` file led to another git directory than the agent's own.
  package let wasLedElsewhere: Bool
  /// Whether HEAD moved last because a commit was amended.
  package var isAmended = false
  /// How many commits HEAD has beyond the base that the agent did not make: what it merged, or fetched.
  package var foreignCount = 0
  /// The submodules with changes that the agent did not commit there.
  package var changedSubmodules: [String] = []
}

extension AgentGit {
  /// Takes what `run` did with git in `worktree` out of its own git directory into the user's repository. It moves no ref.
  /// The run's processes have ended.
  ///
  /// - Throws: `PairError` where that directory is gone or cannot be read.
  package static func take(
    from worktree: RunWorktree, of run: RunID, into repository: borrowing Repository, git: GitCommand,
    effects: EffectDoor
  ) async throws -> AgentGit {
    let (path, privateGit) = (worktree.privateGitPath, worktree.privateGit)
    let outside = try outside(worktree, repository)
    guard FileInfo.kind(at: path) != nil || privateGit != nil else { return outside }
    // What a run left whose process died is only read from.
    let own = try privateGit ?? PrivateGit(path: path, of: repository, settings: GitSettings([]))
    let wasLedElsewhere = try privateGit != nil && !worktree.leadsIn()
    if wasLedElsewhere { try worktree.leadIn(effects: effects) }
    try own.seal(effects: effects)
    let known =
      try repository.ref(PrivateGit.anchor(of: run)).map { try repository.commit($0).parents } ?? [
        worktree.base
      ]
    let take = Takeover(own, of: worktree, known: Set(known), git: git.confined, effects: effects)
    let submodules = try privateGit?.submodules ?? PrivateSubmodule.left(in: worktree, of: repository)
    var changed: [String] = []
    for submodule in submodules
    where try await submodule.takeOver(from: worktree, of: run, git: git, effects: effects) {
      changed.append(submodule.path)
    }
    var taken = try await take.run(repository, beside: outside.commits, wasLedElsewhere: wasLedElsewhere)
    taken.changedSubmodules = changed
    return taken
  }

  /// What was done with git's own directory of the worktree: by a person where it stayed, or by an agent of an earlier
  /// version.
  private static func outside(_ worktree: RunWorktree, _ repository: borrowing Repository) throws -> AgentGit
  {
    let refs = try PrivateRefs(in: worktree.gitDirectory)
    var commits: [ObjectID] = []
    for id in refs.ids where try repository.isCommit(id) {
      var isReached = try repository.isReachable(id, from: worktree.base)
      for other in commits where !isReached { isReached = try repository.isReachable(id, from: other) }
      if !isReached { commits.append(id) }
    }
    return AgentGit(
      head: refs.head, commits: commits, staged: nil, unfinished: nil, conflicts: [], loss: nil,
      wasLedElsewhere: false)
  }
}

extension PrivateGit {
  /// Copies what `ids` reach, and `known` do not, into the user's repository, after git has looked at each object
  /// (git-fsck(1)).
  func bring(_ ids: [ObjectID], known: Set<ObjectID>, git: GitCommand) async throws {
    if ids.isEmpty { return }
    let pack = try await git.run(
      ["pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset"], at: .init(gitDirectory: path),
      input: Array((ids.map(\.hex) + known.map { "^\($0)" }).map { $0 + "\n" }.joined().utf8))
    // Bytes 8 to 11 count the objects (gitformat-pack(5)); as many as fetch.unpackLimit are unpacked.
    let count = pack.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    try await git.run(
      count <= 100 ? ["unpack-objects", "-q", "--strict"] : ["index-pack", "--stdin", "--strict"],
      at: .init(gitDirectory: path, objects: objects), input: pack)
  }
}

/// Takes over what an agent did with git.
private struct Takeover {
  let own: PrivateGit
  let worktree: RunWorktree
  /// The commits that were there before the agent began.
  let known: Set<ObjectID>
  /// Without credentials and configuration files.
  let git: GitCommand
  let effects: EffectDoor

  init(
    _ own: PrivateGit, of worktree: RunWorktree, known: Set<ObjectID>, git: GitCommand, effects: EffectDoor
  ) {
    self.own = own
    self.worktree = worktree
    self.known = known
    self.git = git
    self.effects = effects
  }

  func run(
    _ repository: borrowing Repository, beside earlier: [ObjectID], wasLedElsewhere: Bool
  ) async throws -> AgentGit {
    let refs = try PrivateRefs(in: own.path, known: own.packedRefs)
    // Else git does not take it for a git directory.
    if refs.head == nil { try own.write("HEAD", Array("\(worktree.base)\n".utf8), effects) }
    let others = try await commitsAmong(refs.remotes) + known
    let tips = try await newTips(among: refs, beside: others)
    var loss: String?
    for tip in tips {
      do {
        // What one brings, others may need no more.
        if try !tip.isPresent(in: repository) { try await own.bring([tip], known: known, git: git) }
      } catch let error as GitError {
        loss = loss ?? "its commit \(tip.short) cannot be taken over: \(error.message)"
      }
    }
    let commits = try earlier + tips.filter { try !earlier.contains($0) && $0.isPresent(in: repository) }
    let (staged, conflicts) = try await index(repository)
    return AgentGit(
      head: refs.head, commits: commits, staged: staged, unfinished: unfinished, conflicts: conflicts,
      loss: loss, wasLedElsewhere: wasLedElsewhere,
      isAmended: refs.lastAction?.hasPrefix("commit (amend)") == true,
      foreignCount: try await foreignCount(at: refs.head, others))
  }

  /// The commits that the agent made and that nothing else of it reaches, HEAD's first: not what was there before, nor
  /// what it fetched.
  private func newTips(among refs: PrivateRefs, beside others: [ObjectID]) async throws -> [ObjectID] {
    let candidates = try await commitsAmong(refs.ids.filter { !known.contains($0) })
    if candidates.isEmpty { return [] }
    let printed: [UInt8]
    do {
      printed = try await list("--parents", candidates, hiding: others)
    } catch is GitError {
      return candidates  // Something in their history is missing: each is tried by itself.
    }
    var (new, parents): (Set<Substring>, Set<Substring>) = ([], [])
    for line in String(decoding: printed, as: UTF8.self).split(separator: "\n") {
      let ids = line.split(separator: " ")
      new.insert(ids[0])
      parents.formUnion(ids.dropFirst())
    }
    return candidates.filter { new.contains($0.hex[...]) && !parents.contains($0.hex[...]) }
  }

  /// What rev-list prints of the commits that `tips` reach and `others` do not.
  private func list(_ option: String, _ tips: [ObjectID], hiding others: [ObjectID]) async throws -> [UInt8] {
    let input = (tips.map(\.hex) + others.map { "^\($0)" }).map { $0 + "\n" }.joined()
    return try await git.run(
      ["rev-list", option, "--stdin"], at: .init(gitDirectory: own.path), input: Array(input.utf8))
  }

  private func foreignCount(at head: ObjectID?, _ others: [ObjectID]) async throws -> Int {
    guard let head, head != worktree.base else { return 0 }
    func count(hiding others: [ObjectID]) async throws -> Int {
      let printed = try await list("--count", [head], hiding: others)
      return Int(String(decoding: printed, as: UTF8.self).trimmed) ?? 0
    }
    do {
      return try await count(hiding: [worktree.base]) - count(hiding: [worktree.base] + others)
    } catch is GitError {
      return 0  // HEAD names no commit that can be read.
    }
  }

  /// Those of `ids` that are commits; a reflog can tell of anything.
  private func commitsAmong(_ ids: [ObjectID]) async throws -> [ObjectID] {
    if ids.isEmpty { return [] }
    let printed = try await git.run(
      ["cat-file", "--batch-check"], at: .init(gitDirectory: own.path),
      input: Array(ids.map { "\($0)^{commit}\n" }.joined().utf8))
    var seen: Set<ObjectID> = []
    return String(decoding: printed, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, words[1] == "commit", let id = ObjectID(String(words[0])) else { return nil }
      return seen.insert(id).inserted && !known.contains(id) ? id : nil
    }
  }

  /// What was staged, as a tree, and what is in conflict, by the agent's index.
  private func index(_ repository: borrowing Repository) async throws -> (
    staged: ObjectID?, conflicts: [String]
  ) {
    let path = own.path + "/index"
    guard let bytes = try Files.read(path), try bytes != Files.read(worktree.startIndex) else {
      return (nil, [])
    }
    do {
      let conflicts = try await conflicts(in: bytes, path)
      if !conflicts.isEmpty { return (nil, conflicts) }
      let copy = own.path + "/index.staged"  // git write-tree writes into the index that it reads.
      try AtomicFile.replace(copy, with: bytes, effects: effects)
      let printed = try await git.run(["write-tree"], at: .init(gitDirectory: own.path), index: copy)
      guard let tree = ObjectID(String(decoding: printed, as: UTF8.self).trimmed) else { return (nil, []) }
      if try !tree.isPresent(in: repository) {
        try await own.bring([tree], known: known, git: git)
      }
      return (tree, [])
    } catch is GitError {
      // A broken file, or one that names what is not there; the file itself is kept in any case.
      return (nil, [])
    }
  }

  private func conflicts(in bytes: [UInt8], _ path: String) async throws -> [String] {
    if let file = try? IndexFile(bytes, from: path) {  // Git reads all that our reader does not.
      return Set(file.entries.filter { $0.stage != 0 }.map(file.path)).sorted()
    }
    let printed = try await git.run(
      ["ls-files", "--unmerged", "-z"], at: .init(gitDirectory: own.path), index: path)
    let paths = printed.split(separator: 0).compactMap { entry in
      entry.split(separator: 9, maxSplits: 1).last.map { String(decoding: $0, as: UTF8.self) }
    }
    return Set(paths).sorted()
  }

  /// By the files that git keeps meanwhile (`wt_status_get_state` in git's wt-status.c).
  private var unfinished: String? {
    let signs = [
      ("MERGE_HEAD", "a merge"), ("rebase-merge", "a rebase"), ("rebase-apply", "a rebase"),
      ("CHERRY_PICK_HEAD", "a cherry-pick"), ("REVERT_HEAD", "a revert"),
      ("sequencer", "a cherry-pick or revert"),
      ("BISECT_LOG", "a bisection"),
    ]
    return signs.first { FileInfo.kind(at: own.path + "/" + $0.0) != nil }?.1
  }
}
