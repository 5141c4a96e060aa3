package import PairCore

/// A batch of tasks with all that decides when each of them runs: what `--dry-run` shows, and a run carries out.
package struct Schedule: Sendable {
  /// One task of the batch.
  package struct Item: Sendable {
    package let forecast: Forecast
    /// The tasks of the batch that it depends on, done or not.
    package let dependsOn: [TaskID]
    /// The tasks of the batch that declare the same files and come before it: it builds on their results.
    package let buildsOn: [TaskID]
    /// Those of both that must have ended before it starts.
    let after: [TaskID]
    /// Seconds after the start of the batch, if each task took as long as it is expected to.
    package let start: Int
    package let end: Int
    /// Counts from one: how many tasks follow each other up to this one, at least.
    package let wave: Int

    package var task: AgentTask { forecast.task }
    var estimatedCostInUSD: Double { forecast.estimatedCostInUSD ?? 0 }
  }

  /// Nil for tasks that are no plan.
  let plan: PlanContext?
  /// Says what was found, for people.
  package let description: String
  /// In the order in which they are expected to start.
  package let items: [Item]
  /// The tasks by what starts first where several could.
  let order: [TaskID]
  /// Tasks that declare the same files, though neither depends on the other.
  package let overlaps: [ScopeOverlap]
  package let policy: ConflictPolicy
  /// How many tasks run at a time.
  package let lanes: Int
  /// How many of them an agent may work on.
  let limits: [AgentName: Int]
  /// The longest path through what must follow each other.
  package let criticalPath: [TaskID]
  package let criticalSeconds: Int
  /// The faults of files that may belong to the batch and were left out.
  package let faults: [PairError]
  let known: DependencyResolver

  /// What all of it is expected to take, in seconds.
  package var seconds: Int { items.map(\.end).max() ?? 0 }

  /// What the tasks that would run are expected to cost.
  package var estimatedCostInUSD: Double {
    items.reduce(0) { sum, item in
      guard case .run = item.forecast.outlook, item.forecast.refusal == nil else { return sum }
      return sum + item.estimatedCostInUSD
    }
  }
}
