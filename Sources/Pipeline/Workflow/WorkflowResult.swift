package import PairCore

/// How a pass of a workflow ended, or an attempt at one.
package struct WorkflowResult: Sendable {
  package enum End: Hashable, Sendable {
    /// Every step has had its turn; the branch with all that they made.
    case finished(BranchName, ObjectID)
    /// There was nothing to do, and why.
    case notNeeded(String)
    /// An agent failed at this step.
    case failed(WorkflowStep, Assignment, RunOutcome)
    /// This review still blocks after its last round.
    case findingsLeft(WorkflowStep, rounds: Int, [Finding])
  }

  package let order: WorkflowSpec
  package let end: End
  /// The commit that the first step started from; nil where none has a result.
  package let origin: ObjectID?
  /// What the steps of the pass came to, those of earlier commands included.
  package let steps: [WorkflowProgress.StepEnd]
  /// Of the whole pass, in US dollars.
  package let costInUSD: Double
}

extension WorkflowStep {
  /// That a review is not content with what there is.
  package func words(stillBlockingAfter rounds: Int) -> String {
    "the review '\(id)' still blocks after \(rounds.counted("round"))"
  }
}
