package import Git
package import PairCore

/// A task's append-only log: the first-parent history of `refs/paircoder/tasks/<ID>`. An event is a commit.
/// Its message is a sentence for people and trailers for programs; its tree holds the files of this event and
/// of those before it (`decision.json`, `assignment.json`, `outcome.json`, `handoff.md`, `task.md`), so the
/// head alone answers most questions.
package struct TaskLog: Sendable {
  package static let refPrefix = "refs/paircoder/tasks/"

  package let task: TaskID

  package init(_ task: TaskID) { self.task = task }

  package var ref: String { TaskLog.refPrefix + task.text }

  var commits: RefLog {
    RefLog(ref: ref, name: "the log of \(task)", owns: { [task] in TaskEvent(message: $0)?.task == task })
  }

  /// One commit of the log.
  package struct Entry: Hashable, Sendable {
    package let id: ObjectID
    /// Nil when the commit is torn, foreign, or of a later version: it is reported, never guessed at.
    package let event: TaskEvent?
    package let at: Timestamp?
  }

  /// The log's commits, oldest first; empty without a log. A commit that is missing or damaged ends the log
  /// there, as an entry without event.
  package func entries(in repository: borrowing Repository) throws(GitError) -> [Entry] {
    try TaskHistory(of: self, in: repository).entries
  }

  /// Where the task stands after the commit `head`, which the ref points at.
  package func state(at head: ObjectID, in repository: borrowing Repository) throws(GitError) -> TaskState {
    let entries = try commits.steps(from: head, in: repository).reversed().map(Entry.init)
    return TaskState(task: task, entries: entries.map { ($0.id, $0.event) })
  }

  /// Where the task stands.
  package func state(in repository: borrowing Repository) throws(GitError) -> TaskState {
    try TaskHistory(of: self, in: repository).state
  }

  /// A file that one of the log's commits holds, such as `handoff.md`, nil for the head; nil when it holds
  /// none. What is missing or damaged counts as none, and is told.
  package func file(
    _ name: String, at commit: ObjectID? = nil, in repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    guard let commit = try commit == nil ? repository.ref(ref) : commit else { return nil }
    var reader = TolerantReader()
    var bytes: [UInt8]?
    if let tree = try reader.tree(of: commit, in: repository) {
      bytes = try reader.bytes(at: name, in: tree, in: repository)
    }
    if !reader.lost.isEmpty {
      repository.tell("\(name) of \(commits.name) at \(commit.short) is missing or damaged")
    }
    return bytes
  }

  /// Appends what `decide` makes of the current state, as `TaskHistory.append` does.
  @discardableResult
  package func append(
    to repository: borrowing Repository, by signature: Signature, files: [String: [UInt8]] = [:],
    random: () -> UInt64 = { UInt64.random(in: 1 ... .max) },
    _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    var history = TaskHistory(of: self)
    return try history.append(to: repository, by: signature, files: files, random: random, decide)
  }

  /// Puts a log in order of which something else damaged objects (`RefLog.mend`). The caller holds the task's
  /// lease.
  package func mend(in repository: borrowing Repository, by signature: Signature) throws -> [String] {
    repository.reads.count("log walk \(task)")
    return try commits.mend(in: repository, by: signature)
  }
}

extension TaskLog.Entry {
  init(_ step: RefLog.Step) {
    self.init(
      id: step.id, event: step.commit.flatMap { TaskEvent(message: $0.message) }, at: step.commit?.time)
  }
}
