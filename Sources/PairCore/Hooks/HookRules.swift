/// What a project sets under `orchestrate.hooks`: what becomes of a task that a commit changed.
package struct HookRules: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable, Encodable, CaseIterable {
    /// Decide who would take it, record that, say it.
    case route
    /// Put it into the queue, too.
    case queue
    /// Start a worker for the queue, too.
    case run
  }

  package var mode = Mode.route
  /// Patterns of the branches whose tasks count; empty for all.
  package var branches: [Glob] = []
  /// The statuses that make a task ready; empty for those of `TaskStatus.isReady`, and none stated.
  package var statuses: [TaskStatus] = []
  /// The types of tasks that count; empty for all.
  package var types: [TaskType] = []
  /// For how long a task rests in the queue before a worker takes it, so that several commits make one run.
  package var delayInSeconds = 30

  /// Whether tasks on `branch` count; what is on no branch does where no branch is named.
  package func concerns(_ branch: BranchName?) -> Bool {
    guard let branch else { return branches.isEmpty }
    return !branch.isOurs && (branches.isEmpty || branches.contains { $0.matches(branch.text) })
  }

  /// Why nobody starts a task of `status` by itself; nil where it is ready.
  package func reasonToLeave(_ status: TaskStatus?) -> String? {
    if isReady(status) { return nil }
    return status.map { "its status is \($0.text.escapedForTerminal(limit: 60))" } ?? "it states no status"
  }

  package func isReady(_ status: TaskStatus?) -> Bool {
    if statuses.isEmpty { return status?.isReady ?? true }
    return status.map(statuses.contains) ?? false
  }

  package func concerns(_ type: TaskType) -> Bool { types.isEmpty || types.contains(type) }

  package static let standard = HookRules()
}
