import Host
import Git
import PairCore

extension WorktreePool {
  /// Ends a run's stay in `worktree`, whose content is kept: makes it clean for the next run, unless `limit`
  /// clean ones wait, else removes it.
  ///
  /// - Parameter keepsIgnored: whether what git ignores, such as build caches, stays; copies never do.
  package func release(_ worktree: RunWorktree, limit: Int, keepsIgnored: Bool) async throws {
    guard let slot = worktree.hold?.slot, let note = try slot.note(), try freeCount() < limit,
      // The agent may have put a link in the place of a folder above one.
      worktree.privateGit?.submodules.isEmpty != false
    else {
      return try await worktree.remove(effects: effects)
    }
    do {
      try worktree.leavePrivateGit(effects: effects)
      // Other settings than at its start: git could run what an agent wrote into them.
      guard note.settings == settings, try await clean(worktree, keepsIgnored: keepsIgnored) else {
        return try await worktree.remove(effects: effects)
      }
      try slot.write(note.turning(.free, settings: settings, at: now()), effects: effects)
      worktree.hold?.letGo()
    } catch {
      // Whatever it is that makes it unclean, it goes away with it.
      try await worktree.remove(effects: effects)
    }
  }

  private func freeCount() throws -> Int {
    try slots().count { try $0.note()?.state == .free && FileInfo.kind(at: $0.path) == .folder }
  }

  /// Brings the worktree back to what git checked out; false when that cannot be proved.
  private func clean(_ worktree: RunWorktree, keepsIgnored: Bool) async throws -> Bool {
    guard try worktree.hasItsOwnGitFiles(), let index = try Files.read(worktree.startIndex) else {
      return false
    }
    // First what git goes by: an index that the agent had may call changed files unchanged, and with HEAD on
    // a branch a reset would move that branch.
    let folder = worktree.gitDirectory
    try AtomicFile.replace(folder + "/index", with: index, effects: effects)
    try worktree.detach(at: worktree.base, effects: effects)
    let start = try worktree.start()
    if start.checkedOut.entries.isEmpty { return false }

    let content = try WorktreeContent(below: worktree.path, since: start.checkedOut)
    // Within walls root, too, needs the right to enter.
    guard content.unreadable.isEmpty, content.closedFolders.isEmpty,
      FileInfo(at: worktree.path)?.isOpenToOwner == true
    else { return false }
    // Only paths that the look found: below a link in place of a folder may lie what is not ours.
    let copies = content.entries.map(\.path).filter { start.brought[$0]?.origin == .copied }
    let extras = keepsIgnored ? copies : content.extras
    for path in extras { try DirectoryWalk.removeTree(worktree.path + "/" + path, effects: effects) }
    let missing = content.missing.map { start.checkedOut.path(of: start.checkedOut.entries[$0]) }
    if !missing.isEmpty { try await checkOut(missing, content, in: worktree) }
    // Not before the files that say what git ignores are those of the commit again.
    if keepsIgnored { return try await cleanButIgnored(worktree) }
    try worktree.remember([], effects: effects)
    // The rest was as git left it when we looked; who takes it looks at all of it again.
    let now = try worktree.start().checkedOut
    // Where something stood in the place of what git checks out, that is there again.
    let replaced = WorktreeContent.folders(above: missing).union(missing.map { $0[...] })
    return extras.allSatisfy {
      replaced.contains($0[...]) || FileInfo.kind(at: worktree.path + "/" + $0) == nil
    }
      && missing.allSatisfy { path in
        guard let position = now.position(of: path), let info = FileInfo(at: worktree.path + "/" + path)
        else { return false }
        return now.entries[position].isSame(info)
      }
  }

  /// Has git check out `paths` again, and remembers what it made.
  private func checkOut(
    _ paths: [String], _ content: WorktreeContent, in worktree: RunWorktree
  ) async throws {
    // Git writes only what is missing or holds something else: permissions would stay as they are.
    for entry in content.entries where entry.isTracked {
      try Files.remove(worktree.path + "/" + entry.path, effects: effects)
    }
    if paths.count <= 500 {
      try await git.run(
        WorktreePool.strictly + ["checkout-index", "--force", "--index", "--quiet", "--"] + paths,
        at: worktree.place)
    } else {
      try await git.run(
        WorktreePool.strictly + ["reset", "--hard", "--quiet", worktree.base.hex], at: worktree.place)
      try worktree.detach(at: worktree.base, effects: effects)
    }
    try worktree.rememberIndex(effects: effects)
  }

  /// Removes what git would commit, and remembers what it ignores as what the next run finds there.
  private func cleanButIgnored(_ worktree: RunWorktree) async throws -> Bool {
    try await git.run(["clean", "-ffd", "--quiet"], at: worktree.place)
    let content = try worktree.content()
    // The next run could not be told from one that left a repository behind.
    guard content.nestedRepositories.isEmpty, content.unreadable.isEmpty else { return false }
    let left = content.additions
    try worktree.remember(left, effects: effects)
    return WorktreeStart(checkedOut: content.checkedOut, brought: left).stand(in: content)
  }

  /// What makes git look at all that the system says of a file, and stay out of submodules.
  static let strictly = [
    "-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "submodule.recurse=false",
  ]

