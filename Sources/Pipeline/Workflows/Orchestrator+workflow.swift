import AgentRuns
import Git
import Ledger
public import PairCore
import Review
import TaskFiles

extension Orchestrator {
  /// Carries out the steps of a workflow that are still to come, one after the other, on one branch.
  ///
  /// Which step comes is read from the task's log, so that the same call goes on after whatever ended the last.
  /// `request.maxCostInUSD` spans the pass.
  ///
  /// - Parameter finished: called after each step.
  /// - Throws: `PairError` when a step cannot be started or recorded; `CancellationError` after an interrupt, once
  ///   what was there is kept.
  public func execute(
    _ order: WorkflowOrder, _ request: Request, finished: (Assignment, RunOutcome) -> Void = { _, _ in }
  ) async throws -> WorkflowResult {
    let user = try workspace.requireUser()
    let configuration = try request.configuration ?? workspace.requireBase(request.base)
    let config = try workspace.config(at: configuration)
    if order.workflow.steps.contains(where: \.mode.writes) { try requireApproved(config) }
    let known = try workspace.capabilities(at: nil).names
    for step in order.workflow.steps { _ = try agent(of: step, in: order.workflow, among: known) }

    let log = TaskLog(order.task.id)
    let lease = try Lease.take(log.task, in: repository, holder: holder)
    try await reconcile(log, by: user)
    if let reason = try notNeeded(order, request) {
      try dequeue(log.task, because: reason, by: user)
      return result(of: order, .notNeeded(reason), try progress(of: order))
    }
    var pass = Pass(order: order, request: request, configuration: configuration, config: config, user: user)
    if !request.again { pass.progress = try progress(of: order) }
    if pass.progress.pass != nil { try dequeue(log.task, because: "its workflow goes on", by: user) }
    let end = try await carryOut(&pass, log: log, finished: finished)
    withExtendedLifetime(lease) {}
    return result(of: order, end, pass.progress)
  }

  /// A pass of a workflow, as one command carries it out.
  private struct Pass {
    let order: WorkflowOrder
    let request: Request
    let configuration: ObjectID
    let config: Config
    let user: Signature
    var progress = WorkflowProgress()
  }

  private func result(
    of order: WorkflowOrder, _ end: WorkflowResult.End, _ progress: WorkflowProgress
  ) -> WorkflowResult {
    WorkflowResult(
      order: order, end: end, origin: progress.origin, steps: progress.ends, costInUSD: progress.costInUSD)
  }

  /// How far the last pass of just this workflow on this task has come; empty where there is none.
  func progress(of order: WorkflowOrder) throws -> WorkflowProgress {
    let log = TaskLog(order.task.id)
    let progress = WorkflowProgress(try log.entries(in: repository).compactMap(\.event))
    guard progress.isPass(of: order.workflow, on: order.task) else { return WorkflowProgress() }
    // Somebody moved the branch or dropped it: what is to be gone on with is not there.
    guard let commit = progress.commit, try !stands(commit, on: .result(of: log.task)) else {
      return progress
    }
    return WorkflowProgress()
  }

  private func stands(_ commit: ObjectID, on branch: BranchName) throws -> Bool {
    if try repository.ref(branch.ref) == commit { return true }
    guard let head = try repository.head().commit else { return false }
    return try repository.isReachable(commit, from: head)
  }

  /// Why there is nothing to do; nil when there is.
  public func notNeeded(_ order: WorkflowOrder, _ request: Request) throws -> String? {
    if request.again { return nil }
    let (task, state) = (order.task, try TaskLog(order.task.id).state(in: repository))
    if let result = state.result, result.text == task.source.blob,
      result.workflow == nil || result.workflow == order.workflow.source.blob, try stands(result, of: task.id)
    {
      let text = order.hasTaskFile ? "\(task.id) has a result for this text" : "the workflow has a result"
      return "\(text) already (\(result.commit.short)); --again runs it anew"
    }
    if task.metadata.status?.isFinished == true, try progress(of: order).pass == nil {
      return "\(task.id) is \(task.metadata.status?.text ?? "done") already; --again runs it anyway"
    }
    return nil
  }

