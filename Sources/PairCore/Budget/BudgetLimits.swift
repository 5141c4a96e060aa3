/// What may be spent in a day, in a month and for one task: `budget:` under `orchestrate:` in config.yaml.
package struct BudgetLimits: Hashable, Sendable {
  /// Nil without a limit.
  package let daily: Dollars?
  /// Nil without a limit.
  package let monthly: Dollars?
  /// What the runs of one task may cost together, as `TaskState.spent` counts them; nil without a limit.
  package let task: Dollars?
  /// The fraction of a day's or month's limit from which on a run tells that it comes near.
  package let alert: Double

  package init(daily: Dollars? = nil, monthly: Dollars? = nil, task: Dollars? = nil, alert: Double = 0.8) {
    self.daily = daily
    self.monthly = monthly
    self.task = task
    self.alert = alert
  }

  package func limit(of kind: BudgetWindow.Kind) -> Dollars? { kind == .day ? daily : monthly }

  /// Whether there is no limit of a day or month.
  package var isUnlimited: Bool { daily == nil && monthly == nil }
}
