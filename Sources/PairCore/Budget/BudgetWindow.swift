/// The day or month, in UTC, that a limit is for.
public struct BudgetWindow: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case day, month

    /// `daily` or `monthly`, as config.yaml calls its limit.
    public var adjective: String { self == .day ? "daily" : "monthly" }
  }

  public let kind: Kind
  /// `2026-11-22` or `2026-11`.
  public let name: String

  /// The window of that kind that `moment` lies in.
  public init(_ kind: Kind, at moment: Timestamp) {
    self.kind = kind
    name = String(moment.description.prefix(kind == .day ? 10 : 7))
  }

  public func contains(_ moment: Timestamp) -> Bool { BudgetWindow(kind, at: moment) == self }

  /// The first second of the window of that kind after the one that `moment` lies in.
  public static func end(of kind: Kind, at moment: Timestamp) -> Timestamp {
    let day: Int64 = 86_400
    let window = BudgetWindow(kind, at: moment)
    let seconds = moment.secondsSince1970
    var next = Timestamp(secondsSince1970: seconds - ((seconds % day) + day) % day + day)
    while window.contains(next) { next = Timestamp(secondsSince1970: next.secondsSince1970 + day) }
    return next
  }
}
