extension Int {
  /// The sum, or the end of all numbers that it would leave.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the end of all numbers that it would leave.
  func subtractingClamped(_ other: Int) -> Int {
    let (rest, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : rest
  }
}

extension String {
  /// Digits with zeros in front, up to `width`.
  package func padded(_ width: Int) -> String {
    String(repeating: "0", count: max(0, width - utf8.count)) + self
  }
}

extension Double {
  /// As a score is shown: two digits after the point.
  package var inScore: String { fixed(digits: 2) }

  /// As money is shown: `$0.45`, or four digits below a cent.
  package var inDollars: String { "$" + fixed(digits: self != 0 && magnitude < 0.01 ? 4 : 2) }

  /// With exactly `digits` digits after the point, the same on every machine and in every locale.
  package func fixed(digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
    // Beyond that a Double has no such digits, and Int64 no room.
    guard isFinite, magnitude < 1e12, magnitude * scale < 1e18 else { return description }
    let units = Int64((magnitude * scale).rounded())
    let whole = units / Int64(scale)
    let sign = self < 0 && units != 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    return sign + "\(whole)." + String(units % Int64(scale)).padded(digits)
  }
}
