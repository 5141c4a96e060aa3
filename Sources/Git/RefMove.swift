import CLibgit2
import Host
import PairCore

/// One change of a ref, tried for about two seconds: libgit2 never waits for a lock, and beside `git pack-refs` it
/// now and then takes a ref for moved or gone that is neither (measured with 1.5.1), so that is asked for by name.
///
/// One of our own refs that is locked all that time has lost the process that did it: the lock goes, and it is tried
/// again. For no other process of ours can hold it while we have the guard, and git holds it for moments.
struct RefMove {
  let name: String
  /// Where the ref is expected; nil for nowhere.
  let old: ObjectID?
  let attempt: String

  func perform(in repository: borrowing Repository, _ operation: () -> Int32) throws {
    let guardian = try takeGuard(in: repository)
    let lock = "\(repository.commonDirectory)/\(name).lock"
    var locked: FileInfo?
    var delayInMilliseconds: UInt32 = 1
    for round in 0... {
      let status = operation()
      if status >= 0 { return }
      let error = Libgit2.error(status, attempt)
      switch error.kind {
      case .locked where round == 0: locked = FileInfo(at: lock)
      case .locked where round < 12: break
      case .locked where round == 12 && guardian != nil && locked != nil && FileInfo(at: lock) == locked:
        try Files.remove(lock, effects: repository.effects)
        repository.tell("removed \(lock), which a process that was killed had left behind")
      case .modified, .notFound:
        let stands = try repository.ref(name)
        // A ref that is gone does not stand where it was expected either.
        if stands != old || round >= 12 {
          throw GitError(.modified, error.attempt, because: error.causes)
        }
      case .other where try hasConflict(in: repository):
        throw GitError(.nameConflict, error.attempt, because: error.causes)
      default:
        // What it is to point at may have been taken away by `git gc`.
        if round >= 3 || error.kind == .locked { throw error }
        try repository.recent.restore(in: repository)
      }
      pauseMilliseconds(delayInMilliseconds + UInt32.random(in: 0...delayInMilliseconds))
      delayInMilliseconds = min(delayInMilliseconds * 2, 250)
    }
  }

  /// Whether a ref stands where the name needs a folder, or the other way round.
  private func hasConflict(in repository: borrowing Repository) throws(GitError) -> Bool {
    for index in name.indices where name[index] == "/" {
      if try repository.ref(String(name[..<index])) != nil { return true }
    }
    return try !repository.refs(under: name + "/").isEmpty
  }

  /// The right to write refs of ours, of which git keeps locks beside them: the process that has it knows that no other
  /// process of ours holds one. Nil for a ref that is not ours alone; an error when others had it all the time.
  private func takeGuard(in repository: borrowing Repository) throws -> FileLock? {
    let ours = ["refs/paircoder/", "refs/heads/" + BranchName.prefix]
    guard name == Repository.notesRef || ours.contains(where: { name.hasPrefix($0) }) else { return nil }
    let path = repository.stateFolder + "/refs"
    if let lock = try FileLock.takeBriefly(path, patience: 10_000) { return lock }
    throw GitError(
      .locked, "moving \(name): another process of bpsai-pair writes refs and does not come to an end")
  }
}
