import Git
import Ledger
package import PairCore

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
  /// The checks of an integration that had just merged its result have stopped.
  case integrationStopped
}

/// Has a run, or a review, stopped because a person wants that.
package final class CancelRun: StatelessRoom {
  /// How long an agent and what keeps its work may take to end.
  private static let patienceInSeconds = 60

  /// Stops the run or the review of `id`, a snapshot keeps its work, or takes it out of the queue. Throws
  /// `usage` when neither is the case, `tryLater` when the run does not stop in a minute.
  package func cancel(_ id: TaskID) async throws -> Cancellation {
    let log = TaskLog(id)
    // Else somebody claims it in this moment.
    if try !log.state(in: repository).isUnderWay,
      try QueuePlace(workspace: workspace, task: id).leave(because: "a person took it out", isWish: true)
    {
      return .takenOutOfQueue
    }
    let state = try log.state(in: repository)
    let check = AnnouncedCheck(workspace: workspace, task: id)
    guard let run = try state.isUnderWay ? state.run : AnnouncedReview.running(of: id, in: workspace) else {
      if let run = try check.running() {
        try await stop("checks", run, of: id) { try check.running() == run }
        return .integrationStopped
      }
      throw PairError(
        .usage, "\(id) is neither queued nor being worked on: it is \(state.word)",
        hint: "'bpsai-pair status' shows what is.")
    }
    guard try Lease.isHeld(id, in: repository) else {
      _ = try await CrashRecovery(workspace).unlock(id)
      try QueuePlace(workspace: workspace, task: id).leave(because: "a person took it out", isWish: true)
      return .wasDead
    }
    try await stop(state.isUnderWay ? "run" : "review", run, of: id) {
      try Lease.isHeld(id, in: repository)
    }
    return try state.isUnderWay ? end(of: run, log: log) : .reviewStopped
  }

  private func stop(_ what: String, _ run: RunID, of id: TaskID, while isRunning: () throws -> Bool)
    async throws
  {
    let request = CancelRequest(id, run, in: repository)
    try request.make()
    say("\(id): asked \(what) \(run) to stop")
    let deadline = ContinuousClock.now + .seconds(CancelRun.patienceInSeconds)
    while try isRunning() {
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
}
