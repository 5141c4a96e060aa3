import Git
import Ledger
import PairCore
import TaskFiles

/// A pass of a workflow, as one command carries it out.
struct WorkflowPass {
  let order: WorkflowSpec
  let request: Orchestrator.Request
  let configuration: ObjectID
  let config: Config
  let user: Signature
  var progress = WorkflowProgress()
  /// What the steps that earlier commands carried out cost, in US dollars: no part of this one's `--max-cost`.
  var costBefore = 0.0
}

extension Orchestrator {
  /// What the log holds of a step that has ended; nil where nobody could be started.
  func work(of end: WorkflowProgress.StepEnd, in log: TaskLog) throws -> Work? {
    guard let run = end.run else { return nil }
    let entry = try log.entries(in: repository).last {
      $0.event?.details.run == run && $0.event?.details.step == end.step
        && [.committed, .failed, .unchanged].contains($0.event?.kind)
    }
    guard let entry, let event = entry.event else { return nil }
    let how: RunOutcome.End =
      end.commit.map { .committed($0) }
      ?? .failed(Failure(event.details.failure ?? .crashed, event.sentence))
    return try work(entry.id, event, in: log, end: how, snapshot: nil)
  }

  /// Says in the log that nobody can take a step, and that the workflow goes on.
  func recordNobody(_ task: StepTask, _ pass: WorkflowPass, log: TaskLog) throws {
    let run = RunID(start: process.now(), random: process.random())
    try log.append(to: repository, by: pass.user, random: process.random) { _ in
      var details = TaskEvent.Details()
      details.mark(
        StepSpec(task: task, review: nil, hasTaskFile: pass.order.hasTaskFile).mark(of: run))
      details.text = pass.order.task.source.blob
      details.failure = .notInstalled
      return TaskEvent(
        .failed, log.task, "\(log.task): nobody can take the step '\(task.step.id)'", details)
    }
  }

  /// Makes what the pass has made the task's result; nil where it has made nothing.
  func finish(_ pass: WorkflowPass, log: TaskLog) throws -> WorkflowResult.End? {
    let (progress, branch) = (pass.progress, BranchName.result(of: log.task))
    guard let commit = progress.commit, let made = progress.ends.last(where: { $0.commit != nil }) else {
      return nil
    }
    let runs = Set(progress.ends.compactMap(\.run)).count
    try log.append(to: repository, by: pass.user, random: process.random) { state in
      guard state.result?.isPartial == true else { return nil }
      var details = TaskEvent.Details()
      details.run = made.run
      details.agent = made.agent
      details.base = progress.origin
      details.branch = branch
      details.commit = commit
      details.text = pass.order.task.source.blob
      details.workflow = pass.order.workflow.source.blob
      details.pass = progress.pass
      let name = pass.order.workflow.name
      return TaskEvent(
        .committed, log.task, "\(log.task): the workflow \(name) is finished on \(branch) after \(runs) runs",
        details)
    }
    return .finished(branch, commit)
  }

  /// Says in the log that a person has to look at what `review` found.
  func endWithFindings(
    of review: WorkflowStep, _ pass: WorkflowPass, log: TaskLog
  ) throws -> WorkflowResult.End {
    guard let end = pass.progress.end(of: review) else { throw nothingMade(pass.order) }
    let findings = try work(of: end, in: log)?.outcome.findings.filter { $0.severity != .note } ?? []
    try log.append(to: repository, by: pass.user, random: process.random) { state in
      if state.blocked != nil { return nil }
      var details = TaskEvent.Details()
      details.workflow = pass.order.workflow.source.blob
      details.pass = pass.progress.pass
      details.text = pass.order.task.source.blob
      details.blocked = review.words(stillBlockingAfter: end.round)
      return TaskEvent(
        .failed, log.task,
        "\(log.task): \(review.words(stillBlockingAfter: end.round)); the task waits for a person",
        details)
    }
    return .findingsLeft(review, rounds: end.round, findings)
  }

  func nothingMade(_ order: WorkflowSpec) -> PairError {
    PairError(
      .failed, "no step of the workflow \(order.workflow.name) has made anything for \(order.task.id)",
      hint: "To begin anew: --again")
  }
}
