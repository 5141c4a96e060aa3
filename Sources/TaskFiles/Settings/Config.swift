package import PairCore

/// What a project sets under `orchestrate:` in `.paircoder/config.yaml`.
package struct Config: Hashable, Sendable {
  /// What must succeed on the tree of a result, in this order.
  package let checks: [Check]
  /// After this long an agent is stopped.
  package let runTimeoutInSeconds: Int
  /// Where the task files are, relative to the top of the repository, without a final `/`.
  package let tasksFolder: String
  package let routing: RoutingSettings
  package let limits: RunLimits
  package let changes: ChangeRules
  /// Which model an agent is asked for, by the task's complexity; what is not named is the agent's own choice.
  package let models: [AgentName: [Level: String]]
  package let worktrees: WorktreeSettings
  /// What may be spent in a day, in a month and for one task.
  package let budget: BudgetLimits
  /// What becomes of tasks of a plan that declare the same files.
  package let conflicts: ConflictPolicy
  /// What becomes of tasks that commits change.
  package let hooks: HookRules

  package init(
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
  package static let standard = Config(
    checks: [], runTimeoutInSeconds: 90 * 60, tasksFolder: ".paircoder/tasks")
}
