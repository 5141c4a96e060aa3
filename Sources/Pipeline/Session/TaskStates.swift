import Git
import Ledger
import PairCore
import TaskFiles

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
