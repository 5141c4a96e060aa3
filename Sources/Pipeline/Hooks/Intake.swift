import Git
import Ledger
import PairCore
import TaskFiles

/// What all tasks that one hook takes up have in common.
struct Intake {
  let tip: ObjectID
  let rules: HookRules
  var context: RoutingContext
}

extension CommitWatcher {
  func intake(of tip: ObjectID, _ rules: HookRules) throws -> Intake {
    // Before anything counts as seen: without a user nothing can be recorded.
    _ = try workspace.requireUser()
    var request = RunRequest()
    request.base = tip.hex
    return Intake(tip: tip, rules: rules, context: try TaskRouter(workspace).context(request, at: tip))
  }

  /// Records who would take `task`, or its place in the queue; nil where its change demands neither.
  func take(_ task: AgentTask, _ change: ChangedTask, _ intake: inout Intake) throws -> HookReport.Item? {
    let id = try workspace.taskID(task.id.text)
    switch try change.reaction(at: workspace.state(of: id), by: intake.rules) {
    case .nothing: return nil
    case .dequeue: return try dequeue(id, change, intake)
    case .route, .tell, .queue: break
    }
    let inputs = try TaskRouter(workspace).inputs(for: task, in: &intake.context)
    let decision = route(inputs)
    guard intake.rules.concerns(decision.characteristics.type) else { return nil }
    let files = ["decision.json": try Record.json(decision), "task.md": Array(task.text.utf8)]
    var what: HookReport.What?
    try workspace.noteQueueing(of: id, files: files) { state in
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
        return TaskEvent(.routed, id, sentence(for: decision, "routed to"), details)
      case .queue:
        details.base = intake.tip
        details.branch = change.branch
        what = .queued(decision)
        return TaskEvent(.queued, id, sentence(for: decision, "queued for"), details)
      }
    }
    return what.map { HookReport.Item(task: id, what: $0) }
  }

  /// Takes `id` out of the queue where its change demands that.
  func dequeue(_ id: TaskID, _ change: ChangedTask, _ intake: Intake) throws -> HookReport.Item? {
    let id = try workspace.taskID(id.text)
    var why: String?
    try workspace.noteQueueing(of: id) { state in
      guard case .dequeue(let reason) = change.reaction(at: state, by: intake.rules) else {
        why = nil
        return nil
      }
      why = reason
      return .dequeued(id, because: reason, withdrawing: state.queued?.text)
    }
    return why.map { HookReport.Item(task: id, what: .dequeued($0)) }
  }

  /// Takes back what was queued from `branch`, where nothing else took it over.
  func dequeueAll(queuedOn branch: BranchName) throws -> HookReport {
    var report = HookReport()
    for (id, state) in try Ledger.states(in: repository).sorted(by: { $0.key < $1.key }) {
      guard let queued = state.queued, queued.branch == branch, queued.commit != nil,
        try TaskQueue(workspace).heir(of: queued, for: id) == nil
      else { continue }
      let reason = "the branch \(branch) was deleted"
      if try QueuePlace(workspace: workspace, task: id).leave(because: reason) {
        report.add(.init(task: id, what: .dequeued(reason)))
      }
    }
    return report
  }

  private func sentence(for decision: RoutingDecision, _ verb: String) -> String {
    let task = decision.inputs.task.id
    if let agent = decision.agent { return "\(task): \(verb) \(agent) (\(decision.mode.rawValue))" }
    return "\(task): "
      + (decision.inputs.recipe == .unapproved ? "its recipe waits for an approval" : "no agent can take it")
  }
}
