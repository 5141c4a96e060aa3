/// A moment in whole seconds since 1970-01-01 UTC, as git keeps it. Only the program's edges read a clock.
package struct Timestamp: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  package let secondsSince1970: Int64

  /// Clamped to the years 0 to 9999: others' logs and agents say anything.
  package init(secondsSince1970: Int64) {
    self.secondsSince1970 = min(max(secondsSince1970, -62_167_219_200), 253_402_300_799)
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(secondsSince1970: try fields.decode(Int64.self, forKey: .secondsSince1970))
  }

  /// ISO 8601 in UTC: `2026-11-22T16:08:00Z`.
  package var description: String {
    let (y, mo, d, h, mi, s) = parts
    func two(_ number: Int64) -> String { String(number).padded(2) }
    return "\(String(y).padded(4))-\(two(mo))-\(two(d))T\(two(h)):\(two(mi)):\(two(s))Z"
  }

  /// The same without punctuation: `20261122T160800`.
  package var compact: String { description.filter { $0 != "-" && $0 != ":" && $0 != "Z" } }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.secondsSince1970 < b.secondsSince1970 }

  /// Civil date (proleptic Gregorian calendar) by eras of 400 years that begin in March. They are counted from the
  /// year -400, so that nothing is below zero.
  private var parts: (Int64, Int64, Int64, Int64, Int64, Int64) {
    let moment = secondsSince1970 + (719_468 + 146_097) * 86_400
    let (day, second) = moment.quotientAndRemainder(dividingBy: 86_400)
    let (era, dayOfEra) = day.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0)
    let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    return (year, month, dayOfMonth, second / 3600, second / 60 % 60, second % 60)
  }
}
