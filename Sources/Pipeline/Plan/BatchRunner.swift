import Git
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

/// Executes the tasks of a schedule, each with the agent that suits it best, as many at a time as it says.
package final class BatchRunner: StatelessRoom {
  /// A failure skips the tasks that depend on it and nothing else; one that is the project's ends the batch. A task
  /// that another process works on is tried again after the rest, with what depends on it. `request.maxCostInUSD`
  /// spans the batch. After a cancellation of the task around it, what was under way is kept, and the result says so.
  ///
  /// - Parameters:
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more; asked several times a second.
  ///   - finished: called after each task.
  package func run(
    _ schedule: Schedule, _ request: RunRequest, isEnough: @escaping @Sendable () -> Bool = { false },
    finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    var request = request
    request.plan = schedule.plan
    let starter = try TaskStarter(schedule, request, in: workspace)
    var batch = try Batch(
      starter.pending(), lanes: schedule.lanes, limits: schedule.limits, maxCostInUSD: request.maxCostInUSD)
    let (slots, parsed) = (batch.slots, workspace.parsed)
    var wasBroken = false
    var news = ConflictNotifier()
    await withTaskGroup(of: BatchEvent.self) { group in
      group.addTask { await tick() }
      var event: BatchEvent? = .told([])
      while true {
        if Task.isCancelled { batch.stop(.cancelled) }
        if isEnough(), batch.stop == nil {
          batch.stop(.interrupted)
          tellOfInterrupt(batch)
        }
        do {
          if try starter.mayHaveChanged(after: event.isTick) {
            try await start(&batch, starter, finished: finished) { prepared in
              let own = schedule.lanes > 1 ? process.naming(prepared.task) : process
              group.addTask { [isEnough] in
                await carryOut(prepared, slots, own, sharing: parsed, isEnough: isEnough)
              }
            }
          }
        } catch {
          batch.stop(error is CancellationError ? .cancelled : .broken(error))
        }
        let untold = news.next()
        if !untold.isEmpty {
          let known = news.known
          group.addTask { [process, request] in
            await tell(of: untold, request, but: known, process, sharing: parsed)
          }
        }
        if batch.running.isEmpty, batch.open.isEmpty || batch.stop != nil, !news.isBeingTold { break }
        event = await group.next()
        switch event {
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
    return try end(&batch, finished: finished)
  }

  private func tellOfInterrupt(_ batch: Batch) {
    guard !batch.running.isEmpty else { return }
    say("finishing \(batch.running.count.counted("running task")); once more to stop now")
  }

  private func end(_ batch: inout Batch, finished: (BatchResult.Item) -> Void) throws -> BatchResult {
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

  private func start(
    _ batch: inout Batch, _ starter: TaskStarter, finished: (BatchResult.Item) -> Void,
    _ launch: (PreparedTask) -> Void
  ) async throws {
    while batch.hasFreeLane {
      switch try await starter.next(in: &batch) {
      case .end(let item, let obstacle)?:
        batch.end(item)
        finished(item)
        if obstacle == .project { batch.stop(.project(item.task)) }
      case .start(let prepared)?:
        batch.start(prepared.task, cap: prepared.request.maxCostInUSD)
        launch(prepared)
      case nil: return
      }
    }
  }
}

extension BatchEvent? {
  fileprivate var isTick: Bool { if case .tick? = self { true } else { false } }
}

private func tick() async -> BatchEvent {
  // Interrupted only where the batch is over.
  try? await Task.sleep(for: .milliseconds(200))
  return .tick
}

/// Has `prepared` carried out, beside others: with a workspace of its own, since each belongs to one task.
private func carryOut(
  _ prepared: PreparedTask, _ slots: AgentSlots, _ process: ProcessContext, sharing parsed: ParsedFiles,
  isEnough: () -> Bool
) async -> BatchEvent {
  do {
    let workspace = try Workspace(process, sharing: parsed)
    let (item, obstacle) = try await prepared.carryOut(in: workspace, slots: slots, isEnough: isEnough)
    return .ended(item, obstacle)
  } catch let error as PairError where error.obstacle == .busyTask {
    return .busy(prepared.task)
  } catch {
    return .broken(prepared.task, error)
  }
}

/// Tells what new results conflict with, beside tasks that run.
private func tell(
  of tasks: [TaskID], _ request: RunRequest, but known: Set<ConflictForecast>, _ process: ProcessContext,
  sharing parsed: ParsedFiles
) async -> BatchEvent {
  do {
    let conflicts = Conflicts(try Workspace(process, sharing: parsed))
    return .told(await conflicts.tell(of: tasks, request, but: known))
  } catch {
    process.say("note: no conflicts are looked for: \(error.words)")
    return .told([])
  }
}

extension ProcessContext {
  /// The same, with the task in front of each line that a person is told: several run at a time.
  fileprivate func naming(_ task: TaskID) -> ProcessContext {
    let say = say
    return saying { say("[\(task)] \($0)") }
  }
}
