package import Git
package import PairCore

/// A task's log as it was read last: what was appended since is read alone.
package struct TaskHistory: Sendable {
  private let log: TaskLog
  /// The log's commits, oldest first; empty without a log.
  package private(set) var entries: [TaskLog.Entry] = []
  /// Where the task stands after them.
  package private(set) var state: TaskState

  package var task: TaskID { log.task }

  /// The last of the commits; nil without a log.
  package var head: ObjectID? { entries.last?.id }

  /// Reads the whole log; a commit that is missing or damaged ends it there.
  package init(of log: TaskLog, in repository: borrowing Repository) throws(GitError) {
    self.init(of: log)
    try refresh(in: repository)
  }

  /// Nothing is read yet.
  package init(of log: TaskLog) {
    self.log = log
    state = TaskState(task: log.task)
  }

  /// Reads what was appended since; all where the log was mended meanwhile.
  package mutating func refresh(in repository: borrowing Repository) throws(GitError) {
    try refresh(to: repository.ref(log.ref), in: repository)
  }

  private mutating func refresh(to new: ObjectID?, in repository: borrowing Repository) throws(GitError) {
    if new == head { return }
    let steps = try log.commits.steps(from: new, downTo: head, in: repository)
    if head == nil || steps.last?.commit?.parent != head {
      repository.reads.count("log walk \(task)")
      (entries, state) = ([], TaskState(task: task))
    }
    for step in steps.reversed() { add(TaskLog.Entry(step)) }
  }

  private mutating func add(_ entry: TaskLog.Entry) {
    entries.append(entry)
    state.add(entry.event, at: entry.id)
  }

  /// Appends the event that `decide` makes of the state; nil appends nothing. When another process appended
  /// first, `decide` is asked again about the new state.
  ///
  /// - Parameter files: put into the event's tree, beside those of earlier events.
  /// - Returns: the event's commit, nil when nothing was appended.
  @discardableResult
  package mutating func append(
    to repository: borrowing Repository, by signature: Signature, files: [String: [UInt8]] = [:],
    random: () -> UInt64 = { UInt64.random(in: 1 ... .max) },
    _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    var message = ""
    let commit = try log.commits.append(to: repository, by: signature) { head in
      try refresh(to: head, in: repository)
      guard let event = try decide(state) else { return nil }
      try repository.effects.pass(.logAppend, "\(task) \(event.kind.rawValue)")
      let blobs = try files.sorted { $0.key < $1.key }.map { name, bytes in
        Repository.TreeEntry(
          path: name, id: try repository.writeBlob(repository.redaction.redacted(bytes)), mode: .file)
      }
      let tree = try repository.writeTree(on: head.map { try repository.tree(of: $0) }, putting: blobs)
      message = repository.redaction.redacted(event.message(nonce: random()))
      return RefLog.Draft(tree: tree, message: message, because: event.kind.rawValue)
    }
    if let commit { add(TaskLog.Entry(id: commit, event: TaskEvent(message: message), at: signature.time)) }
    return commit
  }

  /// A file that one of the commits holds, such as `handoff.md`; nil when it holds none.
  ///
  /// - Parameter commit: nil for the last of them.
  package func file(
    _ name: String, at commit: ObjectID? = nil, in repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    guard let commit = commit ?? head else { return nil }
    return try log.file(name, at: commit, in: repository)
  }
}
