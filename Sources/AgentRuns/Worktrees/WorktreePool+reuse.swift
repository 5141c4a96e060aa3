import Host
import Git
import PairCore

extension WorktreePool {
  /// Ends a run's stay in `worktree`, whose content is kept: makes it clean for the next run where the pool
  /// has room for it, else removes it.
  ///
  /// - Parameters:
  ///   - limit: how many clean worktrees may wait.
  ///   - keepsIgnored: whether files that git ignores, such as build caches, stay in it. Copies of the user's
  ///     files never do.
  public func release(_ worktree: RunWorktree, limit: Int, keepsIgnored: Bool) async throws {
    guard let slot = worktree.hold?.slot, try freeCount() < limit else {
      return try worktree.remove(effects: effects)
    }
    do {
      guard try await clean(worktree, keepsIgnored: keepsIgnored), let note = try slot.note() else {
        return try worktree.remove(effects: effects)
      }
      try slot.write(note.turning(.free, settings: settings, at: now()), effects: effects)
      worktree.hold?.letGo()
    } catch {
      // Whatever it is that makes it unclean, it goes away with it.
      try worktree.remove(effects: effects)
    }
  }

  private func freeCount() throws -> Int {
    try slots().count { try $0.note()?.state == .free && Files.kind(of: $0.path) == .folder }
  }

  /// Brings the worktree back to what git checked out; false when that cannot be proved.
  private func clean(_ worktree: RunWorktree, keepsIgnored: Bool) async throws -> Bool {
    guard try worktree.hasItsOwnGitFiles(), let index = try Files.read(worktree.startIndex) else {
      return false
    }
    // First what git goes by: an index that the agent had may call changed files unchanged, and with HEAD on
    // a branch a reset would move that branch.
    let folder = worktree.gitDirectory
    try Files.replace(folder + "/index", with: index, effects: effects)
    try worktree.detach(at: worktree.base, effects: effects)
    let start = try worktree.start()
    if start.checkedOut.isEmpty { return false }

    let content = try WorktreeContent(below: worktree.path)
    guard content.unreadable.isEmpty else { return false }
    // Only paths that the look found: below a link in place of a folder may lie what is not ours.
    let copies = content.entries.map(\.path).filter { start.brought[$0]?.origin == .copied }
    for path in keepsIgnored ? Set(copies) : start.extras(in: content) {
      try Files.removeTree(worktree.path + "/" + path, effects: effects)
    }
    if start.differs(from: content) {
      // Git writes only what is missing or holds something else: permissions would stay as they are.
      for entry in content.entries
      where start.checkedOut[entry.path] != nil && start.isCheckedOut(entry) == nil {
        try Files.remove(worktree.path + "/" + entry.path, effects: effects)
      }
      try await git.run(
        WorktreePool.strictly + ["reset", "--hard", "--quiet", worktree.base.hex], at: worktree.place)
      try worktree.rememberIndex(effects: effects)
      try worktree.detach(at: worktree.base, effects: effects)
    }
    // Not before the files that say what git ignores are those of the commit again.
    if keepsIgnored { try await git.run(["clean", "-ffd", "--quiet"], at: worktree.place) }
    let now = try worktree.start()
    var left: [WorktreeStart.Brought] = []
    if keepsIgnored {
      let content = try WorktreeContent(below: worktree.path)
      // The next run could not be told from one that left a repository behind.
      guard content.nestedRepositories.isEmpty else { return false }
      left = now.additions(in: content)
    }
    try worktree.remember(left, effects: effects)
    return try now.keeping(left).stands(at: worktree.path)
  }

  /// What makes git look at all that the system says of a file, and stay out of submodules.
  private static let strictly = [
    "-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "submodule.recurse=false",
  ]

  /// Moves a free worktree to the base of `note`; nil when it is not as it was left, or would not be what git
  /// makes there anew. It stays noted as the run's that had it last, or is gone.
  func reuse(
    _ hold: SlotHold, _ old: WorktreeSlot.Note, as note: WorktreeSlot.Note
  ) async throws -> RunWorktree? {
    guard
      let worktree = try RunWorktree.standing(
        at: hold.slot.path, base: old.base, hold: hold, commonDirectory: commonDirectory)
    else { return nil }
    let start = try worktree.start()
    guard !start.checkedOut.isEmpty, try start.stands(at: worktree.path) else {
      // Somebody worked in it. Whose that is we cannot know; it must not get lost.
      try leave(worktree, because: "somebody changed it while no run used it")
      return nil
    }
    guard try worktree.hasItsOwnGitFiles(), try worktree.isDetached(at: old.base), old.settings == settings,
      try await attributesAgree(old.base, note.base)
    else {
      try worktree.remove(effects: effects)
      return nil
    }
    try hold.slot.write(note, effects: effects)
    if old.base != note.base {
      do {
        try Files.copy(worktree.startIndex, to: worktree.gitDirectory + "/index", effects: effects)
        // Where both commits agree, the files stay, without another look: all were just looked at.
        try await git.run(
          WorktreePool.strictly + ["read-tree", "-m", "-u", old.base.hex, note.base.hex], at: worktree.place)
      } catch is GitError {
        // A file that git ignored and that was kept may be in the way.
        try worktree.remove(effects: effects)
        return nil
      }
      try worktree.rememberIndex(effects: effects)
      try worktree.detach(at: note.base, effects: effects)
    }
    return RunWorktree(
      path: worktree.path, gitDirectory: worktree.gitDirectory, base: note.base, hold: hold)
  }

