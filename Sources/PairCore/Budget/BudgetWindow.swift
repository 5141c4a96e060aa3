/// The day or month, in UTC, that a limit is for.
package struct BudgetWindow: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case day, month

    /// `daily` or `monthly`, as config.yaml calls its limit.
    package var adjective: String { self == .day ? "daily" : "monthly" }
  }

  package let kind: Kind
  /// `2026-11-22` or `2026-11`.
  package let name: String

  /// The window of that kind that `moment` lies in.
  package init(_ kind: Kind, at moment: Timestamp) {
    self.kind = kind
    name = String(moment.description.prefix(kind == .day ? 10 : 7))
  }

  package func contains(_ moment: Timestamp) -> Bool { BudgetWindow(kind, at: moment) == self }

  /// The first second of the window of that kind after the one that `moment` lies in.
  package static func end(of kind: Kind, at moment: Timestamp) -> Timestamp {
    let day: Int64 = 86_400
    let window = BudgetWindow(kind, at: moment)
    let seconds = moment.secondsSince1970
    var next = Timestamp(secondsSince1970: seconds - ((seconds % day) + day) % day + day)
    for _ in 0..<31 where window.contains(next) {
      next = Timestamp(secondsSince1970: next.secondsSince1970 + day)
    }
    return next
  }
}
