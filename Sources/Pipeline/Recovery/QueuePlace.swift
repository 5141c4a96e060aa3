import Git
import Ledger
import PairCore

struct QueuePlace: Room {
  let workspace: Workspace
  let task: TaskID

  /// Takes the task out of the queue; returns whether it was in it. Unless by wish, its text may come again.
  @discardableResult
  func leave(because reason: String, isWish: Bool = false) throws -> Bool {
    let event = try workspace.noteQueueing(of: task) { state in
      let isDead = try state.isUnderWay && state.taken != nil && !Lease.isHeld(task, in: repository)
      guard state.queued != nil || isDead else { return nil }
      return .dequeued(task, because: reason, withdrawing: isWish ? nil : (state.queued ?? state.taken)?.text)
    }
    return event != nil
  }

  /// Gives the task, whose run was cut off, the place that the run had taken, if it came from the queue.
  func requeue(because reason: String) throws {
    try workspace.noteQueueing(of: task) { state in
      guard state.last?.kind == .interrupted, state.queued == nil, let taken = state.taken else { return nil }
      return .queued(
        task, text: taken.text, at: taken.commit, on: taken.branch, "put back into the queue: \(reason)")
    }
  }
}

extension TaskEvent {
  /// Of the `text` (a blob id) in the `commit` where a hook found it; `words` follow the task's id.
  static func queued(
    _ id: TaskID, text: ObjectID?, at commit: ObjectID? = nil, on branch: BranchName? = nil,
    _ words: String = "queued"
  ) -> TaskEvent {
    var details = Details()
    details.text = text
    details.base = commit
    details.branch = branch
    return TaskEvent(.queued, id, "\(id): \(words)", details)
  }

  /// - Parameter text: the text that does not count as queued any more; nil where a person took it out.
  static func dequeued(_ id: TaskID, because reason: String, withdrawing text: ObjectID?) -> TaskEvent {
    var details = Details()
    details.text = text
    return TaskEvent(.dequeued, id, "\(id): taken out of the queue: \(reason)", details)
  }
}
