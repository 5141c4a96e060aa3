/// How much of a day's or month's limit is used.
package struct BudgetStatus: Hashable, Sendable {
  package let window: BudgetWindow
  /// Nil without a limit.
  package let limit: Dollars?
  package let settled: Dollars
  /// What runs that are under way have set aside.
  package let reserved: Dollars
  /// The fraction of the limit from which on it counts as near.
  package let alert: Double

  package var endsAt: Timestamp { window.end }

  package var used: Dollars { settled + reserved }

  /// Nil without a limit.
  package var left: Dollars? { limit.map { $0 - used } }

  package var isReached: Bool { limit.map { used >= $0 } ?? false }

  /// Whether so much is used that a person should know.
  package var isNear: Bool { limit.map { used >= Dollars($0.amount * alert) } ?? false }

  /// `the daily limit of $5.00`
  package var name: String { "the \(window.kind.adjective) limit of \(limit?.text ?? "nothing")" }

  /// What a person is told who should know; nil while there is no need.
  package var warning: String? {
    guard isNear, let limit else { return nil }
    let reservedPart = reserved == .zero ? "" : ", \(reserved.text) of it reserved"
    if isReached {
      return
        "\(name) is reached (\(used.text)\(reservedPart)); the next \(window.kind.rawValue) starts at \(endsAt)"
    }
    let percent = limit == .zero ? 100 : used.amount / limit.amount * 100
    return "\(used.text) of \(name) are used (\(percent.fixed(digits: 0)) %\(reservedPart))"
  }
}
