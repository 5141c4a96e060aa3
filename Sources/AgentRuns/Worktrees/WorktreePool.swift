import Host
package import Git
package import PairCore

/// The worktrees of one repository, below one folder outside of it. A run takes a slot; when all that it left
/// is kept, its worktree is made clean and waits there for the next one. Each slot has a lock that lives as
/// long as its process (two runs never share a worktree) and a note that says whose work lies there.
package struct WorktreePool: Sendable {
  package let root: String
  let commonDirectory: String
  let git: GitCommand
  /// What git makes of files when it checks them out: a worktree made under other settings is not used again.
  let settings: String
  let now: @Sendable () -> Timestamp
  let effects: EffectDoor

  /// - Parameter variables: what filters get of the environment: a checkout may fetch what is missing.
  package init(
    root: String, commonDirectory: String, git: GitCommand, settings: String,
    variables: [VariablePattern] = [],
    now: @escaping @Sendable () -> Timestamp, effects: EffectDoor
  ) {
    self.root = root
    self.commonDirectory = commonDirectory
    // A filter that the configuration names by a path in the worktree may be an agent's, committed or not.
    self.git = git.inheriting(variables)
    self.settings = settings
    self.now = now
    self.effects = effects
  }

  /// The slots that hold, or held, something of ours, in the order of their numbers.
  package func slots() throws -> [WorktreeSlot] {
    var numbers: Set<Int> = []
    for (name, _) in try DirectoryWalk.list(root) {
      if let number = Int(name.prefix { $0 != "." }), number > 0 { numbers.insert(number) }
    }
    return try numbers.sorted().map { WorktreeSlot($0, below: root) }.filter { try $0.note() != nil }
  }

  /// Takes a worktree at `base` for a run: one that is free, made clean and moved to `base`, else a new one.
  ///
  /// - Throws: what git or the disk have against it; what was made stays, noted as that run's.
  package func acquire(for task: TaskID, run: RunID, at base: ObjectID) async throws -> RunWorktree {
    try Files.makeFolder(root, mode: 0o700, effects: effects)
    let note = WorktreeSlot.Note(
      state: .inUse, task: task, run: run, base: base, since: now(), reason: nil, settings: settings)
    for slot in try slots() {
      guard try slot.note()?.state == .free, slot.isUsable, let hold = try take(slot, for: "\(task) \(run)"),
        let old = try slot.note(), old.state == .free  // Another process may have had it meanwhile.
      else { continue }
      do {
        if let worktree = try await reuse(hold, old, as: note) { return worktree }
      } catch let error as PairError where error.obstacle != .disk {
        // Whatever is wrong with it must not stand in the way of the run.
        try slot.write(old.turning(.stays, reason: error.message, settings: nil, at: now()), effects: effects)
        hold.letGo()
      }
    }
    for number in 1... {
      let slot = WorktreeSlot(number, below: root)
      guard FileInfo.kind(at: slot.path) == nil, slot.isUsable, try !slot.isHeld,
        let hold = try take(slot, for: "\(task) \(run)"),
        try isEmpty(slot)
      else { continue }
      try slot.write(note, effects: effects)
      return try await WorktreeMaker(of: commonDirectory, git: git, effects: effects)
        .add(at: slot.path, base, hold: hold)
    }
    throw PairError(.internal, "no number is left for a worktree below \(root)")
  }

  func take(_ slot: WorktreeSlot, for holder: String) throws -> SlotHold? {
    try SlotHold(slot, holder: holder, effects: effects)
  }

  /// Whether nothing of ours lies in the slot, git's entry of a worktree whose folder somebody removed apart.
  private func isEmpty(_ slot: WorktreeSlot) throws -> Bool {
    guard FileInfo.kind(at: slot.path) == nil else { return false }
    // That entry may hold commits of a run that never ended; its task sees to them.
    guard let note = try slot.note(), note.state == .inUse else { return true }
    return try RunWorktree.find(slot.path, commonDirectory: commonDirectory) == nil
  }

  /// The worktree in `slot`, locked; nil when another process works in it, or nothing is there any more.
  package func hold(_ slot: WorktreeSlot, for holder: String) throws -> (WorktreeSlot.Note, RunWorktree)? {
    guard let hold = try take(slot, for: holder), let note = try slot.note() else { return nil }
    guard
      let found = try RunWorktree.standing(
        at: slot.path, base: note.base, hold: hold, commonDirectory: commonDirectory)
    else {
      // Somebody removed it by hand.
      if FileInfo.kind(at: slot.path) == nil {
        try DirectoryWalk.removeTree(PrivateGit.path(besides: slot.path), effects: effects)
        try slot.removeNote(effects: effects)
      }
      return nil
    }
    return (note, found)
  }

  /// Notes that the worktree has to stay, and why; its slot is not used again before it is gone.
  package func leave(_ worktree: RunWorktree, because reason: String) throws {
    guard let slot = worktree.hold?.slot, let note = try slot.note() else { return }
    // So that the person who looks at it finds it in their own repository. What git was used for inside is kept beside it.
    do {
      try worktree.leadBack(effects: effects)
    } catch let error as PairError where error.obstacle != .disk {
      // It may not be written to. It stays all the same.
    }
    try slot.write(note.turning(.stays, reason: reason, settings: nil, at: now()), effects: effects)
    worktree.hold?.letGo()
  }
}
