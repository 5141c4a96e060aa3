/// What may be spent in a day, in a month and for one task: `budget:` under `orchestrate:` in config.yaml.
public struct BudgetLimits: Hashable, Sendable {
  /// Nil without a limit.
  public let daily: Dollars?
  /// Nil without a limit.
  public let monthly: Dollars?
  /// What the runs of one task may cost together, as `TaskState.spent` counts them; nil without a limit.
  public let task: Dollars?
  /// The fraction of a day's or month's limit from which on a run tells that it comes near.
  public let alert: Double

  public init(daily: Dollars? = nil, monthly: Dollars? = nil, task: Dollars? = nil, alert: Double = 0.8) {
    self.daily = daily
    self.monthly = monthly
    self.task = task
    self.alert = alert
  }

  public func limit(of kind: BudgetWindow.Kind) -> Dollars? { kind == .day ? daily : monthly }

  /// Whether there is no limit of a day or month.
  public var isUnlimited: Bool { daily == nil && monthly == nil }
}
