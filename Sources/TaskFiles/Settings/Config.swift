package import PairCore

/// What a project sets under `orchestrate:` in `.paircoder/config.yaml`.
package struct Config: Hashable, Sendable {
  /// What must succeed on the tree of a result, in this order.
  package var checks: [Check] = []
  /// After this long an agent is stopped.
  package var runTimeoutInSeconds = 90 * 60
  /// Where the task files are, relative to the top of the repository, without a final `/`.
  package var tasksFolder = ".paircoder/tasks"
  package var routing = RoutingSettings.standard
  package var limits = RunLimits.standard
  package var changes = ChangeRules.standard
  /// Which model an agent is asked for, by the task's complexity; what is not named is the agent's own choice.
  package var models: [AgentName: [Level: String]] = [:]
  /// What may be spent in a day, in a month and for one task.
  package var budget = BudgetLimits()
  package var worktrees = WorktreeSettings()
  /// What becomes of tasks of a plan that declare the same files.
  package var conflicts = ConflictPolicy.serialise
  /// What agents, checks and set-up commands get of the environment beside what programs commonly need.
  package var environment: [VariablePattern] = []
  /// What becomes of tasks that commits change.
  package var hooks = HookRules.standard
  /// The walls around what runs.
  package var sandbox = SandboxSettings()

  /// What holds where the file says nothing else.
  package static let standard = Config()
}

/// What a project sets under `orchestrate: worktrees:`.
package struct WorktreeSettings: Hashable, Sendable {
  /// How many clean worktrees may wait for their next run; none switches the pool off.
  package var poolLimit = 2
  /// Whether what git ignores, such as build caches, stays in a worktree of the pool.
  package var keepsIgnored = false
  /// What is run in a worktree before its agent, in this order.
  package var setup: [Check] = []
}
