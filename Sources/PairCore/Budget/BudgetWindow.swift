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
  private let start: Timestamp
  /// The first second of the next one.
  package let end: Timestamp

  /// The window of that kind that `moment` lies in.
  package init(_ kind: Kind, at moment: Timestamp) {
    func month(of moment: Timestamp) -> Timestamp {
      Timestamp(moment.description.prefix(7) + "-01") ?? moment
    }
    let day: Int64 = 86_400
    let today = moment.secondsSince1970
    let midnight = Timestamp(secondsSince1970: today - ((today % day) + day) % day)
    self.kind = kind
    name = String(moment.description.prefix(kind == .day ? 10 : 7))
    start = kind == .day ? midnight : month(of: moment)
    let after = Timestamp(secondsSince1970: start.secondsSince1970 + (kind == .day ? 1 : 31) * day)
    end = kind == .day ? after : month(of: after)
  }

  package func contains(_ moment: Timestamp) -> Bool { start <= moment && moment < end }
}
