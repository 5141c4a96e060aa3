package import Git
package import PairCore

/// A task's log as it was read last.
package struct TaskHistory: Sendable {
  private let log: TaskLog
  /// Oldest first.
  package private(set) var entries: [TaskLog.Entry]
  package private(set) var state: TaskState
  package private(set) var head: ObjectID?

  package var task: TaskID { log.task }

  package init(of log: TaskLog, in repository: borrowing Repository) throws {
    self.log = log
    entries = try log.entries(in: repository)
    head = try repository.ref(log.ref)
    state = TaskState(task: log.task, entries: entries.map { ($0.id, $0.event) })
  }

  package mutating func refresh(in repository: borrowing Repository) throws {
    if try repository.ref(log.ref) == head { return }
    self = try TaskHistory(of: log, in: repository)
  }

  @discardableResult
  package mutating func append(
    to repository: borrowing Repository, by signature: Signature, files: [String: [UInt8]],
    random: () -> UInt64, _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    let appended = try log.append(to: repository, by: signature, files: files, random: random, decide)
    try refresh(in: repository)
    return appended
  }

  package func file(_ name: String, in repository: borrowing Repository) throws -> [UInt8]? {
    try head.flatMap { try log.file(name, at: $0, in: repository) }
  }

  package func file(
    _ name: String, at commit: ObjectID, in repository: borrowing Repository
  ) throws -> [UInt8]? {
    try log.file(name, at: commit, in: repository)
  }
}
