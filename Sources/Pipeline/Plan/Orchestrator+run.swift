import Git
import Ledger
import PairCore
import TaskFiles

/// What a batch hears of the tasks that run beside it.
private enum BatchEvent: Sendable {
  case ended(BatchResult.Item, PairError.Obstacle?)
  /// Another process was faster.
  case busy(TaskID)
  /// Something failed that is no failure of the task.
  case broken(TaskID, any Error)
  /// What the results so far conflict with has been told.
  case told([ConflictForecast])
  /// Nothing: it is time to look whether another process has ended what it worked on.
  case tick
}

extension Orchestrator {
  /// Executes the tasks of `schedule`, each with the agent that suits it best, as many at a time as it says.
  ///
  /// A failure skips the tasks that depend on it and nothing else; one that is the project's ends the batch. What
  /// another process works on is come back to after the rest, with what depends on it. `request.maxCostInUSD` spans
  /// the batch. After a cancellation of the task around it, what was under way is kept, and the result says so.
  ///
  /// - Parameters:
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more; asked several times a second.
  ///   - finished: called after each task.
  package func run(
    _ schedule: Schedule, _ request: Request, isEnough: @escaping @Sendable () -> Bool = { false },
    finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    let request = request.within(schedule.plan)
    let items = Dictionary(schedule.items.map { ($0.task.id, $0) }) { first, _ in first }
    var batch = Batch(
      try schedule.order.compactMap { id in
        try items[id].map { PendingTask($0, logTip: try repository.ref(TaskLog(id).ref)) }
      }, lanes: schedule.lanes, limits: schedule.limits, maxCostInUSD: request.maxCostInUSD)
    let rooms = batch.rooms
    var wasBroken = false
    var news = ConflictNotifier()
    await withTaskGroup(of: BatchEvent.self) { group in
      group.addTask { await tick() }
      while true {
        if Task.isCancelled { batch.stop(.cancelled) }
        if isEnough(), batch.stop == nil {
          batch.stop(.interrupted)
          tellOfInterrupt(batch)
        }
        do {
          try await start(&batch, schedule.known, request, finished: finished) { ready in
            let process = schedule.lanes > 1 ? process.naming(ready.task) : process
            group.addTask { await batchEvent(of: ready, rooms, process, isEnough: isEnough) }
          }
        } catch {
          batch.stop(error is CancellationError ? .cancelled : .broken(error))
        }
        let untold = news.next()
        if !untold.isEmpty {
          let known = news.known
          group.addTask { [process] in await tell(of: untold, request, but: known, process) }
        }
        if batch.running.isEmpty, batch.open.isEmpty || batch.stop != nil, !news.isBeingTold { break }
        switch await group.next() {
        case .ended(let item, let obstacle)?:
          batch.end(item)
          finished(item)
          if case .committed = item.end { news.add(item.task) }
          wasBroken = false
          if obstacle == .project { batch.stop(.project(item.task)) }
        case .busy(let task)?: batch.putBack(task)
        case .told(let conflicts)?: news.told(conflicts)
        case .broken(let task, let error)?:
          // What strikes one task may not strike the next; what strikes two in a row would strike all.
          let item = BatchResult.Item(task: task, end: .failed(.init(unexpected: error)))
          batch.end(item)
          finished(item)
          if wasBroken { batch.stop(.project(task)) }
          wasBroken = true
        case .tick?, nil:
          // What is cancelled does not sleep.
          if !Task.isCancelled { group.addTask { await tick() } }
        }
      }
      group.cancelAll()
    }
    return try endOfBatch(&batch, finished: finished)
  }

  private func tellOfInterrupt(_ batch: Batch) {
    guard !batch.running.isEmpty else { return }
    let count = batch.running.count == 1 ? "one running task" : "\(batch.running.count) running tasks"
    process.say("finishing \(count); once more to stop now")
  }

  /// Says of what was left why it did not start.
  private func endOfBatch(_ batch: inout Batch, finished: (BatchResult.Item) -> Void) throws -> BatchResult {
    let why: String
    switch batch.stop {
    case nil: return batch.result
    case .broken(let error)?: throw error
    case .project(let task)?: why = "what made \(task) fail is the project's fault"
    case .interrupted?, .cancelled?: why = "the user interrupted"
    }
    for left in batch.open {
      let item = BatchResult.Item(task: left.task.id, end: .notStarted(why))
      batch.end(item)
      finished(item)
    }
    return batch.result
  }

