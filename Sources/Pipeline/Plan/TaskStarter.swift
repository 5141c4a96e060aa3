import Ledger
import PairCore

/// Finds what can be done next with the open tasks of a batch, and prepares it.
final class TaskStarter: Room {
  let workspace: Workspace
  private let schedule: Schedule
  private let request: RunRequest
  private let readiness: Readiness
  /// Tasks that another process worked on when the batch looked last.
  private var busy: Set<TaskID> = []
  private var lastLook = ContinuousClock.now

  /// Between two looks at everything while nothing of this batch has ended.
  private static let longestRest = Duration.seconds(5)

  init(_ schedule: Schedule, _ request: RunRequest, in workspace: Workspace) throws {
    self.workspace = workspace
    self.schedule = schedule
    self.request = request
    let dependencies = Dependencies(schedule.known, try TaskStates(workspace), in: workspace)
    readiness = Readiness(workspace: workspace, dependencies: dependencies, request: request)
  }

  private var states: TaskStates { readiness.dependencies.states }

  /// The tasks of the schedule, in the order in which they start where several could.
  func pending() throws -> [PendingTask] {
    let items = Dictionary(schedule.items.map { ($0.task.id, $0) }) { first, _ in first }
    return schedule.order.compactMap { id in
      items[id].map { PendingTask($0, logTip: states.head(of: id)) }
    }
  }

  /// Whether a look at the open tasks can find anything new; a tick alone says that time has passed.
  func mayHaveChanged(after isTick: Bool) throws -> Bool {
    if !isTick || ContinuousClock.now - lastLook > TaskStarter.longestRest { return true }
    return try busy.contains { try !Lease.isHeld($0, in: repository) }
  }

  enum Step {
    case end(BatchResult.Item, PairError.Obstacle?)
    case start(PreparedTask)
  }

  /// What to do with the first open task that can be dealt with now; nil where all have to wait.
  func next(in batch: inout Batch) async throws -> Step? {
    busy = []
    lastLook = .now
    for index in batch.open.indices where batch.isFree(batch.open[index]) {
      let task = batch.open[index].task.id
      // Asked before the logs are read: who held it a moment ago has said there how it ended.
      guard try Lease.isHeld(task, in: repository) else { continue }
      busy.insert(task)
      if !batch.open[index].isTold {
        say("note: \(Lease.refusal(of: task, in: repository).message): coming back to it")
        batch.open[index].isTold = true
      }
    }
    try states.refresh()
    for index in batch.open.indices where batch.isFree(batch.open[index]) {
      let open = batch.open[index]
      let task = open.task
      if busy.contains(task.id) { continue }
      if let end = try endElsewhere(of: open) { return .end(.init(task: task.id, end: end), nil) }
      if let reason = try readiness.reasonToLeave(task) {
        return .end(.init(task: task.id, end: .leftAlone(reason)), nil)
      }
      if let reason = try readiness.reasonToSkip(task, after: batch.fates) {
        return .end(.init(task: task.id, end: .skipped(reason)), nil)
      }
      if request.maxCostInUSD != nil, open.estimatedCostInUSD == nil {
        // No agent could take it when the batch was planned.
        batch.open[index].estimatedCostInUSD = try costNow(of: open)
      }
      guard batch.hasRoom(for: open.agent), case .start(let cap) = batch.allowance(at: index) else {
        continue
      }
      var own = request
      own.maxCostInUSD = cap
      switch try await prepare(open.item, own) {
      case .start(let prepared):
        if batch.slots.enter(prepared.task, with: prepared.agent) { return .start(prepared) }
        batch.open[index].agent = prepared.agent
      case let ended: return ended
      }
    }
    return nil
  }

  /// What the task would cost if it were routed now, in US dollars; nil where no agent takes it.
  private func costNow(of open: PendingTask) throws -> Double? {
    var own = request
    own.maxCostInUSD = nil
    do {
      own.configuration = try workspace.requireBase(request.base)
      if own.forced == nil, let spec = try WorkflowFinder(workspace).spec(for: open.task, at: own.source) {
        return try WorkflowForecaster(workspace).forecast(spec, own).estimatedCostInUSD
      }
      return try TaskRouter(workspace).decide(open.task, own).decision.chosen?.estimatedCostInUSD
    } catch let error as PairError where error.kind != .internal {
      return nil  // Told when it is its turn, and no other task's failure.
    }
  }

  /// Decides who takes a task, and from which base it starts; or how it ended before it started.
  private func prepare(_ item: Schedule.Item, _ request: RunRequest) async throws -> Step {
    let task = item.task
    do {
      var own = request
      own.configuration = try workspace.requireBase(request.base)
      let spec = try own.forced == nil ? WorkflowFinder(workspace).spec(for: task, at: own.source) : nil
      let notNeeded = try RunNeed(workspace).reasonForNone(task, spec, request)
      // What has its result needs no base, and whatever it depends on may have moved on.
      if notNeeded == nil {
        own.base = try await TaskBase(workspace: workspace, states: states).base(
          for: task, buildingOn: item.buildsOn, request
        ).hex
      }
      if let spec { return .start(try PreparedTask(spec, own, in: workspace)) }
      let router = TaskRouter(workspace)
      let routed = try router.decide(task, own)
      if routed.decision.agent == nil, let notNeeded {
        return .end(.init(task: task.id, end: .notNeeded(notNeeded)), nil)
      }
      let assignment = try router.assign(routed, own)
      return .start(PreparedTask(agent: assignment.agent, work: .run(assignment, routed), request: own))
    } catch let error as PairError where error.kind != .internal {
      return .end(.init(task: task.id, end: .failed(.init(error))), error.obstacle)
    }
  }

  /// How another process has ended the task, in this very text, since the batch began; nil where it has not.
  private func endElsewhere(of open: PendingTask) throws -> BatchResult.End? {
    let task = open.task
    guard states.head(of: task.id) != open.logTip else { return nil }
    let state = try states.state(of: task.id)
    guard let last = state.last else { return nil }
    let isOfThisText = last.details.text == task.source.blob
    switch last.kind {
    case .committed:
      guard isOfThisText, let result = state.result,
        try ResultBranch(of: task.id, in: workspace).holds(result)
      else { return nil }
      return .notNeeded("another process has made its result meanwhile (\(result.commit.short))")
    case .failed, .unchanged:
      guard isOfThisText else { return nil }
      return .failed(
        BatchResult.Failure(
          kind: last.details.failure == .rateLimited ? .tryLater : .failed,
          message: "in another process, \(last.sentence.dropFirst("\(task.id): ".utf8.count))",
          hint: "See what happened: bpsai-pair log \(task.id)"))
    case .cancelled:
      return .failed(
        BatchResult.Failure(
          kind: .failed, message: "\(task.id) was cancelled",
          hint: "To go on with it: bpsai-pair resume \(task.id)"))
    case .dequeued:
      return state.result?.text == task.source.blob ? nil : .skipped("it was taken out of the queue")
    case .routed, .queued, .claimed, .started, .handedOff, .retrying, .interrupted, .discarded, .reviewed,
      .reviewBrokeOff, .rejected, .outside:
      return nil
    }
  }
}