  /// Whether both commits have the same attributes: git does not check a file out again only because those
  /// changed (gitattributes(5)).
  private func attributesAgree(_ one: ObjectID, _ other: ObjectID) async throws -> Bool {
    if one == other { return true }
    let names = try await git.run(
      ["diff-tree", "-r", "--name-only", one.hex, other.hex, "--", ":(top,glob)**/.gitattributes"],
      at: .init(gitDirectory: commonDirectory))
    return names.isEmpty
  }
}

extension WorktreeStart {
  /// The same, but for what stands there beside.
  func keeping(_ brought: [Brought]) -> WorktreeStart {
    WorktreeStart(
      checkedOut: checkedOut, brought: Dictionary(brought.map { ($0.path, $0) }, uniquingKeysWith: { $1 }))
  }

  /// Whether exactly this stands below `top`, by what the system says of each file: one look at everything, and
  /// no file is read.
  func stands(at top: String) throws -> Bool {
    let folders = self.folders
    var (isAsItWas, found) = (true, 0)
    try Files.walk(top) { path, info in
      if path == ".git" { return false }
      guard isAsItWas, let info else {
        isAsItWas = false
        return false
      }
      switch info.kind {
      case .file, .link:
        if let known = checkedOut[path] {
          isAsItWas = known.isSame(info)
          found += 1
        } else {
          isAsItWas = brought[path]?.stamp == info.stamp
        }
      case .folder: isAsItWas = info.isOpenToOwner && folders.contains(path)
      case .other: isAsItWas = false
      }
      return isAsItWas
    }
    return isAsItWas && found == filesCheckedOut
  }

  /// Folders with something in them that stood there, and those of submodules.
  private var folders: Set<String> {
    var folders: Set<String> = []
    func insert(above path: String) {
      var path = path[...]
      while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
        path = path[..<slash]
        if !folders.insert(String(path)).inserted { return }
      }
    }
    for (path, entry) in checkedOut {
      if entry.mode == .submodule { folders.insert(path) }
      insert(above: path)
    }
    for path in brought.keys { insert(above: path) }
    return folders
  }

  private var filesCheckedOut: Int { checkedOut.values.count { $0.mode != .submodule && !$0.isLeftOut } }

  /// Whether a file that git checked out is gone or another one.
  func differs(from content: WorktreeContent) -> Bool {
    var found = 0
    for entry in content.entries where checkedOut[entry.path] != nil {
      if isCheckedOut(entry) == nil { return true }
      found += 1
    }
    return found != filesCheckedOut
  }

  /// What stands there that git did not check out: the topmost paths.
  func extras(in content: WorktreeContent) -> Set<String> {
    let folders = keeping([]).folders
    var extras: Set<String> = []
    let known = content.entries.lazy.map(\.path).filter { checkedOut[$0] == nil }
    for path in Array(known) + content.folders + content.others where !folders.contains(path) {
      var top = path[...]
      while let slash = top.utf8.lastIndex(of: UInt8(ascii: "/")), !folders.contains(String(top[..<slash])) {
        top = top[..<slash]
      }
      extras.insert(String(top))
    }
    return extras
  }

  /// What stands there that git did not check out, to be remembered.
  func additions(in content: WorktreeContent) -> [Brought] {
    content.entries.filter { checkedOut[$0.path] == nil }.map {
      Brought(path: $0.path, origin: .made, isUnignored: false, stamp: $0.info.stamp)
    }
  }
}

extension RunWorktree {
  /// Points HEAD at `commit`, and forgets where it stood before.
  func detach(at commit: ObjectID, effects: EffectDoor) throws {
    try Files.replace(gitDirectory + "/HEAD", with: Array("\(commit)\n".utf8), effects: effects)
    if Files.kind(of: gitDirectory + "/logs/HEAD") != nil {
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
      try Files.kind(of: file) == .file
        && Files.read(file, limitInBytes: 1 << 16) == Array((text + "\n").utf8)
    }
    // Git writes paths without links in them.
    let (top, folder) = (Files.canonical(path) ?? path, Files.canonical(gitDirectory) ?? gitDirectory)
    guard try says(path + "/.git", "gitdir: " + folder), try says(gitDirectory + "/commondir", "../.."),
      try says(gitDirectory + "/gitdir", top + "/.git")
    else { return false }
    let usual: [String: Files.Kind] = [
      "HEAD": .file, "ORIG_HEAD": .file, "commondir": .file, "gitdir": .file, "index": .file,
      "index.staged": .file, "logs": .folder, "refs": .folder,
    ]
    for (name, kind) in try Files.list(gitDirectory) where usual[name] != kind { return false }
    return try Files.list(gitDirectory + "/refs").isEmpty
      && Files.list(gitDirectory + "/logs").allSatisfy { $0.name == "HEAD" && $0.kind == .file }
  }
}
