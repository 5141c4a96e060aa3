import Ledger
import Git
import PairCore
import TaskFiles

/// A pass of a workflow, as one command carries it out.
struct WorkflowPass {
  let spec: WorkflowSpec
  let request: RunRequest
  let configuration: ObjectID
  let config: Config
  let session: TaskSession
  private(set) var progress = WorkflowProgress()
  /// What the steps that earlier commands carried out cost, in US dollars: no part of this one's `--max-cost`.
  private(set) var costBefore = 0.0
  var last: (Assignment, RunOutcome)?

  init(_ spec: WorkflowSpec, _ request: RunRequest, _ session: TaskSession) throws {
    let workspace = session.workspace
    self.spec = spec
    self.request = request
    self.session = session
    configuration = try request.configuration ?? workspace.requireBase(request.base)
    config = try workspace.settings(at: configuration).config
    if !request.again { try readProgress() }
    costBefore = progress.costInUSD
  }

  private var task: TaskID { session.task }

  mutating func readProgress() throws {
    try session.refresh()
    progress = try spec.progress(in: session.record)
  }

  /// What the log holds of a step that has ended; nil where no agent could be started.
  func work(of end: WorkflowProgress.StepEnd) throws -> EarlierWork? {
    guard let run = end.run else { return nil }
    let entry = session.record.entries.last {
      $0.event?.details.run == run && $0.event?.details.step == end.step
        && [.committed, .failed, .unchanged].contains($0.event?.kind)
    }
    guard let entry, let event = entry.event else { return nil }
    let how: RunOutcome.End =
      end.commit.map { .committed($0) }
      ?? .failed(Failure(event.details.failure ?? .crashed, event.sentence))
    return try session.record.work(at: entry, end: how)
  }

  func recordNobody(for task: StepTask, run: RunID) throws {
    let mark = StepSpec(task: task, review: nil, hasTaskFile: spec.hasTaskFile).mark(of: run)
    try session.append { _ in
      var details = TaskEvent.Details()
      details.mark(mark)
      details.text = spec.task.source.blob
      details.failure = .notInstalled
      return TaskEvent(
        .failed, self.task, "\(self.task): nobody can take the step '\(task.step.id)'", details)
    }
  }

  /// Makes what the pass has made the task's result; nil where it has made nothing.
  func finish() throws -> WorkResult.End? {
    let branch = BranchName.result(of: task)
    guard let commit = progress.commit, let made = progress.ends.last(where: { $0.commit != nil }) else {
      return nil
    }
    let runs = Set(progress.ends.compactMap(\.run)).count
    try session.append { state in
      guard state.result?.isPartial == true else { return nil }
      var details = TaskEvent.Details()
      details.run = made.run
      details.agent = made.agent
      details.base = progress.origin
      details.branch = branch
      details.commit = commit
      details.text = spec.task.source.blob
      details.workflow = spec.workflow.source.blob
      details.pass = progress.pass
      return TaskEvent(
        .committed, task,
        "\(task): the workflow \(spec.workflow.name) is finished on \(branch) after \(runs) runs", details)
    }
    return .finished(branch, commit)
  }

  /// Says in the log that a person has to look at what `review` found.
  func endWithFindings(of review: WorkflowStep) throws -> WorkResult.End {
    guard let end = progress.end(of: review) else { throw nothingMade }
    let findings = try work(of: end)?.outcome.findings.filter { $0.severity != .note } ?? []
    try session.append { state in
      if state.blocked != nil { return nil }
      var details = TaskEvent.Details()
      details.workflow = spec.workflow.source.blob
      details.pass = progress.pass
      details.text = spec.task.source.blob
      details.blocked = review.words(stillBlockingAfter: end.round)
      return TaskEvent(
        .failed, task, "\(task): \(review.words(stillBlockingAfter: end.round)); the task waits for a person",
        details)
    }
    return .findingsLeft(review, rounds: end.round, findings)
  }

  var nothingMade: PairError {
    PairError(
      .failed, "no step of the workflow \(spec.workflow.name) has made anything for \(task)",
      hint: "To begin anew: --again")
  }
}