  /// Starts what may start, and ends what needs no run.
  private func start(
    _ batch: inout Batch, _ known: DependencyResolver, _ request: Request,
    finished: (BatchResult.Item) -> Void,
    _ launch: (PreparedTask) -> Void
  ) async throws {
    while batch.hasFreeLane {
      switch try await next(in: &batch, known, request) {
      case .end(let item)?:
        batch.end(item)
        finished(item)
      case .start(let ready)?:
        batch.start(ready.task, cap: ready.request.maxCostInUSD)
        launch(ready)
      case .stop(let item, let obstacle)?:
        batch.end(item)
        finished(item)
        if obstacle == .project { batch.stop(.project(item.task)) }
      case nil: return
      }
    }
  }

  private enum Step {
    case end(BatchResult.Item)
    case stop(BatchResult.Item, PairError.Obstacle?)
    case start(PreparedTask)
  }

  /// What can be done now with the first of the open tasks with which anything can; nil where all that is free waits
  /// for another process, for an agent, or for money.
  private func next(in batch: inout Batch, _ known: DependencyResolver, _ request: Request) async throws
    -> Step?
  {
    for index in batch.open.indices where batch.isFree(batch.open[index]) {
      let open = batch.open[index]
      let task = open.task
      // Asked first: who held it a moment ago has said in the log how it ended.
      if try Lease.isHeld(task.id, in: repository) {
        if !open.isTold {
          let words = Lease.refusal(of: task.id, in: repository).message
          process.say("note: \(words): coming back to it")
          batch.markTold(at: index)
        }
        continue
      }
      if let end = try endElsewhere(of: open) { return .end(.init(task: task.id, end: end)) }
      if let reason = try reasonToLeave(task, known, request) {
        return .end(.init(task: task.id, end: .leftAlone(reason)))
      }
      if let reason = try reasonToSkip(task, after: batch.fates, known, request) {
        return .end(.init(task: task.id, end: .skipped(reason)))
      }
      if request.maxCostInUSD != nil, open.estimatedCostInUSD == nil {
        // Nobody was to be had when the batch was planned.
        batch.expect(cost: try costNow(of: open, request), at: index)
      }
      guard batch.hasRoom(for: open.agent), case .start(let cap) = batch.allowance(at: index) else {
        continue
      }
      var own = request
      own.maxCostInUSD = cap
      switch try await prepare(open.item, own) {
      case .ready(let ready):
        if batch.rooms.enter(ready.task, with: ready.agent) { return .start(ready) }
        batch.expect(ready.agent, at: index)
      case .ended(let item, let obstacle): return .stop(item, obstacle)
      }
    }
    return nil
  }
}

extension Orchestrator {
  /// What the task would cost if it were routed now, in US dollars; nil where nobody takes it.
  private func costNow(of open: PendingTask, _ request: Request) throws -> Double? {
    var own = request
    own.maxCostInUSD = nil
    do {
      own.configuration = try workspace.requireBase(request.base)
      if own.forced == nil, let order = try workflowSpec(for: open.task, at: own.source) {
        return try forecast(order, own).estimatedCostInUSD
      }
      return try decide(open.task, own).decision.chosen?.estimatedCostInUSD
    } catch let error as PairError where error.kind != .internal {
      return nil  // Told when it is its turn, and nobody else's failure.
    }
  }
}

private func tick() async -> BatchEvent {
  // Interrupted only where the batch is over.
  try? await Task.sleep(for: .milliseconds(200))
  return .tick
}

/// Has `ready` carried out, beside others: with a repository of its own, since each handle belongs to one task.
private func batchEvent(
  of ready: PreparedTask, _ rooms: AgentSlots, _ process: ProcessContext, isEnough: () -> Bool
) async -> BatchEvent {
  do {
    let orchestrator = Orchestrator(try Workspace(process), rooms: rooms)
    let (item, obstacle) = try await orchestrator.carryOut(ready, isEnough: isEnough)
    return .ended(item, obstacle)
  } catch let error as PairError where error.obstacle == .busyTask {
    return .busy(ready.task)
  } catch {
    return .broken(ready.task, error)
  }
}

/// Tells what new results conflict with, beside tasks that run.
private func tell(
  of tasks: [TaskID], _ request: Orchestrator.Request, but known: Set<ConflictForecast>,
  _ process: ProcessContext
) async -> BatchEvent {
  do {
    let orchestrator = Orchestrator(try Workspace(process))
    return .told(await orchestrator.tellConflicts(of: tasks, request, but: known))
  } catch {
    process.say("note: no conflicts are looked for: \(Orchestrator.words(of: error))")
    return .told([])
  }
}
