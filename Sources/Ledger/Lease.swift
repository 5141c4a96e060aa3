import Host
public import Git
public import PairCore

/// The right to work on a task on this machine: held for as long as this value, and so this process, lives.
public struct Lease: ~Copyable, Sendable {
  public let task: TaskID
  private let lock: FileLock

  /// Takes the lease of `task`.
  ///
  /// - Parameter holder: who takes it, for the message that others get.
  /// - Throws: `PairError` of kind `tryLater` while another process holds it.
  public static func take(
    _ task: TaskID, in repository: borrowing Repository, holder: String
  ) throws -> Lease {
    let folder = repository.stateFolder + "/leases"
    try Files.makeFolder(folder, effects: repository.effects)
    let path = folder + "/" + task.folded
    guard let lock = try FileLock.tryLock(path, holder: holder, effects: repository.effects) else {
      let who = FileLock.holder(of: path).map { " by \($0.escapedForTerminal())" } ?? ""
      throw PairError(
        .tryLater, "\(task) is being worked on\(who)",
        hint: "Wait for it, or look at it with 'bpsai-pair log \(task)'.")
    }
    return Lease(task: task, lock: lock)
  }

  private init(task: TaskID, lock: consuming FileLock) {
    self.task = task
    self.lock = lock
  }
}

extension Lease {
  /// Whether a process on this machine holds the lease of `task` now.
  public static func isHeld(_ task: TaskID, in repository: borrowing Repository) -> Bool {
    FileLock.isHeld(repository.stateFolder + "/leases/" + task.folded)
  }
}
