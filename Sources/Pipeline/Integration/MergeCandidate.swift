import Git
import PairCore
import TaskFiles

/// A task of a plan with what there is to merge of it.
struct MergeCandidate: Sendable {
  let task: AgentTask
  /// Nil where there is none that a person could use.
  let result: ObjectID?
  /// Why its result is not merged, whatever came before it: the base says `done`, or its workflow is `unfinished`,
  /// `blocked` or `begun`. Nil for a whole one.
  let status: Integration.MergeStatus?
  /// Its results before that one, and one that was discarded.
  let earlier: [ObjectID]
  let isByWorkflow: Bool
  /// Whether it may be sent back once more.
  let mayReturn: Bool
}

/// The tasks of a plan in the order in which their results are merged.
struct MergeCandidates: Room {
  let workspace: Workspace
  private(set) var all: [MergeCandidate] = []
  private let spec: IntegrationSpec

  init(of spec: IntegrationSpec, in workspace: Workspace) throws {
    self.workspace = workspace
    self.spec = spec
    let done = try DoneTasks(at: spec.base.commit, in: workspace)
    let states = try TaskStates(workspace)
    let candidates = try spec.tasks.map { task in
      try candidate(task, TaskRecord(of: states.id(task.id), in: workspace), done)
    }
    all = try MergeOrder.order(candidates) { one, other in
      guard let holder = one.result, let held = other.result, holder != held else { return false }
      return try workspace.repository.isReachable(held, from: holder)
    }
  }

  private func candidate(
    _ task: AgentTask, _ record: TaskRecord, _ done: DoneTasks
  ) throws -> MergeCandidate {
    let state = record.state
    let committed = record.events.filter { $0.kind == .committed }.compactMap(\.details.commit)
    func candidate(_ result: ObjectID?, _ status: Integration.MergeStatus?) -> MergeCandidate {
      MergeCandidate(
        task: task, result: result, status: status, earlier: committed.filter { $0 != result },
        isByWorkflow: task.metadata.workflow != nil || state.result?.workflow != nil,
        // What was sent back and then cut off counts once.
        mayReturn: state.returns.text != task.source.blob || state.returns.count < spec.config.limits.runs
          || state.returned == result)
    }
    if let status = try statusOfPass(record) {
      if case .unfinished(let words) = status, try isMadeAnew(task, record) {
        return candidate(nil, .begun(words))
      }
      return candidate(nil, status)
    }
    // What a person put on top of a result belongs to it.
    let branch = ResultBranch(of: record.task, in: workspace)
    let tip = try branch.tip()
    if try done.hold(task.id, state.result) { return candidate(tip ?? state.result?.commit, .done) }
    let merged = try state.result.flatMap { try branch.holds($0) ? $0.commit : nil }
    if let outside = state.result?.outside, merged != nil {
      return candidate(tip ?? merged, .blocked(outside))
    }
    return candidate(tip ?? merged, nil)
  }

  /// How far the workflow is whose steps so far made the result; nil where the result is whole, or missing.
  private func statusOfPass(_ record: TaskRecord) throws -> Integration.MergeStatus? {
    guard record.state.result?.isPartial == true else { return nil }
    let progress = WorkflowProgress(record.events)
    if let workflow = try record.value(Workflow.self, "workflow.json") {
      switch workflow.move(after: progress) {
      case .run(let step, let round):
        let place = "the step '\(step.id)' of the workflow \(workflow.name)"
        guard let failure = progress.failure(of: step, round: round) else {
          return .unfinished("it is at \(place)")
        }
        return .unfinished("\(place) failed (\(failure.rawValue))")
      case .findingsLeft(let review):
        return .blocked(record.state.blocked ?? "the review '\(review.id)' blocks it")
      case .finish: break
      }
    }
    return .unfinished("its workflow has not come to its end")
  }

  /// Whether the steps so far make a rejected result again, and an interruption alone stopped them.
  private func isMadeAnew(_ task: AgentTask, _ record: TaskRecord) throws -> Bool {
    guard let rejection = record.state.rejection else { return false }
    let workflow: WorkflowSpec
    do {
      workflow = try WorkflowFinder(workspace).spec(making: task, record)
    } catch let error as PairError where error.kind != .internal {
      // Its workflow is gone, or cannot be read any more.
      return false
    }
    let progress = try workflow.progress(in: record)
    return progress.origin == rejection.start && workflow.workflow.isInterrupted(after: progress)
  }

  /// What becomes of `candidate` without a merge; nil where its result is to be merged. `holders` are the
  /// base and what was merged by now, `parts` what became of those before it.
  func status(
    of candidate: MergeCandidate, on holders: [ObjectID], after parts: [Integration.Part]
  ) throws -> Integration.MergeStatus? {
    if let status = candidate.status, status != .done { return status }
    guard let result = candidate.result else {
      return candidate.task.isFinished ? .done : .missing
    }
    if try holders.contains(where: { try repository.isReachable(result, from: $0) }) { return .contained }
    if candidate.status == .done { return .done }
    if parts.contains(where: { $0.mergeStatus == .notTried }) { return .notTried }
    return try reasonNotToMerge(candidate, result: result, after: parts).map { .takenOut($0) }
  }

  /// Why `candidate` cannot be merged before it is tried: it brings in what was left out or replaced.
  private func reasonNotToMerge(
    _ candidate: MergeCandidate, result: ObjectID, after parts: [Integration.Part]
  ) throws -> Integration.Reason? {
    for part in parts where part.reason != nil {
      if let out = part.result, try repository.isReachable(out, from: result) { return .buildsOn(part.task) }
    }
    for other in all where other.task.id != candidate.task.id {
      for old in other.earlier where try repository.isReachable(old, from: result) {
        if try repository.isReachable(old, from: spec.base.commit) { continue }
        if let present = other.result, try repository.isReachable(old, from: present) { continue }
        let isWhole = other.status == nil || other.status == .done
        return isWhole ? .outdated(other.task.id) : .buildsOn(other.task.id)
      }
    }
    return nil
  }
}
