import PairCore

/// The plan whose tasks are run.
struct PlanContext: Hashable, Sendable {
  /// As a person named it.
  let name: String
  let tasks: Set<TaskID>
}

extension Orchestrator.Request {
  /// The same for a task of `plan`; nil for one that is of none.
  func within(_ plan: PlanContext?) -> Orchestrator.Request {
    var own = self
    own.plan = plan
    return own
  }
}
