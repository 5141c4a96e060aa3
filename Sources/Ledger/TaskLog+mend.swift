public import Git
public import Host
public import PairCore

/// What kills, full disks and `git gc --prune=now` beside a writer leave of a log.
extension TaskLog {
  /// A lock file of git's on a ref is held for moments. One of a ref of ours that is older is of a process that
  /// was killed, and nobody can move the ref while it lies there.
  static let oldestLockInSeconds: Int64 = 60

  /// Where the task's last process is known to be dead, nobody has to wait that long: what stands unchanged for
  /// this time was its own.
  public static let longestLock = Duration.seconds(2)

  /// Removes what was left behind in the way of the log and the budget, and moves the log back to what can be
  /// read of it. The caller holds the task's lease.
  ///
  /// - Parameter watched: locks as they stood `longestLock` ago, by path, when the task's last process was dead
  ///   already.
  /// - Returns: what was done, one sentence each; empty when all was well.
  public func mend(
    in repository: borrowing Repository, by signature: Signature, at now: Timestamp,
    watched: [String: Files.Info] = [:]
  ) throws -> [String] {
    try removeStaleLocks(in: repository, at: now, watched: watched)
      + moveBack(in: repository, by: signature)
  }

  /// Git's lock files that keep this task's runs from writing, by path.
  public func locks(in repository: borrowing Repository) -> [String: Files.Info] {
    // Locks on the budget and the notes, which no lease guards, are in every run's way.
    let own = [ref, BranchName.result(of: task).ref, BudgetLog.ref, Repository.notesRef]
    let names = own + repository.lockedRefs(under: "refs/paircoder/snapshots/" + task.text)
    var locks: [String: Files.Info] = [:]
    for name in names {
      let path = "\(repository.commonDirectory)/\(name).lock"
      locks[path] = Files.info(of: path)
    }
    return locks
  }

  private func removeStaleLocks(
    in repository: borrowing Repository, at now: Timestamp, watched: [String: Files.Info]
  ) throws -> [String] {
    try locks(in: repository).sorted { $0.key < $1.key }.compactMap { path, info in
      let isOld = info.changedAt.secondsSince1970 + TaskLog.oldestLockInSeconds <= now.secondsSince1970
      guard isOld || info == watched[path] else { return nil }
      try Files.remove(path, effects: repository.effects)
      return "removed \(path), which a process that was killed had left behind"
    }
  }

  /// Gives the log the longest history that is whole, with the events that can still be read put on top of it.
  ///
  /// The old head cannot be kept under a ref: what it misses would break every `git gc` of the user's.
  private func moveBack(in repository: borrowing Repository, by signature: Signature) throws -> [String] {
    guard let head = try repository.ref(ref) else { return [] }
    let entries = entries(from: head, in: repository)
    var isWhole = true
    for entry in entries where isWhole { isWhole = try entry.at != nil && repository.isWhole(entry.id) }
    if isWhole { return [] }
    let mark = "PairCoder-Task: \(task)"
    let candidates = try repository.commits { message in message.contains(mark) }
    var base: [ObjectID] = []
    for candidate in candidates {
      let found = try whole(candidate, in: repository)
      if found.count > base.count { base = found }
    }
    var tip = base.last
    var saved = 0
    for entry in entries where !base.contains(entry.id) {
      // What cannot be read is what is left out.
      guard entry.event != nil, let record = try? repository.record(of: entry.id) else { continue }
      let files = try? repository.tree(of: entry.id)  // As above.
      let tree: ObjectID =
        if let files, try repository.isWhole(entry.id) {
          files
        } else if let tip {
          try repository.tree(of: tip)
        } else {
          try repository.writeTree(on: nil, putting: [])
        }
      let author = Signature(name: signature.name, email: signature.email, time: record.time)
      tip = try repository.writeCommit(
        tree: tree, parents: tip.map { [$0] } ?? [], author: author, committer: signature,
        message: record.message)
      saved += 1
    }
    if let tip {
      try repository.swapRef(ref, from: head, to: tip, because: "mended")
    } else {
      try repository.deleteRef(ref, expecting: head)
    }
    return [
      "the log of \(task) could not be read to its beginning (\(head.short)); it goes on from \(base.count) of its events, and \(saved) later ones"
    ]
  }

  /// The log that ends in `commit`, oldest first; empty when part of it is missing.
  private func whole(_ commit: ObjectID, in repository: borrowing Repository) throws -> [ObjectID] {
    let entries = entries(from: commit, in: repository)
    for entry in entries where try entry.event?.task != task || !repository.isWhole(entry.id) { return [] }
    return entries.map(\.id)
  }
}
