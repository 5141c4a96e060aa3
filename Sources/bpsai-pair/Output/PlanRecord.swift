import PairCore
import Pipeline

/// What `orchestrate --plan --dry-run --json` prints.
struct PlanRecord: Encodable {
  let schema = "bpsai-pair/plan/2"

  /// A step of a task's workflow that is to come.
  struct Step: Encodable {
    let id: String
    /// Who would take it; absent for nobody.
    let agent: AgentName?
    let estimatedCostInUSD: Double
    /// Whether it has its turn where nothing fails and no review blocks: only then its cost is part of the task's.
    let isExpected: Bool

    init(_ step: WorkflowForecast.Step) {
      id = step.step.id
      agent = step.agent
      estimatedCostInUSD = step.estimatedCostInUSD
      isExpected = step.isExpected
    }
  }

  struct Item: Encodable {
    let task: TaskID
    /// `run`, `not-needed`, `impossible` or `skipped`.
    let state: String
    /// Why no run was needed.
    let notNeeded: String?
    /// Why nobody can take it, or why it would be skipped.
    let reason: String?
    let hint: String?
    /// Why the limits of the budget, or `--max-cost`, would refuse it; absent when they would not.
    let refusal: String?
    /// Who would run it; absent for nobody.
    let agent: AgentName?
    let estimatedCostInUSD: Double?
    /// The workflow that the task names; absent where it names none.
    let workflow: String?
    /// The steps of the workflow that are to come; empty without one.
    let steps: [Step]
    /// The tasks of the plan that it depends on.
    let dependsOn: [TaskID]
    /// The tasks of the plan that declare the same files and on whose results it builds.
    let buildsOn: [TaskID]
    /// Counts from one: how many tasks follow each other up to this one, at least.
    let wave: Int
    /// After the start of the plan, if each task took as long as it is expected to.
    let startInSeconds: Int
    let endInSeconds: Int

    init(_ item: Schedule.Item) {
      let forecast = item.forecast
      task = forecast.task.id
      refusal = forecast.refusal?.message
      agent = forecast.agent
      estimatedCostInUSD = forecast.agent == nil ? nil : forecast.estimatedCostInUSD
      workflow = forecast.workflow
      steps = forecast.steps.map(Step.init)
      dependsOn = item.dependsOn
      buildsOn = item.buildsOn
      wave = item.wave
      startInSeconds = item.start
      endInSeconds = item.end
      switch forecast.outlook {
      case .run: (state, notNeeded, reason, hint) = ("run", nil, nil, nil)
      case .notNeeded(let why): (state, notNeeded, reason, hint) = ("not-needed", why, nil, nil)
      case .impossible(let error):
        (state, notNeeded, reason, hint) = ("impossible", nil, error.message, error.hint)
      case .leftAlone(let why), .skipped(let why):
        (state, notNeeded, reason, hint) = ("skipped", nil, why, nil)
      }
    }
  }

  /// Two tasks that declare the same files, though neither depends on the other.
  struct Overlap: Encodable {
    let first: TaskID
    let second: TaskID
    let paths: [String]
  }

  let plan: String
  /// How many tasks run at a time.
  let parallel: Int
  /// In the order in which they are expected to start.
  let tasks: [Item]
  /// The decisions about those tasks for which one can be made, in the same order.
  let decisions: [RoutingDecision]
  /// The longest path through what must follow each other.
  let criticalPath: [TaskID]
  let criticalPathInSeconds: Int
  let expectedInSeconds: Int
  let estimatedCostInUSD: Double
  /// What is predicted to conflict.
  let overlaps: [Overlap]
  /// `serialise` or `warn`: what becomes of those.
  let conflicts: String
  /// The task files that were left out.
  let invalid: [Fault]
  let limits: LimitsRecord

  init(_ schedule: Schedule, statuses: [BudgetStatus]) {
    plan = schedule.description
    parallel = schedule.lanes
    tasks = schedule.items.map(Item.init)
    decisions = schedule.items.compactMap(\.forecast.decision)
    criticalPath = schedule.criticalPath
    criticalPathInSeconds = schedule.criticalSeconds
    expectedInSeconds = schedule.seconds
    estimatedCostInUSD = schedule.estimatedCostInUSD
    overlaps = schedule.overlaps.map { Overlap(first: $0.first, second: $0.second, paths: $0.paths) }
    conflicts = schedule.policy.rawValue
    invalid = schedule.faults.map(Fault.init)
    limits = LimitsRecord(statuses)
  }
}
