import Git
import PairCore

// What the log of a plan tells of merges that were tried before.
extension Orchestrator {
  /// The merges that were tried for a plan with these very checks, by what was merged.
  struct KnownMerges {
    /// Those that passed, and the commit.
    var merged: [MergePair: ObjectID] = [:]
    /// Those of which a check did not pass when it ran last.
    var refused: [MergePair: Integration.Reason] = [:]
  }

  func mergesKnown(to order: IntegrationSpec) throws -> KnownMerges {
    var known = KnownMerges()
    for event in try order.log.events(in: repository)
    where event.kind != .published && event.checks == order.checks {
      let parents = try repository.commit(event.commit).parents
      guard parents.count == 2 else { continue }
      let pair = MergePair(parents[0], parents[1])
      if event.kind == .merged { known.merged[pair] = event.commit }
      known.refused[pair] = event.failed.map {
        .checkFailed(CheckResult(name: $0.check, passed: false, detail: $0.detail, durationInSeconds: 0))
      }
    }
    return known
  }

  /// Says in the log of the plan that a check did not pass on `commit`, unless it says so of the same merge already.
  func note(_ failed: CheckResult, on commit: ObjectID, of task: TaskID, _ order: IntegrationSpec) throws {
    let parents = try repository.commit(commit).parents
    let known = try mergesKnown(to: order).refused[MergePair(parents[0], parents[1])]
    if case .checkFailed(let before) = known, before.name == failed.name.onOneLine { return }
    let words = failed.detail.linesByAnyEnd.first.map { String($0) } ?? ""
    try order.log.append(
      PlanEvent(
        .refused, order.plan, commit: commit, task: task, checks: order.checks,
        failed: .init(check: failed.name, detail: credentials.redacted(words))),
      to: repository, by: order.user)
  }
}