  private func carryOut(
    _ pass: inout Pass, log: TaskLog, finished: (Assignment, RunOutcome) -> Void
  ) async throws -> WorkflowResult.End {
    var last: (Assignment, RunOutcome)?
    while true {
      let workflow = pass.order.workflow
      switch workflow.move(after: pass.progress) {
      case .run(let step, let round):
        // What has failed just now is not tried again by itself.
        if let (assignment, outcome) = last, outcome.failure != nil, assignment.step?.step == step.id {
          return .failed(step, assignment, outcome)
        }
        let task = StepTask(step, round: round, of: workflow, after: pass.progress)
        last = try await carryOut(task, pass, log: log)
        if let (assignment, outcome) = last { finished(assignment, outcome) }
        pass.progress = try progress(of: pass.order)
      case .findingsLeft(let review):
        return try endWithFindings(of: review, pass, log: log)
      case .finish:
        if let end = try finish(pass, log: log) { return end }
        guard let (assignment, outcome) = last, let step = assignment.step.flatMap({ workflow.step($0.step) })
        else { throw nothingMade(pass.order) }
        return .failed(step, assignment, outcome)
      }
    }
  }

  private func nothingMade(_ order: WorkflowOrder) -> PairError {
    PairError(
      .failed, "no step of the workflow \(order.workflow.name) has made anything for \(order.task.id)",
      hint: "To begin anew: --again")
  }

  /// Carries out one step; nil where no agent can take it and the workflow goes on without.
  private func carryOut(
    _ task: StepTask, _ pass: Pass, log: TaskLog
  ) async throws -> (Assignment, RunOutcome)? {
    let (order, request, assignment, routed): (StepOrder, Request, Assignment, Routed)
    do {
      let base = try pass.progress.commit ?? workspace.requireBase(pass.request.base)
      try requirePlace(for: task, of: task.workflow, on: base)
      order = StepOrder(
        task: task, review: try subject(of: task, at: base), hasTaskFile: pass.order.hasTaskFile)
      request = stepRequest(order, pass, base: base)
      let before = task.progress.predecessor(of: task.step, round: task.round)
      let work = try before.flatMap { try self.work(of: $0, in: log) }
      routed = try decide(task.task(of: pass.order.task, criteria: criteria(after: work, pass)), request)
      assignment = try assignStep(order, routed, request, pass, after: work, log: log)
    } catch let error as PairError where error.kind == .noAgent && task.step.onFailure == .goOn {
      surroundings.say("note: the step '\(task.step.id)' is left out: \(error.message)")
      try recordNobody(task, pass, because: error, log: log)
      return nil
    }
    surroundings.say(announcement(of: assignment, task))
    return try await carryOut(
      RunOrder(
        assignment: assignment, routed: routed, request: request, user: pass.user, config: pass.config,
        spending: try Spending(of: workspace)),
      log: log)
  }

  private func announcement(of assignment: Assignment, _ task: StepTask) -> String {
    let (workflow, step) = (task.workflow, task.step)
    let cost = assignment.estimatedCostInUSD
    let round = task.round > 1 ? ", round \(task.round)" : ""
    return
      "step \(workflow.number(of: step)) of \(workflow.steps.count)\(round): \(assignment.agent) (\(step.modeWord))"
      + (cost == 0 ? "" : ", about \(cost.inDollars)") + ": \(step.title.escapedForTerminal(limit: 100))"
  }

