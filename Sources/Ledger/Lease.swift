import Host
package import Git
package import PairCore

/// The right to work on a task on this machine: held for as long as this value, and so this process, lives.
package struct Lease: ~Copyable, Sendable {
  package let task: TaskID
  private let lock: FileLock

  /// Takes the lease of `task`; others are told of `holder`.
  ///
  /// - Throws: `PairError` of kind `tryLater` with the obstacle `busyTask` while another process holds it.
  package static func take(
    _ task: TaskID, in repository: borrowing Repository, holder: String
  ) throws -> Lease {
    let folder = repository.stateFolder + "/leases"
    try Files.makeFolder(folder, effects: repository.effects)
    let path = path(of: task, in: repository)
    guard let lock = try FileLock.tryLock(path, holder: holder, effects: repository.effects) else {
      throw refusal(of: task, in: repository)
    }
    return Lease(task: task, lock: lock)
  }

  /// Whether a process on this machine holds the lease of `task` now; an error when the system does not say.
  package static func isHeld(_ task: TaskID, in repository: borrowing Repository) throws(PairError) -> Bool {
    try FileLock.isHeld(path(of: task, in: repository))
  }

  /// What is said to those who want the lease of `task` while another process holds it.
  package static func refusal(of task: TaskID, in repository: borrowing Repository) -> PairError {
    // That the task is busy counts, and is said even where the name of the process cannot be read.
    let holder = (try? FileLock.holder(of: path(of: task, in: repository))) ?? nil
    let who = holder.map { " by \($0.escapedForTerminal())" } ?? ""
    return PairError(
      .tryLater, "\(task) is being worked on\(who)",
      hint: "Wait for it, or stop it with 'bpsai-pair cancel \(task)'.", obstacle: .busyTask)
  }

  private static func path(of task: TaskID, in repository: borrowing Repository) -> String {
    repository.stateFolder + "/leases/" + task.folded
  }
}
