import Git
import Ledger
public import PairCore
import TaskFiles

// What the commands for tasks make of one that a workflow carries out.
extension Orchestrator {
  /// Carries out `order` as one of a batch's tasks.
  ///
  /// - Throws: `PairError` with the obstacle `busyTask` where another process works on the task, or of kind
  ///   `internal`.
  func item(of order: WorkflowOrder, _ request: Request) async throws -> BatchResult.Item {
    let before = request.again ? 0 : try progress(of: order).costInUSD
    func item(_ end: BatchResult.End, _ cost: Double, _ findings: [Finding] = []) -> BatchResult.Item {
      BatchResult.Item(
        task: order.task.id, end: end, costInUSD: max(0, cost - before), findings: findings)
    }
    do {
      let result = try await execute(order, request) { assignment, outcome in
        surroundings.say("\(order.task.id)\(assignment.inStep): \(outcome.commit?.short ?? "failed")")
      }
      let cost = result.costInUSD
      switch result.end {
      case .notNeeded(let reason): return item(.notNeeded(reason), before)
      case .finished(let branch, let commit): return item(.committed(branch, commit), cost)
      case .failed(_, _, let outcome):
        guard let failure = outcome.failure else {
          throw PairError(.internal, "a step failed without a failure")
        }
        return item(.failed(.init(failure)), cost, outcome.findings)
      case .findingsLeft(let review, let rounds, let findings):
        let words = "the review '\(review.id)' still blocks after \(rounds.counted("round"))"
        return item(.failed(.init(PairError(.failed, words))), cost, findings)
      }
    } catch let error as PairError where error.kind != .internal && error.obstacle == nil {
      return item(.failed(.init(error)), try progress(of: order).costInUSD)
    }
  }

  /// Carries out `order` from its first step on, however its last pass ended and however often it failed.
  public func retry(
    _ order: WorkflowOrder, finished: (Assignment, RunOutcome) -> Void
  ) async throws -> WorkflowResult {
    try await enqueue(order.task.id)
    do {
      return try await execute(order, Request(again: true), finished: finished)
    } catch {
      // Whoever asked is told, and does not want it to start by itself later.
      try dequeue(order.task.id, because: "it could not be started", by: workspace.requireUser())
      throw error
    }
  }

  /// The workflow of which steps are still to come for `id`, as its file stands now; nil where there is none.
  ///
  /// - Throws: `PairError` of kind `usage` where that file has another text than before.
  public func openWorkflow(of id: TaskID) throws -> WorkflowOrder? {
    guard let open = try openPass(of: id) else { return nil }
    let path = open.workflow.source.path
    guard let bytes = try workspace.text(of: path, at: nil),
      ObjectID.ofBlob(bytes) == open.workflow.source.blob
    else {
      throw PairError(
        .usage, "\(path.escapedForTerminal()) is not what it was when \(id) was begun",
        hint: "To begin anew with what it says now: \(command(for: id, open))")
    }
    let workflow = try WorkflowFile.parse(bytes, path: path, blob: open.workflow.source.blob)
    return try open.hasTaskFile ? WorkflowOrder(workflow, task: library().task(id)) : WorkflowOrder(workflow)
  }

  /// - Throws: `PairError` of kind `usage` where steps of a workflow are still to come for `id`: to hand it over
  ///   would leave them out.
  func requireNoOpenPass(of id: TaskID) throws {
    guard let open = try openPass(of: id) else { return }
    throw PairError(
      .usage, "\(id) is at the step '\(open.step.id)' of the workflow \(open.workflow.name)",
      hint: "To go on with it: \(command(for: id, open)). To drop it: bpsai-pair discard \(id)")
  }

  /// A pass of a workflow that has not come to its end.
  private struct OpenPass {
    let workflow: Workflow
    /// The step that comes next.
    let step: WorkflowStep
    let hasTaskFile: Bool
  }

  private func openPass(of id: TaskID) throws -> OpenPass? {
    let log = TaskLog(id)
    let progress = WorkflowProgress(try log.entries(in: repository).compactMap(\.event))
    guard progress.pass != nil, !progress.isFinished,
      let bytes = try log.file("workflow.json", in: repository)
    else { return nil }
    let workflow = try Record.read(Workflow.self, from: bytes)
    guard workflow.source.blob == progress.workflow, case .run(let step, _) = workflow.move(after: progress)
    else { return nil }
    return OpenPass(workflow: workflow, step: step, hasTaskFile: progress.text != progress.workflow)
  }

  private func command(for id: TaskID, _ open: OpenPass) -> String {
    let path = open.workflow.source.path.escapedForTerminal(limit: 300)
    return "bpsai-pair orchestrate --workflow \(path)\(open.hasTaskFile ? " --task \(id)" : "")"
  }
}
