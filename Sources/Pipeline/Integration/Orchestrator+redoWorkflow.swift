import Git
import Ledger
import PairCore
import TaskFiles

// Results that workflows make anew.
extension Orchestrator {
  /// The workflow that makes the result of `task`: the one that it names, else the one that made it last.
  ///
  /// - Throws: `PairError` of kind `invalidInput` when it names one that is not there, `unsupported` when it names none
  ///   and none has made its result.
  func workflowSpec(making task: AgentTask, _ log: TaskLog) throws -> WorkflowSpec {
    if let order = try workflowSpec(for: task) { return order }
    let made = try log.state(in: repository).result
    let entry = try log.entries(in: repository).last {
      $0.event?.kind == .committed && $0.event?.details.commit == made?.commit
    }
    guard made?.workflow != nil, let entry,
      let bytes = try log.file("workflow.json", at: entry.id, in: repository)
    else { throw PairError(.unsupported, "no workflow has made the result of \(task.id)") }
    return WorkflowSpec(try Record.read(Workflow.self, from: bytes), task: task)
  }

  /// All steps of the workflow of `task`, once more.
  func sendToWorkflow(
    _ task: AgentTask, _ part: Integration.Part, in integration: Integration, _ order: IntegrationSpec,
    _ request: Request
  ) throws -> PreparedTask {
    let workflow = try workflowSpec(making: task, TaskLog(taskID(task.id.text)))
    let ready = try ready(workflow, request)
    _ = try sendBack(task, part, in: integration, order)
    return ready
  }

  /// The steps of `order` that are still to come.
  ///
  /// - Throws: `PairError` when it cannot come to its end, as far as that can be known: nobody pays for half of it.
  func ready(_ order: WorkflowSpec, _ request: Request) throws -> PreparedTask {
    if let forced = request.forced {
      throw PairError(
        .unsupported,
        "\(order.task.id) is made anew by all steps of its workflow, and \(forced.escapedForTerminal(limit: 60)) alone was asked for",
        hint: "Integrate without naming an agent: bpsai-pair integrate --plan NAME")
    }
    let ahead = try forecast(order, request)
    if let reason = ahead.obstacle ?? ahead.refusal { throw reason }
    try requireBudget(for: ahead)
    return PreparedTask(
      task: order.task.id, agent: try nextAgent(of: order, request), work: .workflow(order), request: request)
  }

  /// - Throws: `PairError` where the limits of the budget leave less than all steps that are to come are expected to
  ///   cost together.
  private func requireBudget(for ahead: WorkflowForecast) throws {
    guard let agent = ahead.steps.first(where: \.isExpected)?.agent else { return }
    var budget = try budgetForecast()
    let task = ahead.order.task
    let now = process.now()
    let status = try taskBudgetStatus(
      of: TaskLog(task.id), text: task.source.blob, under: workspace.config(at: nil).budget)
    let all = Reservation(
      run: RunID(start: now, random: 0), task: task.id, agent: agent,
      amount: Dollars(ahead.estimatedCostInUSD), at: now,
      holder: holder)
    if let refusal = budget.take(all, status) { throw refusal }
  }

  /// What the agent of a step should know: what the one before it did, and where the pass makes a result anew that was
  /// sent back, why.
  ///
  /// - Parameters:
  ///   - work: of the step before it; nil where there is none.
  ///   - start: the commit that the pass started from.
  func note(
    for step: StepTask, after work: Work?, from start: ObjectID, criteria: [AcceptanceCriterion],
    _ pass: WorkflowPass, log: TaskLog
  ) throws -> HandoffNote? {
    let state = try log.state(in: repository)
    let rejection = state.rejection.flatMap { $0.start == start ? $0 : nil }
    let words = try rejection.flatMap { _ in try log.file(Orchestrator.returnFile, in: repository) }
      .map { String(decoding: $0, as: UTF8.self) }
    guard let work else {
      guard let rejection, let words else { return nil }
      return try returnNote(
        of: rejection.result, because: words, criteria, pass.config.checks, log: log)
    }
    return HandoffNote(
      assignment: work.assignment, outcome: work.outcome, criteria: criteria, checks: pass.config.checks,
      // Who only reads has nothing to make anew.
      spentInUSD: state.costInUSD, returned: step.step.mode.writes ? words : nil, redaction: credentials)
  }
}
