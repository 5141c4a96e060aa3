import Git
import Ledger
import PairCore

/// A task's place in the queue, as its log tells it.
struct QueuePlace: Room {
  let workspace: Workspace
  private let task: TaskID

  init(of task: TaskID, in workspace: Workspace) {
    self.task = task
    self.workspace = workspace
  }

  /// Takes the task out of the queue, where it is in it; returns whether it was.
  ///
  /// - Parameter isWish: whether a person wants that: else its text is queued again where it comes back.
  @discardableResult
  func leave(because reason: String, isWish: Bool = false) throws -> Bool {
    let event = try workspace.note(for: task) { state in
      let isDead = try state.isUnderWay && state.taken != nil && !Lease.isHeld(task, in: repository)
      guard state.queued != nil || isDead else { return nil }
      return .dequeued(
        task, because: reason, withdrawing: isWish ? nil : (state.queued ?? state.taken)?.text)
    }
    return event != nil
  }

  /// Gives the task, whose run was cut off, the place that the run had taken, if it came from the queue.
  func requeue(because reason: String) throws {
    try workspace.note(for: task) { state in
      guard state.last?.kind == .interrupted, state.queued == nil, let taken = state.taken else { return nil }
      var details = TaskEvent.Details()
      details.text = taken.text
      details.base = taken.commit
      details.branch = taken.branch
      return TaskEvent(.queued, task, "\(task): put back into the queue: \(reason)", details)
    }
  }
}

extension TaskEvent {
  /// - Parameter text: the text that does not count as queued any more; nil where a person took it out.
  static func dequeued(_ id: TaskID, because reason: String, withdrawing text: ObjectID?) -> TaskEvent {
    var details = Details()
    details.text = text
    return TaskEvent(.dequeued, id, "\(id): taken out of the queue: \(reason)", details)
  }
}
