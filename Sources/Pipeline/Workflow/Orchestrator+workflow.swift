import AgentRuns
import Git
import Ledger
package import PairCore
import Review
import TaskFiles

extension Orchestrator {
  /// Carries out the steps of a workflow that are still to come, one after the other, on one branch.
  ///
  /// Which step comes is read from the task's log, so that the same call goes on after whatever ended the last.
  /// `request.maxCostInUSD` spans the steps that this call carries out.
  ///
  /// - Parameters:
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more; asked before each step.
  ///   - finished: called after each step.
  /// - Throws: `PairError` when a step cannot be started or recorded; `CancellationError` after an interrupt, once
  ///   what was there is kept.
  package func execute(
    _ order: WorkflowSpec, _ request: Request, isEnough: () -> Bool = { false },
    finished: (Assignment, RunOutcome) -> Void
  ) async throws -> WorkflowResult {
    let user = try workspace.requireUser()
    let configuration = try request.configuration ?? workspace.requireBase(request.base)
    let config = try workspace.config(at: configuration)
    if order.workflow.steps.contains(where: \.mode.writes) { try requireApproved(config) }
    let known = try workspace.capabilities(at: nil).names
    for step in order.workflow.steps { _ = try agent(of: step, in: order.workflow, among: known) }

    let log = TaskLog(order.task.id)
    let lease = try Lease.take(log.task, in: repository, holder: holder)
    try await reconcile(lease, by: user)
    // A pass that goes on keeps the place that it took.
    let state = try log.state(in: repository)
    if request.isFromQueue, state.queued == nil, !state.isBetweenSteps {
      return result(of: order, .notNeeded("it was taken out of the queue"), try progress(of: order))
    }
    if let reason = try notNeeded(order.task, order, request) {
      try dequeue(log.task, because: reason, by: user)
      return result(of: order, .notNeeded(reason), try progress(of: order))
    }
    try requireMoney(for: order, request)
    var pass = WorkflowPass(
      order: order, request: request, configuration: configuration, config: config, user: user)
    if !request.again { pass.progress = try progress(of: order) }
    pass.costBefore = pass.progress.costInUSD
    if pass.progress.pass != nil { try dequeue(log.task, because: "its workflow goes on", by: user) }
    let end = try await carryOut(&pass, log: log, isEnough: isEnough, finished: finished)
    withExtendedLifetime(lease) {}
    if case .finished = end, rooms == nil { await tellConflicts(of: [log.task], request) }
    return result(of: order, end, pass.progress)
  }

  private func result(
    of order: WorkflowSpec, _ end: WorkflowResult.End, _ progress: WorkflowProgress
  ) -> WorkflowResult {
    WorkflowResult(
      order: order, end: end, origin: progress.origin, steps: progress.ends, costInUSD: progress.costInUSD)
  }

  /// How far the last pass of just this workflow on this task has come; empty where there is none.
  func progress(of order: WorkflowSpec) throws -> WorkflowProgress {
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

  private func carryOut(
    _ pass: inout WorkflowPass, log: TaskLog, isEnough: () -> Bool, finished: (Assignment, RunOutcome) -> Void
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
        if isEnough() { throw CancellationError() }
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

  /// Carries out one step; nil where no agent can take it and the workflow goes on without.
  private func carryOut(
    _ task: StepTask, _ pass: WorkflowPass, log: TaskLog
  ) async throws -> (Assignment, RunOutcome)? {
    let (order, request, assignment, routed): (StepSpec, Request, Assignment, Routed)
    do {
      let base = try pass.progress.commit ?? workspace.requireBase(pass.request.base)
      try requirePlace(for: task, of: task.workflow, on: base)
      order = StepSpec(
        task: task, review: try subject(of: task, at: base), hasTaskFile: pass.order.hasTaskFile)
      request = stepRequest(order, pass, base: base)
      let before = task.progress.predecessor(of: task.step, round: task.round)
      let work = try before.flatMap { try self.work(of: $0, in: log) }
      routed = try decide(task.task(of: pass.order.task, criteria: criteria(after: work, pass)), request)
      assignment = try assignStep(order, routed, request, pass, after: work, log: log)
    } catch let error as PairError where error.kind == .noAgent && task.step.onFailure == .goOn {
      process.say("note: the step '\(task.step.id)' is left out: \(error.message)")
      try recordNobody(task, pass, log: log)
      return nil
    }
    process.say(announcement(of: assignment, task))
    return try await carryOut(
      RunSpec(
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

  private func stepRequest(_ order: StepSpec, _ pass: WorkflowPass, base: ObjectID) -> Request {
    var request = pass.request
    request.preferred = nil
    // Whoever takes over after a failure is chosen as ever.
    request.forced = order.task.step.onFailure == .handoff ? nil : order.task.step.agent
    request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 + pass.costBefore - pass.progress.costInUSD) }
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

  private func criteria(after work: Work?, _ pass: WorkflowPass) -> [AcceptanceCriterion] {
    work?.outcome.criteria ?? pass.order.task.acceptanceCriteria
  }

  private func assignStep(
    _ order: StepSpec, _ routed: Routed, _ request: Request, _ pass: WorkflowPass, after work: Work?,
    log: TaskLog
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
      process.say(
        "note: \(agent) takes the step '\(order.task.step.id)', since \(named) cannot (\(why))")
    }
    let base = try workspace.requireBase(request.base)
    let note = try note(
      for: order.task, after: work, from: order.task.progress.origin ?? base,
      criteria: criteria(after: work, pass), pass, log: log)
    let continues = work.map { work in
      Continuation(agent: work.outcome.agent, origin: order.task.progress.origin ?? base, snapshot: nil)
    }
    return try assignment(for: routed, to: agent, request, note: note, continues: continues)
  }
}
