import AgentRuns
import Git
import PairCore
import TaskFiles

/// Carries out a task: one run, or the steps of its workflow that are to come, on one branch. The task's log
/// says which step is next, so that the same call continues after whatever ended the last.
package final class WorkflowRunner: Room {
  package let workspace: Workspace
  /// Which agents work on the tasks of the batch; nil for a task by itself.
  private let slots: AgentSlots?
  /// The runs that were started so far, whatever became of them.
  private(set) var runs: [RunID] = []

  package convenience init(_ workspace: Workspace) { self.init(workspace, slots: nil) }

  init(_ workspace: Workspace, slots: AgentSlots?) {
    self.workspace = workspace
    self.slots = slots
  }

  var costInUSD: Double {
    get throws {
      let account = SpendingAccount(workspace)
      return try runs.reduce(0) { $0 + (try account.spent(by: $1).amount) }
    }
  }

  /// - Parameters:
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more; asked before each step.
  ///   - stepEnded: told in a line how each step of a workflow ended.
  /// - Throws: `PairError` when a run cannot be started or recorded; `CancellationError` after an interrupt, once
  ///   what was there is kept.
  package func run(
    _ work: TaskWork, _ request: RunRequest, isEnough: () -> Bool = { false },
    stepEnded: (String) -> Void = { _ in }
  ) async throws -> WorkResult {
    try requireApproved(work, request)
    let result = try await CrashRecovery(workspace).withTask(work.task.id) { session in
      try await run(work, request, in: session, isEnough: isEnough, stepEnded: stepEnded)
    }
    await tellConflicts(after: result, request)
    return result
  }

  /// In a batch the lane is free for the next task meanwhile, and the batch tells.
  func tellConflicts(after result: WorkResult, _ request: RunRequest) async {
    guard slots == nil, case .finished = result.end else { return }
    await Conflicts(workspace).tell(of: [result.task.id], request)
  }

  /// Throws `notApproved` for a command that a writing run would carry out or a variable that a run passes on, `invalidInput` for an unknown
  /// agent.
  func requireApproved(_ work: TaskWork, _ request: RunRequest) throws {
    switch work {
    case .run(let assignment, _):
      try workspace.requireReady(
        workspace.settings(at: assignment.configuration).config, for: assignment.mode)
    case .workflow(let spec):
      let configuration = try request.configuration ?? workspace.requireBase(request.base)
      let config = try workspace.settings(at: configuration).config
      for step in spec.workflow.steps { try workspace.requireReady(config, for: step.mode) }
      let known = try workspace.settings().capabilities.names
      for step in spec.workflow.steps { _ = try spec.agent(of: step, among: known) }
    }
  }

  /// Carries `work` out for a caller who holds the task's session and has asked for approvals.
  func run(
    _ work: TaskWork, _ request: RunRequest, in session: TaskSession, isEnough: () -> Bool = { false },
    stepEnded: (String) -> Void = { _ in }
  ) async throws -> WorkResult {
    if let reason = try reasonForNone(work, request, session) {
      return try result(of: work, .notNeeded(reason), nil, session.record)
    }
    switch work {
    case .run(let assignment, let routed):
      let spec = try RunSpec(assignment, routed, request, in: workspace)
      runs.append(assignment.run)
      let (last, outcome) = try await TaskRun(session: session, spec: spec, slots: slots).carryOut()
      let end: WorkResult.End = outcome.commit.map { .finished(last.branch, $0) } ?? .failed(last, outcome)
      return try result(of: work, end, (last, outcome), session.record)
    case .workflow(let spec):
      try WorkflowForecaster(workspace).requireMoney(for: spec, request, session.record)
      var pass = try WorkflowPass(spec, request, session)
      if pass.progress.pass != nil {
        try QueuePlace(workspace: workspace, task: session.task).leave(because: "its workflow goes on")
        try session.refresh()
      }
      let end = try await carryOutSteps(of: &pass, isEnough: isEnough, stepEnded: stepEnded)
      return try result(of: work, end, pass.last, session.record)
    }
  }

  /// Why there is nothing to do; what is queued for nothing leaves the queue.
  private func reasonForNone(
    _ work: TaskWork, _ request: RunRequest, _ session: TaskSession
  ) throws -> String? {
    let isPassGoingOn = work.workflow != nil && session.state.isBetweenSteps
    // A pass that goes on keeps the place that it took.
    if request.isFromQueue, session.state.queued == nil, !isPassGoingOn {
      return "it was taken out of the queue"
    }
    let need = RunNeed(workspace)
    var reason: String?
    if case .run(_, let routed) = work { reason = try need.reasonMadeMeanwhile(routed, session.opened) }
    if reason == nil, !request.again {
      reason = try need.reasonForNone(work.task, work.workflow, session.record)
    }
    if let reason {
      try QueuePlace(workspace: workspace, task: session.task).leave(because: reason)
      try session.refresh()
    }
    return reason
  }

  private func result(
    of work: TaskWork, _ end: WorkResult.End, _ last: (Assignment, RunOutcome)?, _ record: TaskRecord
  ) throws -> WorkResult {
    let workflow = try work.workflow.map { spec in
      let progress = try spec.progress(in: record)
      return WorkResult.WorkflowResult(
        spec: spec, origin: progress.origin, steps: progress.ends, costInUSD: progress.costInUSD)
    }
    return WorkResult(
      task: work.task, end: end, workflow: workflow, last: last.map { (assignment: $0.0, outcome: $0.1) })
  }

  private func carryOutSteps(
    of pass: inout WorkflowPass, isEnough: () -> Bool, stepEnded: (String) -> Void
  ) async throws -> WorkResult.End {
    while true {
      switch pass.spec.workflow.move(after: pass.progress) {
      case .run(let step, let round):
        // What has failed just now is not tried again by itself.
        if let (assignment, outcome) = pass.last, outcome.failure != nil, assignment.step?.step == step.id {
          return .failed(assignment, outcome)
        }
        if isEnough() { throw CancellationError() }
        let task = StepTask(step, round: round, of: pass.spec.workflow, after: pass.progress)
        pass.last = try await carryOutStep(task, pass)
        if let (assignment, outcome) = pass.last { stepEnded(pass.spec.line(of: assignment, outcome)) }
        try pass.readProgress()
      case .findingsLeft(let review):
        return try pass.endWithFindings(of: review)
      case .finish:
        if let end = try pass.finish() { return end }
        guard let (assignment, outcome) = pass.last else { throw pass.nothingMade }
        return .failed(assignment, outcome)
      }
    }
  }

  private func carryOutStep(_ task: StepTask, _ pass: WorkflowPass) async throws -> (Assignment, RunOutcome)?
  {
    let run: RunSpec
    do {
      run = try StepPlanner(workspace: workspace, pass: pass).plan(task)
    } catch let error as PairError where error.kind == .noAgent && task.step.onFailure == .goOn {
      say("note: the step '\(task.step.id)' is left out: \(error.message)")
      try pass.recordNobody(for: task, run: newRun())
      return nil
    }
    say(announcement(of: run.assignment, task))
    runs.append(run.assignment.run)
    return try await TaskRun(session: pass.session, spec: run, slots: slots).carryOut()
  }

  private func announcement(of assignment: Assignment, _ task: StepTask) -> String {
    let (workflow, step) = (task.workflow, task.step)
    let cost = assignment.estimatedCostInUSD
    let round = task.round > 1 ? ", round \(task.round)" : ""
    return
      "step \(workflow.number(of: step)) of \(workflow.steps.count)\(round): \(assignment.agent) (\(step.modeWord))"
      + (cost == 0 ? "" : ", about \(cost.inDollars)") + ": \(step.title.escapedForTerminal(limit: 100))"
  }
}
