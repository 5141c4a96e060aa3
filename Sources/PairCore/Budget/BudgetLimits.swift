/// What may be spent in a day and in a month: `budget:` under `orchestrate:` in config.yaml.
public struct BudgetLimits: Hashable, Sendable {
  /// Nil without a limit.
  public let daily: Dollars?
  /// Nil without a limit.
  public let monthly: Dollars?
  /// The fraction of a limit from which on a run tells that it comes near.
  public let alert: Double

  public init(daily: Dollars? = nil, monthly: Dollars? = nil, alert: Double = 0.8) {
    self.daily = daily
    self.monthly = monthly
    self.alert = alert
  }

  public func limit(of kind: BudgetWindow.Kind) -> Dollars? { kind == .day ? daily : monthly }

  public var isUnlimited: Bool { daily == nil && monthly == nil }
}
