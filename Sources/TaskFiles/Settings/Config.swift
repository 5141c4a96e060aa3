public import PairCore

/// What a project sets under `orchestrate:` in `.paircoder/config.yaml`.
public struct Config: Hashable, Sendable {
  /// What must succeed on the tree of a result, in this order.
  public let checks: [Check]
  /// After this long an agent is stopped.
  public let runTimeoutInSeconds: Int
  /// Where the task files are, relative to the top of the repository, without a final `/`.
  public let tasksFolder: String
  public let routing: RoutingSettings
  public let limits: RunLimits
  public let changes: ChangeRules
  /// Which model an agent is asked for, by the task's complexity; what is not named is the agent's own choice.
  public let models: [AgentName: [Level: String]]
  public let worktrees: WorktreeSettings
  /// What may be spent in a day, in a month and for one task.
  public let budget: BudgetLimits
  /// What becomes of tasks of a plan that declare the same files.
  public let conflicts: ConflictPolicy
  /// What becomes of tasks that commits change.
  public let hooks: HookRules

  public init(
    checks: [Check], runTimeoutInSeconds: Int, tasksFolder: String,
    routing: RoutingSettings = RoutingSettings(), limits: RunLimits = RunLimits(),
    changes: ChangeRules = ChangeRules(), models: [AgentName: [Level: String]] = [:],
    budget: BudgetLimits = BudgetLimits(), worktrees: WorktreeSettings = WorktreeSettings(),
    conflicts: ConflictPolicy = .serialise,
    hooks: HookRules = HookRules()
  ) {
    self.checks = checks
    self.runTimeoutInSeconds = runTimeoutInSeconds
    self.tasksFolder = tasksFolder
    self.routing = routing
    self.limits = limits
    self.changes = changes
    self.models = models
    self.worktrees = worktrees
    self.budget = budget
    self.conflicts = conflicts
    self.hooks = hooks
  }

  /// What holds where the file says nothing else.
  public static let standard = Config(
    checks: [], runTimeoutInSeconds: 90 * 60, tasksFolder: ".paircoder/tasks")
}
