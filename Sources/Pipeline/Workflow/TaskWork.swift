import Ledger
import Git
package import PairCore

/// How a task is carried out: by one run of one agent, which is a workflow of one step, or by the steps of a workflow.
package enum TaskWork: Sendable {
  case run(Assignment, RoutedTask)
  case workflow(WorkflowSpec)

  package var task: AgentTask {
    switch self {
    case .run(_, let routed): routed.task
    case .workflow(let spec): spec.task
    }
  }

  /// Nil for one run.
  package var workflow: WorkflowSpec? { if case .workflow(let spec) = self { spec } else { nil } }
}

/// How carrying out a task ended.
package struct WorkResult: Sendable {
  package enum End: Hashable, Sendable {
    /// Every step has had its turn; the branch with all that they made.
    case finished(BranchName, ObjectID)
    case notNeeded(String)
    case failed(Assignment, RunOutcome)
    /// This review of the workflow still blocks after its last round.
    case findingsLeft(WorkflowStep, rounds: Int, [Finding])
  }

  package let task: AgentTask
  package let end: End
  /// Nil for one run.
  package let workflow: WorkflowResult?
  /// What the last agent was assigned and came to; nil where none was started.
  package let last: (assignment: Assignment, outcome: RunOutcome)?

  /// What is known of a pass of a workflow beside its end.
  package struct WorkflowResult: Sendable {
    package let spec: WorkflowSpec
    /// The commit that the first step started from; nil where none has a result.
    package let origin: ObjectID?
    /// What the steps of the pass came to, those of earlier commands included.
    package let steps: [WorkflowProgress.StepEnd]
    /// Of the whole pass, in US dollars.
    package let costInUSD: Double
  }
}

/// Why a task need not be carried out.
package final class RunNeed: StatelessRoom {
  /// Why there is nothing to do for `task`, carried out by `spec` or one run; nil when there is something.
  package func reasonForNone(_ task: AgentTask, _ spec: WorkflowSpec?, _ request: RunRequest) throws
    -> String?
  {
    if request.again { return nil }
    return try reasonForNone(task, spec, TaskRecord(of: task.id, in: workspace))
  }

  func reasonForNone(_ task: AgentTask, _ spec: WorkflowSpec?, _ record: TaskRecord) throws -> String? {
    let branch = ResultBranch(of: task.id, in: workspace)
    if let result = record.state.result, result.text == task.source.blob,
      spec == nil || result.workflow == nil || result.workflow == spec?.workflow.source.blob,
      try branch.holds(result)
    {
      let text =
        spec?.hasTaskFile == false ? "the workflow has a result" : "\(task.id) has a result for this text"
      return "\(text) already (\(result.commit.short)); --again runs it anew"
    }
    // The last step has set the status, and may yet be gone on from.
    if task.isFinished, try spec.map({ try $0.progress(in: record).pass == nil }) ?? true {
      return "\(task.id) is \(task.metadata.status?.text ?? "done") already; --again runs it anyway"
    }
    return nil
  }

  /// Why a task to be run again needs no run: since that decision another process made a result for this
  /// text.
  func reasonMadeMeanwhile(_ routed: RoutedTask, _ record: TaskRecord) throws -> String? {
    var new = record.entries[...]
    if let tip = routed.logTip {
      // A log that was mended since does not tell what is new in it.
      guard let known = record.entries.firstIndex(where: { $0.id == tip }) else { return nil }
      new = record.entries[(known + 1)...]
    }
    guard let result = record.state.result, result.text == routed.task.source.blob,
      new.contains(where: { $0.event?.kind == .committed && $0.event?.details.commit == result.commit }),
      try ResultBranch(of: routed.task.id, in: workspace).holds(result)
    else { return nil }
    return "another process has made its result meanwhile (\(result.commit.short))"
  }
}
