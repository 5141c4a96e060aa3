import Git
import Host
import Ledger
package import PairCore

extension Orchestrator {
  /// What came of a wish that a task be left alone.
  package enum Cancellation: Hashable, Sendable {
    case takenOutOfQueue
    /// Its run has stopped; the ref that keeps what it left, nil where it left nothing.
    case stopped(snapshot: String?)
    /// Its run had come to its own end; how, in the log's words.
    case ended(String)
    /// Its run had died already, and has been cleared up.
    case wasDead
    /// A review of it has stopped.
    case reviewStopped
  }

  /// How long an agent and what keeps its work may take to end.
  private static let patienceInSeconds = 60

  /// Has the run of `id`, or a review of it, stopped, or takes it out of the queue. What the run did is
  /// kept in a snapshot.
  ///
  /// - Throws: `PairError` of kind `usage` when neither is the case, `tryLater` when the run does not
  ///   stop in a minute.
  package func cancel(_ id: TaskID) async throws -> Cancellation {
    let log = TaskLog(id)
    // Else somebody claims it in this moment.
    if try !log.state(in: repository).isUnderWay,
      try dequeue(id, because: "a person took it out", by: workspace.requireUser(), isWish: true)
    {
      return .takenOutOfQueue
    }
    let state = try log.state(in: repository)
    guard let run = try state.isUnderWay ? state.run : runningReview(of: id) else {
      throw PairError(
        .usage, "\(id) is neither queued nor being worked on: it is \(state.word)",
        hint: "'bpsai-pair status' shows what is.")
    }
    guard try Lease.isHeld(id, in: repository) else {
      _ = try await unlock(id)
      try dequeue(id, because: "a person took it out", by: workspace.requireUser(), isWish: true)
      return .wasDead
    }
    try await stop(state.isUnderWay ? "run" : "review", run, of: id)
    return try state.isUnderWay ? end(of: run, log: log) : .reviewStopped
  }

  /// Asks whoever holds the lease of `id` to stop its run, and waits until it is free.
  private func stop(_ what: String, _ run: RunID, of id: TaskID) async throws {
    let request = CancelRequest(id, run, in: repository)
    try request.make()
    process.say("\(id): asked \(what) \(run) to stop")
    let deadline = ContinuousClock.now + .seconds(Orchestrator.patienceInSeconds)
    while try Lease.isHeld(id, in: repository) {
      if ContinuousClock.now > deadline {
        throw PairError(
          .tryLater, "\(what) \(run) of \(id) has not stopped yet",
          hint: "It has been asked to, and will; 'bpsai-pair status' shows when.")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    try request.remove()
  }

  /// What the log says of a run that somebody asked to stop.
  private func end(of run: RunID, log: TaskLog) throws -> Cancellation {
    let ended = try log.entries(in: repository).compactMap(\.event).last { $0.details.run == run }
    guard let ended, ended.kind == .cancelled || ended.kind == .interrupted else {
      return .ended(ended?.sentence ?? "its log says nothing of it")
    }
    return .stopped(snapshot: ended.details.snapshot)
  }

  func cancelRequest(for assignment: Assignment) -> CancelRequest {
    CancelRequest(assignment.task, assignment.run, in: repository)
  }

  /// Whether a person wants the run of `assignment` to stop.
  func isCancelled(_ assignment: Assignment) -> @Sendable () -> Bool {
    isCancelled(assignment.run, of: assignment.task)
  }

  func isCancelled(_ run: RunID, of task: TaskID) -> @Sendable () -> Bool {
    let request = CancelRequest(task, run, in: repository)
    return { request.isMade }
  }

  /// Frees the claim of a run that died: ends what outlived it, keeps what it left, says so in the log.
  ///
  /// - Returns: whether there was such a run.
  /// - Throws: `PairError` of kind `tryLater` while the run lives: a live claim is never taken away.
  package func unlock(_ id: TaskID) async throws -> Bool {
    let log = TaskLog(id)
    let wasUnderWay = try log.state(in: repository).isUnderWay
    let user = try workspace.requireUser()
    let lease = try await takeLease(log, for: "an unlock", by: user)
    try settleDeadRuns(holding: id, by: user)
    withExtendedLifetime(lease) {}
    return wasUnderWay
  }
}
