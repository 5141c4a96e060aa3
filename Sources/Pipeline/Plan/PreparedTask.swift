import Git
import PairCore
import TaskFiles

/// A task of a batch that is about to start: all is decided.
struct PreparedTask: Sendable {
  enum Work: Sendable {
    case run(Assignment, Orchestrator.Routed)
    case workflow(WorkflowSpec)
  }

  let task: TaskID
  /// Who begins with it.
  let agent: AgentName
  let work: Work
  let request: Orchestrator.Request
}

extension Orchestrator {
  enum Preparation {
    case ready(PreparedTask)
    /// It ended before it started.
    case ended(BatchResult.Item, PairError.Obstacle?)
  }

  /// Decides who takes a task of a batch, and from which base it starts.
  func prepare(_ item: Schedule.Item, _ request: Request) async throws -> Preparation {
    let task = item.task
    do {
      var own = request
      own.configuration = try workspace.requireBase(request.base)
      let order = try own.forced == nil ? workflowSpec(for: task, at: own.source) : nil
      let notNeeded = try notNeeded(task, order, request)
      // What has its result needs no base, and whatever it depends on may have moved on.
      if notNeeded == nil { own.base = try await base(for: task, item.buildsOn, request).hex }
      if let order {
        return .ready(
          PreparedTask(
            task: task.id, agent: try nextAgent(of: order, own), work: .workflow(order), request: own)
        )
      }
      let routed = try decide(task, own)
      if routed.decision.agent == nil, let notNeeded {
        return .ended(.init(task: task.id, end: .notNeeded(notNeeded)), nil)
      }
      let assignment = try assignTask(routed, own)
      return .ready(
        PreparedTask(task: task.id, agent: assignment.agent, work: .run(assignment, routed), request: own))
    } catch let error as PairError where error.kind != .internal {
      return .ended(.init(task: task.id, end: .failed(.init(error))), error.obstacle)
    }
  }

  /// Carries out a task of a batch.
  ///
  /// - Parameter isEnough: whether the user wants what runs to be finished: a workflow then ends after its step.
  /// - Throws: `PairError` with the obstacle `busyTask` where another process works on it.
  func carryOut(
    _ ready: PreparedTask, isEnough: () -> Bool = { false }
  ) async throws -> (item: BatchResult.Item, obstacle: PairError.Obstacle?) {
    switch ready.work {
    case .run(let assignment, let routed): try await carryOut(assignment, of: routed, ready.request)
    case .workflow(let order): try await item(of: order, ready.request, isEnough: isEnough)
    }
  }

  private func carryOut(
    _ first: Assignment, of routed: Routed, _ request: Request
  ) async throws -> (item: BatchResult.Item, obstacle: PairError.Obstacle?) {
    let (task, run) = (first.task, first.run)
    do {
      switch try await execute(first, of: routed, request) {
      case .notNeeded(let reason): return (.init(task: task, end: .notNeeded(reason)), nil)
      case .ran(let assignment, let outcome):
        let end: BatchResult.End =
          switch outcome.end {
          case .committed(let commit): .committed(assignment.branch, commit)
          case .failed(let failure): .failed(.init(failure))
          }
        let cost = try spent(by: run).amount
        return (.init(task: task, end: end, costInUSD: cost, findings: outcome.findings), nil)
      }
    } catch is CancellationError {
      return (.init(task: task, end: .interrupted, costInUSD: try spent(by: run).amount), nil)
    } catch let error as PairError where error.kind != .internal && error.obstacle != .busyTask {
      let cost = try spent(by: run).amount
      return (.init(task: task, end: .failed(.init(error)), costInUSD: cost), error.obstacle)
    }
  }
}

extension ProcessContext {
  /// The same, with the task in front of each line that a person is told: several run at a time.
  func naming(_ task: TaskID) -> ProcessContext {
    let say = say
    return saying { say("[\(task)] \($0)") }
  }
}
