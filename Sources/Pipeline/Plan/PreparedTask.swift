import PairCore

/// A task of a batch that is about to start: all is decided.
struct PreparedTask: Sendable {
  let agent: AgentName
  let work: TaskWork
  let request: RunRequest

  var task: TaskID { work.task.id }

  /// Carries the task out as one of a batch; with `isEnough` a workflow ends after its step. Throws
  /// `busyTask` where another process works on it, or an error of kind `internal`.
  func carryOut(
    in workspace: Workspace, slots: AgentSlots?, isEnough: () -> Bool = { false }
  ) async throws -> (item: BatchResult.Item, obstacle: PairError.Obstacle?) {
    let runner = WorkflowRunner(workspace, slots: slots)
    func item(_ end: BatchResult.End, _ findings: [Finding] = []) throws -> BatchResult.Item {
      BatchResult.Item(task: task, end: end, costInUSD: try runner.costInUSD, findings: findings)
    }
    do {
      let result = try await runner.run(work, request, isEnough: isEnough, stepEnded: workspace.process.say)
      // The findings of a workflow's steps are for the steps after them.
      let findings = work.workflow == nil ? result.last?.outcome.findings ?? [] : []
      switch result.end {
      case .notNeeded(let reason): return (try item(.notNeeded(reason)), nil)
      case .finished(let branch, let commit): return (try item(.committed(branch, commit), findings), nil)
      case .failed(_, let outcome):
        guard let failure = outcome.failure else {
          throw PairError(.internal, "a run failed without a failure")
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
}

extension PreparedTask {
  /// The steps of a workflow that are to come; throws `invalidInput` for an unknown agent.
  init(_ spec: WorkflowSpec, _ request: RunRequest, in workspace: Workspace) throws {
    let progress =
      request.again ? WorkflowProgress() : try spec.progress(in: TaskRecord(of: spec.task.id, in: workspace))
    let known = try workspace.settings().capabilities.names
    self.init(
      agent: try spec.nextAgent(after: progress, among: known), work: .workflow(spec), request: request)
  }
}
