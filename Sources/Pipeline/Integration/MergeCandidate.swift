import Git
import Ledger
import PairCore
import TaskFiles

/// A task of a plan with what there is to merge of it.
struct MergeCandidate: Sendable {
  enum Status: Hashable, Sendable {
    case whole
    /// The base says that the task is done.
    case done
    /// Steps of its workflow are still to come, and which.
    case unfinished(String)
    /// A review in it still blocks, and which.
    case blocked(String)
    /// The same, of a result that its workflow makes anew: it goes on.
    case begun(String)
  }

  let task: AgentTask
  /// Nil where there is none that somebody could use.
  let result: ObjectID?
  let standing: Status
  /// Its results before that one, and one that was discarded.
  let earlier: [ObjectID]
  let isByWorkflow: Bool
  /// Whether it may be sent back once more.
  let mayReturn: Bool
}

extension Orchestrator {
  /// The tasks of a plan in the order in which their results are merged.
  func mergeCandidates(of order: IntegrationSpec) throws -> [MergeCandidate] {
    let done = try DoneTasks(at: order.base.commit, library(at: order.base.commit))
    let candidates = try order.tasks.map { try candidate($0, done, order.config.limits) }
    return try MergeOrder.order(candidates) { one, other in
      guard let holder = one.result, let held = other.result, holder != held else { return false }
      return try repository.isReachable(held, from: holder)
    }
  }

  private func candidate(
    _ task: AgentTask, _ done: DoneTasks, _ limits: RunLimits
  ) throws -> MergeCandidate {
    let log = TaskLog(try taskID(task.id.text))
    let state = try log.state(in: repository)
    let committed = try log.entries(in: repository).compactMap(\.event)
      .filter { $0.kind == .committed }.compactMap(\.details.commit)
    func candidate(_ result: ObjectID?, _ standing: MergeCandidate.Status) -> MergeCandidate {
      MergeCandidate(
        task: task, result: result, standing: standing, earlier: committed.filter { $0 != result },
        isByWorkflow: task.metadata.workflow != nil || state.result?.workflow != nil,
        // What was sent back and then cut off counts once.
        mayReturn: state.returns.text != task.source.blob || state.returns.count < limits.runs
          || state.returned == result)
    }
    if let standing = try standingOfPass(of: state, log: log) {
      if case .unfinished(let words) = standing, try isMadeAnew(task, state, log) {
        return candidate(nil, .begun(words))
      }
      return candidate(nil, standing)
    }
    // What somebody put on top of a result belongs to it.
    let tip = try repository.ref(BranchName.result(of: log.task).ref)
    if try isDone(task.id, state.result, in: done) { return candidate(tip ?? state.result?.commit, .done) }
    let merged = try state.result.flatMap { try stands($0, of: log.task) ? $0.commit : nil }
    return candidate(tip ?? merged, .whole)
  }

  /// Why `candidate` cannot be merged before anybody tries: it brings in what was left out or replaced.
  ///
  /// - Parameter parts: what became of those before it.
  func reasonNotToMerge(
    _ candidate: MergeCandidate, result: ObjectID, among all: [MergeCandidate],
    after parts: [Integration.Part],
    base: ObjectID
  ) throws -> Integration.Reason? {
    for part in parts where part.reason != nil {
      if let out = part.result, try repository.isReachable(out, from: result) { return .buildsOn(part.task) }
    }
    for other in all where other.task.id != candidate.task.id {
      for old in other.earlier where try repository.isReachable(old, from: result) {
        if try repository.isReachable(old, from: base) { continue }
        if let present = other.result, try repository.isReachable(old, from: present) { continue }
        switch other.standing {
        case .unfinished, .blocked, .begun: return .buildsOn(other.task.id)
        case .whole, .done: return .outdated(other.task.id)
        }
      }
    }
    return nil
  }
}
