import Git
package import Ledger
package import PairCore
import TaskFiles

/// A task's log as it was read last, with the files that its entries hold.
package struct TaskRecord {
  package let workspace: Workspace
  package fileprivate(set) var history: TaskHistory

  package init(of task: TaskID, in workspace: Workspace) throws {
    self.workspace = workspace
    history = try workspace.history(of: task)
  }

  var task: TaskID { history.task }
  var state: TaskState { history.state }
  var entries: [TaskLog.Entry] { history.entries }
  var events: [TaskEvent] { history.entries.compactMap(\.event) }

  /// A file of an entry, or of the last one.
  func file(_ name: String, at entry: ObjectID? = nil) throws -> [UInt8]? {
    try history.file(name, at: entry, in: workspace.repository)
  }

  /// What a file of an entry, or of the last one, holds as JSON; nil where it is not there.
  func value<Value: Decodable>(_ type: Value.Type, _ name: String, at entry: ObjectID? = nil) throws -> Value?
  {
    try file(name, at: entry).map { try Record.read(type, from: $0) }
  }

  /// The assignment of `run`; nil where the last entry holds another's.
  func assignment(of run: RunID) throws -> Assignment? {
    try value(Assignment.self, "assignment.json").flatMap { $0.run == run ? $0 : nil }
  }

  /// The entries that say that `result` was committed, oldest first: the run's that made it, and the end of a
  /// workflow's pass.
  func entries(committing result: ObjectID) -> [TaskLog.Entry] {
    entries.filter { $0.event?.kind == .committed && $0.event?.details.commit == result }
  }
}

/// One task that this process works on: its lease, its log, and writing what happens to that log. Without the lease
/// only a place in the queue is written (`Workspace.noteQueueing`).
package final class TaskSession {
  package let workspace: Workspace
  package private(set) var record: TaskRecord
  /// As it was when the lease was taken.
  let opened: TaskRecord
  private var lease: Lease?

  /// Takes the lease of `task`.
  ///
  /// - Parameter purpose: what for, for the message that other processes show; nil for a run.
  /// - Throws: `PairError` of kind `tryLater` with the obstacle `busyTask` while another process works on the task.
  init(of task: TaskID, in workspace: Workspace, for purpose: String? = nil) throws {
    let process = workspace.process
    let holder = purpose.map { "\($0) by process \(process.processID)" } ?? process.holder
    self.workspace = workspace
    lease = try Lease.take(task, in: workspace.repository, holder: holder)
    record = try TaskRecord(of: task, in: workspace)
    opened = record
  }

  /// Gives the lease back.
  func close() { lease = nil }

  package var task: TaskID { record.task }
  package var state: TaskState { record.state }

  /// Reads what other processes have said meanwhile.
  func refresh() throws {
    var history = record.history
    try history.refresh(in: workspace.repository)
    record.history = history
  }

  /// Gives a damaged log the longest history that is whole.
  ///
  /// - Returns: what was done, one sentence each.
  func mend() throws -> [String] {
    let done = try TaskLog(task).mend(in: workspace.repository, by: workspace.requireUser())
    if !done.isEmpty { try refresh() }
    return done
  }

  /// Appends the event that `decide` makes of the present state; nil appends nothing.
  @discardableResult
  func append(
    files: [String: [UInt8]] = [:], _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    var history = record.history
    let appended = try history.append(
      to: workspace.repository, by: workspace.requireUser(), files: files, random: workspace.process.random,
      decide)
    record.history = history
    return appended
  }
}

extension Workspace {
  /// Appends to the log of `task` what needs no lease, since it says nothing of a run: which agent a hook chose, and
  /// the task's place in the queue.
  @discardableResult
  func noteQueueing(
    of task: TaskID, files: [String: [UInt8]] = [:], _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    try TaskLog(task).append(to: repository, by: requireUser(), files: files, random: process.random, decide)
  }
}

/// Where tasks stand by their logs, each log read once for as long as its ref stays where it was.
package final class TaskStates {
  private let workspace: Workspace
  private var logs: [String: (task: TaskID, head: ObjectID)] = [:]
  private var known: [TaskID: (head: ObjectID, state: TaskState)] = [:]

  /// Looks up which tasks have a log, and where it ends.
  package init(_ workspace: Workspace) throws {
    self.workspace = workspace
    try refresh()
  }

  func refresh() throws {
    logs = [:]
    for (task, head) in try Ledger.heads(in: workspace.repository) { logs[task.folded] = (task, head) }
  }

  /// The id as the task's log spells it.
  func id(_ task: TaskID) -> TaskID { logs[task.folded]?.task ?? task }

  func head(of task: TaskID) -> ObjectID? { logs[task.folded]?.head }

  func state(of task: TaskID) throws -> TaskState {
    guard let (task, head) = logs[task.folded] else { return TaskState(task: task) }
    if let known = known[task], known.head == head { return known.state }
    let state = try TaskLog(task).state(at: head, in: workspace.repository)
    known[task] = (head, state)
    return state
  }
}
