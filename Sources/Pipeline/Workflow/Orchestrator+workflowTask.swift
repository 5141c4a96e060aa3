import Git
import Ledger
package import PairCore
import TaskFiles

// What the commands for tasks make of one that a workflow carries out.
extension Orchestrator {
  /// Carries out `order` as one of a batch's tasks.
  ///
  /// - Parameter isEnough: whether the user wants what runs to be finished, and nothing more.
  /// - Throws: `PairError` with the obstacle `busyTask` where another process works on the task, or of kind
  ///   `internal`.
  func item(
    of order: WorkflowSpec, _ request: Request, isEnough: () -> Bool
  ) async throws -> (item: BatchResult.Item, obstacle: PairError.Obstacle?) {
    let before = try progress(of: order)
    func item(_ end: BatchResult.End, _ findings: [Finding] = []) throws -> BatchResult.Item {
      let now = try progress(of: order)
      // A pass that was there before has cost something before.
      let cost = now.costInUSD - (now.pass == before.pass ? before.costInUSD : 0)
      return BatchResult.Item(task: order.task.id, end: end, costInUSD: cost, findings: findings)
    }
    do {
      let result = try await execute(order, request, isEnough: isEnough) { assignment, outcome in
        process.say(order.line(of: assignment, outcome))
      }
      switch result.end {
      case .notNeeded(let reason): return (try item(.notNeeded(reason)), nil)
      case .finished(let branch, let commit): return (try item(.committed(branch, commit)), nil)
      case .failed(_, _, let outcome):
        guard let failure = outcome.failure else {
          throw PairError(.internal, "a step failed without a failure")
        }
        return (try item(.failed(.init(failure)), outcome.findings), nil)
      case .findingsLeft(let review, let rounds, let findings):
        let words = review.words(stillBlockingAfter: rounds)
        return (try item(.failed(.init(PairError(.failed, words))), findings), nil)
      }
    } catch is CancellationError {
      return (try item(.interrupted), nil)
    } catch let error as PairError where error.kind != .internal && error.obstacle != .busyTask {
      return (try item(.failed(.init(error))), error.obstacle)
    }
  }

  /// Carries out `order` from its first step on, however its last pass ended and however often it failed.
  package func retry(
    _ order: WorkflowSpec, finished: (Assignment, RunOutcome) -> Void
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

  /// Goes on with `order` where its pass stopped: where no step has a result yet, from what the first one started
  /// from, which may hold the results that its task depends on.
  package func resume(
    _ order: WorkflowSpec, finished: (Assignment, RunOutcome) -> Void
  ) async throws -> WorkflowResult {
    var request = Request()
    request.configuration = try workspace.requireBase(nil)
    let progress = try progress(of: order)
    if progress.commit == nil { request.base = progress.base?.hex }
    return try await execute(order, request, finished: finished)
  }

  /// The workflow of which steps are still to come for `id`, as its file stands now; nil where there is none.
  ///
  /// - Throws: `PairError` of kind `usage` where that file has another text than before, or where no step can come
  ///   since a review still blocks.
  package func openWorkflow(of id: TaskID) throws -> WorkflowSpec? {
    guard let open = try openPass(of: id) else { return nil }
    if case .findingsLeft(let review) = open.next {
      let handOff = open.hasTaskFile ? " To give it to one agent: bpsai-pair handoff \(id) --to AGENT." : ""
      throw PairError(
        .usage, "the review '\(review.id)' still blocks \(id), so there is nothing to resume",
        hint:
          "To start over: \(command(for: id, open)) --again.\(handOff) To drop it: bpsai-pair discard \(id)")
    }
    let path = open.workflow.source.path
    guard let bytes = try workspace.text(of: path, at: nil),
      ObjectID.ofBlob(bytes) == open.workflow.source.blob
    else {
      throw PairError(
        .usage, "\(path.escapedForTerminal()) is not what it was when \(id) was begun",
        hint: "To begin anew with what it says now: \(command(for: id, open))")
    }
    let workflow = try WorkflowFile.parse(bytes, path: path, blob: open.workflow.source.blob)
    return try open.hasTaskFile ? WorkflowSpec(workflow, task: library().task(id)) : WorkflowSpec(workflow)
  }

  /// - Throws: `PairError` of kind `usage` where steps of a workflow are still to come for `id`: to hand it over
  ///   would leave them out.
  func requireNoOpenPass(of id: TaskID) throws {
    guard let open = try openPass(of: id), case .run(let step, _) = open.next else { return }
    throw PairError(
      .usage, "\(id) is at the step '\(step.id)' of the workflow \(open.workflow.name)",
      hint: "To go on with it: \(command(for: id, open)). To drop it: bpsai-pair discard \(id)")
  }

  /// Whether `id` waits for a person because a review of its workflow still blocks.
  func isLeftWithFindings(_ id: TaskID) throws -> Bool {
    if case .findingsLeft? = try openPass(of: id)?.next { true } else { false }
  }

  /// A pass of a workflow that has not come to its end.
  private struct OpenPass {
    let workflow: Workflow
    /// What follows; never its end.
    let next: WorkflowMove
    let hasTaskFile: Bool
  }

  private func openPass(of id: TaskID) throws -> OpenPass? {
    let log = TaskLog(id)
    let progress = WorkflowProgress(try log.entries(in: repository).compactMap(\.event))
    guard progress.pass != nil, !progress.isFinished,
      let bytes = try log.file("workflow.json", in: repository)
    else { return nil }
    let workflow = try Record.read(Workflow.self, from: bytes)
    let next = workflow.move(after: progress)
    guard workflow.source.blob == progress.workflow, next != .finish else { return nil }
    return OpenPass(workflow: workflow, next: next, hasTaskFile: progress.text != progress.workflow)
  }

  private func command(for id: TaskID, _ open: OpenPass) -> String {
    WorkflowSpec.command(workflow: open.workflow.source.path, task: open.hasTaskFile ? id.text : nil)
  }
}
