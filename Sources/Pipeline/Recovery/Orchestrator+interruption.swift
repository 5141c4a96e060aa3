import AgentRuns
import Git
import Ledger
import PairCore

extension Orchestrator {
  /// A run that ended for a reason that is not the agent's.
  struct BrokenOff: Error {
    let cause: any Error
    /// The ref that keeps what was there; nil when nothing was, or the worktree had to stay.
    let snapshot: String?
  }

  /// Says in the log that a run broke off, if that can still be said.
  func recordInterruption(_ order: RunSpec, log: TaskLog, _ broken: BrokenOff) throws {
    let assignment = order.assignment
    let words = Orchestrator.words(of: broken.cause).onOneLine
    let fault = (broken.cause as? PairError)?.obstacle == .project ? words : nil
    let (kind, why, failure): (TaskEvent.Kind, String, Failure) =
      switch broken.cause {
      case is RunCancelled: (.cancelled, "cancelled", Failure(.cancelled, "a person had it stopped"))
      case is CancellationError: (.interrupted, "interrupted", Failure(.cancelled, "it was interrupted"))
      case _ where fault != nil:
        (.failed, "could not start an agent: \(words)", Failure(.crashed, words))
      default: (.interrupted, "broke off: \(words)", Failure(.crashed, words))
      }
    do {
      try adoptResult(log: log, by: order.user)
      try settleDeadRuns(holding: assignment.task, by: order.user)
      let cost = try unloggedCost(of: assignment.run, log: log)
      let left = try lastAttempt(
        of: assignment.run, log: log, ending: failure, snapshot: broken.snapshot, costInUSD: cost)
      try log.append(
        to: repository, by: order.user, files: left?.files ?? [:], random: process.random
      ) { state in
        guard state.isUnderWay, state.run == assignment.run else { return nil }
        var details = details(of: assignment)
        details.agent = left?.agent ?? assignment.agent
        details.snapshot = broken.snapshot
        details.costInUSD = cost
        details.projectFault = fault
        return TaskEvent(
          kind, assignment.task, "\(assignment.task): run \(assignment.run) \(why)", details)
      }
    } catch {
      // The disk may be full: the error that is on its way says so, and the next run reconciles.
      process.say(
        "note: the log of \(assignment.task) could not be written: \(Orchestrator.words(of: error))")
    }
  }

  static func words(of error: any Error) -> String {
    switch error {
    case let error as PairError: error.message
    case let error as GitError: error.message
    default: "\(error)"
    }
  }
}
