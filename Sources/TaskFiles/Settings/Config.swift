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
  /// What becomes of tasks that commits change.
  package var hooks = HookRules.standard

  /// What holds where the file says nothing else.
  package static let standard = Config()
}
