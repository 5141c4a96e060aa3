import PairCore
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_000_000_000, "2001-09-09T01:46:40Z"), (-1, "1969-12-31T23:59:59Z"),
      (-86_400, "1969-12-31T00:00:00Z"), (-2_208_988_800, "1900-01-01T00:00:00Z"),
      (951_782_400, "2000-02-29T00:00:00Z"), (951_868_800, "2000-03-01T00:00:00Z"),
      (1_709_164_800, "2024-02-29T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
      (1_740_700_800, "2025-02-28T00:00:00Z"), (1_740_787_200, "2025-03-01T00:00:00Z"),
      (1_735_689_599, "2024-12-31T23:59:59Z"), (4_107_456_000, "2100-02-28T00:00:00Z"),
      (4_107_542_400, "2100-03-01T00:00:00Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
      (-11_644_473_600, "1601-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func `a moment is shown as its civil date in UTC`(_ seconds: Int64, _ shown: String) {
    let moment = Timestamp(secondsSince1970: seconds)
    #expect(moment.description == shown)
    #expect(moment.compact == shown.filter { $0.isNumber || $0 == "T" })
  }

  @Test func `every day of four centuries follows the one before it`() {
    let leap = { (year: Int) in year % 4 == 0 && year % 100 != 0 || year % 400 == 0 }
    var (year, month, day) = (1900, 1, 1)
    for number in Int64(-25_567)..<Int64(-25_567 + 146_097) {
      let shown = Timestamp(secondsSince1970: number * 86_400).description.prefix(10)
      let parts = shown.split(separator: "-").compactMap { Int($0) }
      guard parts == [year, month, day] else {
        Issue.record("day \(number) is \(shown), not \(year)-\(month)-\(day)")
        return
      }
      let lengths = [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test func `moments sort by time`() {
    #expect(Timestamp(secondsSince1970: -5) < Timestamp(secondsSince1970: 3))
  }
}
