import PairCore

extension BudgetLimits {
  /// Reads `budget: {daily: 5.00, monthly: 60, task: 2.00, alert: 0.8}`: US dollars, and a fraction of them.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at an unknown key, an amount that is none, or a fraction that
  ///   is not between 0 and 1.
  init(reading node: YAMLNode) throws(PairError) {
    try node.requireKeys(["daily", "monthly", "task", "alert"], of: "budget")
    let alert = try node.double("alert") ?? BudgetLimits().alert
    guard alert > 0, alert <= 1 else {
      throw (node["alert"] ?? node).mismatch(
        "alert", "must be a fraction above 0 and up to 1", hint: "0.8 tells when 80 % of a limit are used.")
    }
    self.init(
      daily: try BudgetLimits.amount("daily", in: node),
      monthly: try BudgetLimits.amount("monthly", in: node),
      task: try BudgetLimits.amount("task", in: node),
      alert: alert)
  }

  private static func amount(_ key: String, in node: YAMLNode) throws(PairError) -> Dollars? {
    guard let amount = try node.double(key) else { return nil }
    guard (0...1_000_000).contains(amount) else {
      throw (node[key] ?? node).mismatch(key, "must be from 0 to 1000000 US dollars")
    }
    return Dollars(amount)
  }
}