  /// Moves a free worktree to the base of `note`; nil when it is not as it was left, or would not be what git
  /// makes there again. It stays noted as the run's that had it last, or is gone.
  func reuse(
    _ hold: SlotHold, _ old: WorktreeSlot.Note, as note: WorktreeSlot.Note
  ) async throws -> RunWorktree? {
    guard
      let worktree = try RunWorktree.standing(
        at: hold.slot.path, base: old.base, hold: hold, commonDirectory: commonDirectory)
    else { return nil }
    let start = try worktree.start()
    guard !start.checkedOut.entries.isEmpty,
      try start.stand(in: WorktreeContent(below: worktree.path, since: start.checkedOut))
    else {
      // Somebody worked in it. Whose that is we cannot know; it must not get lost.
      try leave(worktree, because: "it was changed while no run used it")
      return nil
    }
    guard try worktree.hasItsOwnGitFiles(), try worktree.isDetached(at: old.base), old.settings == settings,
      try attributesAgree(old.base, note.base)
    else {
      try await worktree.remove(effects: effects)
      return nil
    }
    try hold.slot.write(note, effects: effects)
    if old.base != note.base {
      do {
        try AtomicFile.copy(worktree.startIndex, to: worktree.gitDirectory + "/index", effects: effects)
        // Where both commits agree, the files stay, without another look: all were just looked at.
        try await git.run(
          WorktreePool.strictly + ["read-tree", "-m", "-u", old.base.hex, note.base.hex], at: worktree.place)
      } catch is GitError {
        // A file that git ignored and that was kept may be in the way.
        try await worktree.remove(effects: effects)
        return nil
      }
      try worktree.rememberIndex(effects: effects)
      try worktree.detach(at: note.base, effects: effects)
    }
    return RunWorktree(path: worktree.path, gitDirectory: worktree.gitDirectory, base: note.base, hold: hold)
  }

  /// Whether the attributes are the same: no file is checked out again because of them (gitattributes(5)).
  private func attributesAgree(_ one: ObjectID, _ other: ObjectID) throws -> Bool {
    if one == other { return true }
    let repository = try Repository(gitDirectory: commonDirectory)
    let paths = try repository.changedPaths(from: repository.tree(of: one), to: repository.tree(of: other))
    return !paths.contains { $0 == ".gitattributes" || $0.hasSuffix("/.gitattributes") }
  }
}

extension WorktreeStart {
  init(checkedOut: IndexFile, brought: [Brought]) {
    self.init(
      checkedOut: checkedOut, brought: Dictionary(brought.map { ($0.path, $0) }, uniquingKeysWith: { $1 }))
  }

  /// Whether exactly this stands there, by what the system says of each file: no file is read.
  func stand(in content: WorktreeContent) -> Bool {
    guard content.missing.isEmpty, content.closedFolders.isEmpty, content.others.isEmpty,
      content.unreadable.isEmpty, content.entries.allSatisfy(isBrought)
    else { return false }
    if content.folders.isEmpty { return true }
    let folders = WorktreeContent.folders(above: brought.keys)
    return content.folders.allSatisfy { folders.contains($0[...]) }
  }
}

extension WorktreeContent {
  /// The folders that `paths` lie in.
  static func folders(above paths: some Sequence<String>) -> Set<Substring> {
    var folders: Set<Substring> = []
    for path in paths {
      var path = path[...]
      while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
        path = path[..<slash]
        if !folders.insert(path).inserted { break }
      }
    }
    return folders
  }

  /// What stands there that git did not check out, to be remembered.
  var additions: [WorktreeStart.Brought] {
    entries.filter { !$0.isTracked }.map {
      .init(path: $0.path, origin: .made, isUnignored: false, stamp: $0.info.stamp)
    }
  }
}

extension RunWorktree {
  /// Points HEAD at `commit`, and forgets where it stood before.
  func detach(at commit: ObjectID, effects: EffectDoor) throws {
    try AtomicFile.replace(gitDirectory + "/HEAD", with: Array("\(commit)\n".utf8), effects: effects)
    if FileInfo.kind(at: gitDirectory + "/logs/HEAD") != nil {
      try Files.remove(gitDirectory + "/logs/HEAD", effects: effects)
    }
  }

  func isDetached(at commit: ObjectID) throws -> Bool {
    try Files.read(gitDirectory + "/HEAD") == Array("\(commit)\n".utf8)
  }

  /// Whether git's own files are those of a worktree that was just made, and no more: nothing that configures
  /// git, no hook, nothing half done (gitrepository-layout(5)).
  func hasItsOwnGitFiles() throws -> Bool {
    func says(_ file: String, _ text: String) throws -> Bool {
      try FileInfo.kind(at: file) == .file
        && Files.read(file, limitInBytes: 1 << 16) == Array((text + "\n").utf8)
    }
    // Git writes paths without links in them.
    let (top, folder) = (Files.canonical(path) ?? path, Files.canonical(gitDirectory) ?? gitDirectory)
    guard try says(path + "/.git", "gitdir: " + folder), try says(gitDirectory + "/commondir", "../.."),
      try says(gitDirectory + "/gitdir", top + "/.git")
    else { return false }
    let usual: [String: FileInfo.Kind] = [
      "HEAD": .file, "ORIG_HEAD": .file, "commondir": .file, "gitdir": .file, "index": .file,
      "index.staged": .file, "logs": .folder, "refs": .folder,
    ]
    for (name, kind) in try DirectoryWalk.list(gitDirectory) where usual[name] != kind { return false }
    return try DirectoryWalk.list(gitDirectory + "/refs").isEmpty
      && DirectoryWalk.list(gitDirectory + "/logs").allSatisfy { $0.name == "HEAD" && $0.kind == .file }
  }
}
