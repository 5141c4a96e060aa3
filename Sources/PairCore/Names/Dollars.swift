/// US dollars in whole millionths: sums do not depend on their order, and a limit can be met exactly.
package struct Dollars: Hashable, Sendable, Comparable {
  package let millionths: Int

  package init(millionths: Int) { self.millionths = millionths }

  /// The nearest whole millionth. Beyond a billion dollars it is that billion; what is no number is nothing.
  package init(_ amount: Double) {
    millionths = amount.isNaN ? 0 : Int((min(max(amount, -Dollars.most), Dollars.most) * 1_000_000).rounded())
  }

  /// Beyond any bill, and a million such amounts still fit.
  private static let most = 1_000_000_000.0

  /// Reads an amount that others wrote; nil for what is none: no number, an endless one, one below nothing.
  package static func amount(_ text: String) -> Double? {
    Double(text).flatMap { $0 >= 0 && $0.isFinite ? min($0, most) : nil }
  }

  package static let zero = Dollars(millionths: 0)

  package var amount: Double { Double(millionths) / 1_000_000 }

  package static func + (a: Dollars, b: Dollars) -> Dollars {
    Dollars(millionths: a.millionths.addingClamped(b.millionths))
  }

  /// The difference, never less than nothing.
  package static func - (a: Dollars, b: Dollars) -> Dollars {
    Dollars(millionths: max(0, a.millionths.subtractingClamped(b.millionths)))
  }

  package static func < (a: Dollars, b: Dollars) -> Bool { a.millionths < b.millionths }

  /// As money is shown: `$0.45`, or four digits below a cent.
  package var text: String { amount.inDollars }

  /// The same, with as many digits as it takes to tell it from `other` beside it.
  package func text(besides other: Dollars) -> String {
    if self == other || text != other.text { return text }
    let digits = (3..<6).first { amount.fixed(digits: $0) != other.amount.fixed(digits: $0) } ?? 6
    return "$" + amount.fixed(digits: digits)
  }
}
