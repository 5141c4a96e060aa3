import Git
import Ledger
import PairCore
import TaskFiles

/// What all tasks that one hook takes up have in common.
struct Intake {
  let tip: ObjectID
  let rules: HookRules
  let user: Signature
  var routingContext: Orchestrator.RoutingContext
}

extension CommitWatcher {
  func intake(of tip: ObjectID, _ rules: HookRules) throws -> Intake {
    var request = Orchestrator.Request()
    request.base = tip.hex
    return Intake(
      tip: tip, rules: rules, user: try orchestrator.workspace.requireUser(),
      routingContext: try orchestrator.routingContext(request, at: tip))
  }

  /// Puts into the log of `task` who would take it, or its place in the queue; nil where its change demands
  /// neither.
  func take(_ task: AgentTask, _ change: ChangedTask, _ intake: inout Intake) throws -> HookReport.Item? {
    let log = TaskLog(try orchestrator.taskID(task.id.text))
    switch try change.reaction(at: log.state(in: repository), by: intake.rules) {
    case .nothing: return nil
    case .dequeue: return try takeBack(log.task, change, intake)
    case .route, .tell, .queue: break
    }
    let inputs = try orchestrator.inputs(for: task, under: &intake.routingContext)
    let decision = route(inputs)
    guard intake.rules.concerns(decision.characteristics.type) else { return nil }
    let files = ["decision.json": try Record.json(decision), "task.md": Array(task.text.utf8)]
    var what: HookReport.What?
    try log.append(
      to: repository, by: intake.user, files: files, random: orchestrator.process.random
    ) { state in
      var details = TaskEvent.Details()
      details.agent = decision.agent
      details.mode = decision.agent.map { _ in decision.mode }
      details.text = task.source.blob
      switch change.reaction(at: state, by: intake.rules) {
      case .nothing, .dequeue:
        what = nil
        return nil
      case .route, .tell:
        what = change.origin == .elsewhere ? .arrived(decision) : .routed(decision)
        return TaskEvent(.routed, log.task, sentence(for: decision, "routed to"), details)
      case .queue:
        details.base = intake.tip
        details.branch = change.branch
        what = .queued(decision)
        return TaskEvent(.queued, log.task, sentence(for: decision, "queued for"), details)
      }
    }
    return what.map { HookReport.Item(log.task, $0) }
  }

  /// Takes `id` out of the queue where its change demands that.
  func takeBack(_ id: TaskID, _ change: ChangedTask, _ intake: Intake) throws -> HookReport.Item? {
    let log = TaskLog(try orchestrator.taskID(id.text))
    var why: String?
    try log.append(
      to: repository, by: intake.user, random: orchestrator.process.random
    ) { state in
      guard case .dequeue(let reason) = change.reaction(at: state, by: intake.rules) else {
        why = nil
        return nil
      }
      why = reason
      return .dequeued(log.task, because: reason, withdrawing: state.queued?.text)
    }
    return why.map { HookReport.Item(log.task, .dequeued($0)) }
  }

  /// Takes back what was queued from `branch`, where nothing else took it over.
  func takeBack(queuedOn branch: BranchName) throws -> HookReport {
    var report = HookReport()
    for (id, state) in try Ledger.states(in: repository).sorted(by: { $0.key < $1.key }) {
      guard let queued = state.queued, queued.branch == branch, queued.commit != nil,
        try orchestrator.heir(of: queued, for: id) == nil
      else { continue }
      let reason = "the branch \(branch) was deleted"
      if try orchestrator.dequeue(id, because: reason, by: orchestrator.workspace.requireUser()) {
        report.add(.init(id, .dequeued(reason)))
      }
    }
    return report
  }

  private func sentence(for decision: RoutingDecision, _ verb: String) -> String {
    let task = decision.inputs.task.id
    if let agent = decision.agent { return "\(task): \(verb) \(agent) (\(decision.mode.rawValue))" }
    return "\(task): "
      + (decision.inputs.recipe == .unapproved
        ? "its recipe waits for an approval" : "no agent can take it")
  }
}