  private func stepRequest(_ order: StepOrder, _ pass: Pass, base: ObjectID) -> Request {
    var request = pass.request
    request.preferred = nil
    // Whoever takes over after a failure is chosen as ever.
    request.forced = order.task.step.onFailure == .handoff ? nil : order.task.step.agent
    request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - pass.progress.costInUSD) }
    request.base = base.hex
    request.configuration = pass.configuration
    request.step = order
    return request
  }

  /// What a step that is a review reads: all that the pass has made.
  private func subject(of task: StepTask, at base: ObjectID) throws -> ReviewSubject? {
    guard task.step.isReview else { return nil }
    let origin = task.progress.origin ?? base
    let changes = try repository.changes(
      from: repository.tree(of: origin), to: repository.tree(of: base), lines: false)
    return ReviewSubject(
      base: origin, commit: base, paths: changes.map(\.path), answerSchema: ReviewAnswer.schema)
  }

  /// What the log holds of a step that has ended; nil where nobody could be started.
  private func work(of end: WorkflowProgress.StepEnd, in log: TaskLog) throws -> Work? {
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

  private func criteria(after work: Work?, _ pass: Pass) -> [AcceptanceCriterion] {
    work?.outcome.criteria ?? pass.order.task.acceptanceCriteria
  }

  private func assignStep(
    _ order: StepOrder, _ routed: Routed, _ request: Request, _ pass: Pass, after work: Work?, log: TaskLog
  ) throws -> Assignment {
    let decision = routed.decision
    let named = try agent(
      of: order.task.step, in: order.task.workflow, among: decision.inputs.profiles.map(\.name))
    if decision.agent == nil, decision.ranking.contains(where: { $0.excluded?.kind == .overMaxCost }) {
      throw PairError(
        .failed, "what is left of --max-cost is too little for the step '\(order.task.step.id)'",
        hint: "The same command with a higher --max-cost goes on with it.")
    }
    let isFree = decision.ranking.contains { $0.agent == named && $0.excluded == nil }
    let agent = isFree ? named : try decision.requireAgent()
    if !isFree {
      let why = decision.ranking.first { $0.agent == named }?.excluded?.reason ?? "it is not known"
      surroundings.say(
        "note: \(agent) takes the step '\(order.task.step.id)', since \(named) cannot (\(why))")
    }
    let note = try work.map { work in
      HandoffNote(
        assignment: work.assignment, outcome: work.outcome, criteria: criteria(after: work, pass),
        checks: pass.config.checks, spentInUSD: try log.state(in: repository).costInUSD,
        redaction: credentials)
    }
    let base = try workspace.requireBase(request.base)
    let continues = work.map { work in
      Continuation(agent: work.outcome.agent, origin: order.task.progress.origin ?? base, snapshot: nil)
    }
    return try assignment(for: routed, to: agent, request, note: note, continues: continues)
  }

  /// Says in the log that nobody can take a step, and that the workflow goes on.
  private func recordNobody(_ task: StepTask, _ pass: Pass, because error: PairError, log: TaskLog) throws {
    let run = RunID(start: surroundings.now(), random: surroundings.random())
    try log.append(to: repository, by: pass.user, random: surroundings.random) { _ in
      var details = TaskEvent.Details()
      details.mark(
        StepOrder(task: task, review: nil, hasTaskFile: pass.order.hasTaskFile).mark(of: run))
      details.text = pass.order.task.source.blob
      details.failure = .notInstalled
      return TaskEvent(
        .failed, log.task, "\(log.task): nobody can take the step '\(task.step.id)'", details)
    }
  }

  /// Makes what the pass has made the task's result; nil where it has made nothing.
  private func finish(_ pass: Pass, log: TaskLog) throws -> WorkflowResult.End? {
    let (progress, branch) = (pass.progress, BranchName.result(of: log.task))
    guard let commit = progress.commit, let made = progress.ends.last(where: { $0.commit != nil }) else {
      return nil
    }
    let runs = Set(progress.ends.compactMap(\.run)).count
    try log.append(to: repository, by: pass.user, random: surroundings.random) { state in
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
  private func endWithFindings(
    of review: WorkflowStep, _ pass: Pass, log: TaskLog
  ) throws -> WorkflowResult.End {
    guard let end = pass.progress.end(of: review) else { throw nothingMade(pass.order) }
    let findings = try work(of: end, in: log)?.outcome.findings.filter { $0.severity != .note } ?? []
    try log.append(to: repository, by: pass.user, random: surroundings.random) { state in
      if state.blocked != nil { return nil }
      var details = TaskEvent.Details()
      details.workflow = pass.order.workflow.source.blob
      details.pass = pass.progress.pass
      details.text = pass.order.task.source.blob
      details.blocked = "the review '\(review.id)' still blocks after \(end.round.counted("round"))"
      return TaskEvent(
        .failed, log.task,
        "\(log.task): the review '\(review.id)' still blocks after \(end.round.counted("round")); the task waits for a person",
        details)
    }
    return .findingsLeft(review, rounds: end.round, findings)
  }
}
