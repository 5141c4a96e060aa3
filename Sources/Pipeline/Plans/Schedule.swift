public import PairCore

/// A batch of tasks with all that decides when each of them runs: what `--dry-run` shows, and a run carries out.
public struct Schedule: Sendable {
  /// One task of the batch.
  public struct Item: Sendable {
    public let forecast: Forecast
    /// The tasks of the batch that it depends on, done or not.
    public let dependsOn: [TaskID]
    /// The tasks of the batch that declare the same files and come before it: it builds on their results.
    public let buildsOn: [TaskID]
    /// Those of both that must have ended before it starts.
    let after: [TaskID]
    /// Seconds after the start of the batch, if each task took as long as it is expected to.
    public let start: Int
    public let end: Int
    /// Counts from one: how many tasks follow each other up to this one, at least.
    public let wave: Int

    public var task: AgentTask { forecast.task }
    var estimatedCostInUSD: Double { forecast.estimatedCostInUSD ?? 0 }
  }

  /// Nil for tasks that are no plan.
  let plan: PlanInWork?
  /// Says what was found, for people.
  public let description: String
  /// In the order in which they are expected to start.
  public let items: [Item]
  /// The tasks by what starts first where several could.
  let order: [TaskID]
  /// Tasks that declare the same files, though neither depends on the other.
  public let overlaps: [ScopeOverlap]
  public let policy: ConflictPolicy
  /// How many tasks run at a time.
  public let lanes: Int
  /// How many of them an agent may work on.
  let limits: [AgentName: Int]
  /// The longest path through what must follow each other.
  public let criticalPath: [TaskID]
  public let criticalSeconds: Int
  /// The faults of files that may belong to the batch and were left out.
  public let faults: [PairError]
  let known: KnownTasks

  /// What all of it is expected to take, in seconds.
  public var seconds: Int { items.map(\.end).max() ?? 0 }

  /// What the tasks that would run are expected to cost.
  public var estimatedCostInUSD: Double {
    items.reduce(0) { sum, item in
      guard case .run = item.forecast.outlook, item.forecast.refusal == nil else { return sum }
      return sum + item.estimatedCostInUSD
    }
  }
}
