import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// The first result that is to be made anew; nil when none is left that may be.
  ///
  /// - Parameter redone: what this command had made anew already.
  func nextToRedo(_ integration: Integration, after redone: [BatchResult.Item]) -> Integration.Part? {
    integration.parts.first { part in
      guard part.remedy != nil else { return false }
      guard let last = redone.last(where: { $0.task.folded == part.task.folded }) else { return true }
      if case .committed = last.end { return true }
      return false
    }
  }

  /// Says in the log of a task why its result was left out, and has it made anew, from the plan's branch: by an agent,
  /// or by all steps of its workflow. What its workflow has begun to make anew goes on.
  ///
  /// - Parameters:
  ///   - request: its `maxCostInUSD` is what may still be spent.
  ///   - isEnough: whether the user wants what runs to be finished: a workflow then ends after its step.
  func redo(
    _ part: Integration.Part, in integration: Integration, _ order: IntegrationSpec, _ request: Request,
    until isEnough: () -> Bool
  ) async throws -> BatchResult.Item {
    guard let remedy = part.remedy, let task = order.tasks.first(where: { $0.id == part.task }) else {
      throw PairError(.internal, "\(part.task) was not left out")
    }
    let who =
      switch remedy {
      case .agent: "an agent is to make it anew"
      case .workflow: "all steps of its workflow are to make it anew"
      case .restOfWorkflow: "its workflow goes on making it anew"
      }
    process.say("\(part.reason.map { "\(task.id) \($0.words)" } ?? task.id.text): \(who)")
    var own = request
    own.again = remedy != .restOfWorkflow
    own.base = integration.tip.hex
    own.configuration = order.base.commit
    own.integrated = Set(order.tasks.map(\.id))
    let item: BatchResult.Item
    do {
      let ready =
        switch remedy {
        case .agent: try sendToAgent(task, part, in: integration, order, own)
        case .workflow: try sendToWorkflow(task, part, in: integration, order, own)
        case .restOfWorkflow: try ready(workflowSpec(making: task, TaskLog(taskID(task.id.text))), own)
        }
      item = try await carryOut(ready, isEnough: isEnough).item
    } catch let error as PairError where error.kind != .internal {
      return .init(task: task.id, end: .failed(.init(error)))
    }
    if item.end == .interrupted { try Task.checkCancellation() }
    return item
  }

  private func sendToAgent(
    _ task: AgentTask, _ part: Integration.Part, in integration: Integration, _ order: IntegrationSpec,
    _ request: Request
  ) throws -> PreparedTask {
    let routed = try decide(task, request)
    let agent = try routed.decision.requireAgent()
    let note = try sendBack(task, part, in: integration, order)
    let assignment = try assignment(for: routed, to: agent, request, note: note)
    return PreparedTask(task: task.id, agent: agent, work: .run(assignment, routed), request: request)
  }
}
