import Git
package import PairCore

/// What a caller asks of a run.
package struct RunRequest: Hashable, Sendable {
  /// An agent's name or alias.
  package var preferred: String?
  /// The name or alias of the only agent that may take the task.
  package var forced: String?
  package var maxCostInUSD: Double?
  /// A revision; nil for HEAD.
  package var base: String?
  /// What results are merged into in the end, a revision; nil for HEAD.
  let target: String?
  /// The tasks of a plan that is being integrated: what they conflict with among each other is found out there.
  var integrated: Set<TaskID> = []
  /// The commit whose configuration holds; nil for the base.
  var configuration: ObjectID?
  /// The commit that tasks and their workflows are read from; nil for the checkout.
  var source: ObjectID?
  /// The plan that the task is a part of; nil for a task by itself, and for one in the queue.
  var plan: PlanContext?
  /// Whether the task is run because it is in the queue, and no more once it is not.
  var isFromQueue = false
  /// Whether to run a task again that has a result for its present text.
  package var again: Bool
  /// The step of a workflow to carry out; nil for the whole task.
  var step: StepSpec?

  package init(
    preferred: String? = nil, forced: String? = nil, maxCostInUSD: Double? = nil, base: String? = nil,
    again: Bool = false
  ) {
    self.preferred = preferred
    self.forced = forced
    self.maxCostInUSD = maxCostInUSD
    self.base = base
    self.target = base
    self.again = again
  }
}

struct PlanContext: Hashable, Sendable {
  let name: String
  let tasks: Set<TaskID>
}

/// A task with the decision about it.
package struct RoutedTask: Sendable {
  package let task: AgentTask
  package let decision: RoutingDecision
  /// The last entry of its log when that was decided; nil without a log.
  let logTip: ObjectID?
}
