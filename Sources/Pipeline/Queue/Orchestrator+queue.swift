import Git
import Host
import Ledger
package import PairCore
import TaskFiles

extension Orchestrator {
  /// Puts `id` into the queue; `orchestrate --queued` runs what is in it.
  ///
  /// - Returns: its id as its file spells it, and whether it was not in the queue yet.
  /// - Throws: `PairError` of kind `tryLater` while somebody works on the task, `usage` when there is no such
  ///   task.
  @discardableResult
  package func enqueue(_ id: TaskID) async throws -> (id: TaskID, isNew: Bool) {
    let task = try library().task(id)
    let user = try workspace.requireUser()
    let log = TaskLog(try taskID(task.id.text))
    if try log.state(in: repository).isUnderWay {
      if try Lease.isHeld(log.task, in: repository) { throw busy(log.task) }
      _ = try await takeLease(log, for: "a look at a dead run", by: user)
    }
    let added = try log.append(
      to: repository, by: user, files: ["task.md": Array(task.text.utf8)], random: process.random
    ) { state in
      if state.isQueued, state.queued?.text == task.source.blob { return nil }
      if state.isUnderWay { throw busy(log.task) }
      var details = TaskEvent.Details()
      details.text = task.source.blob
      return TaskEvent(.queued, log.task, "\(log.task): queued", details)
    }
    return (log.task, added != nil)
  }

  /// Takes a task out of the queue, where it is in it; returns whether it was.
  ///
  /// - Parameter isWish: whether a person wants that: else its text is queued again where it comes back.
  @discardableResult
  func dequeue(
    _ id: TaskID, because reason: String, by user: Signature, isWish: Bool = false
  ) throws -> Bool {
    let event = try TaskLog(id).append(to: repository, by: user, random: process.random) { state in
      let isDead = try state.isUnderWay && state.taken != nil && !Lease.isHeld(id, in: repository)
      guard state.queued != nil || isDead else { return nil }
      return .dequeued(id, because: reason, withdrawing: isWish ? nil : (state.queued ?? state.taken)?.text)
    }
    return event != nil
  }

  private func busy(_ id: TaskID) -> PairError {
    PairError(
      .tryLater, "\(id) is being worked on",
      hint: "Wait for it, or stop it with 'bpsai-pair cancel \(id)'.")
  }

  /// Executes `id` from its base, on a clean worktree, however its last run ended and however often it failed.
  package func retry(_ id: TaskID) async throws -> Execution {
    let request = Request(again: true)
    let routed = try decide(library().task(id), request)
    let assignment = try assignTask(routed, request)
    // Says that a person wants it: failures and what they cost count from here.
    try await enqueue(id)
    do {
      return try await execute(assignment, of: routed, request)
    } catch {
      // Whoever asked is told, and does not want it to start by itself later.
      try dequeue(id, because: "it could not be started", by: workspace.requireUser())
      throw error
    }
  }

  /// Lets the agent of the last run of `id` go on with what that run left.
  ///
  /// - Throws: `PairError` of kind `usage` when that run has a result, `unsupported` when it left nothing.
  package func resume(_ id: TaskID) async throws -> Execution {
    let state = try TaskLog(id).state(in: repository)
    if let result = state.result, result.run == state.run, try stands(result, of: id) {
      throw PairError(
        .usage, "\(id) has a result, so there is nothing to resume",
        hint: "To go on with it: bpsai-pair handoff \(id) --to AGENT")
    }
    return try await handOver(id, to: nil, words: nil)
  }
}

extension TaskEvent {
  /// - Parameter text: the text that does not count as queued any more; nil where a person took it out.
  static func dequeued(_ id: TaskID, because reason: String, withdrawing text: ObjectID?) -> TaskEvent {
    var details = Details()
    details.text = text
    return TaskEvent(.dequeued, id, "\(id): taken out of the queue: \(reason)", details)
  }

  /// The place in the queue that a run had taken, once more.
  static func queuedAgain(_ id: TaskID, _ place: TaskState.Queued, because reason: String) -> TaskEvent {
    var details = Details()
    details.text = place.text
    details.base = place.commit
    details.branch = place.branch
    return TaskEvent(.queued, id, "\(id): put back into the queue: \(reason)", details)
  }
}
