extension Timestamp {
  /// Reads what `description` writes, or a day (`2026-11-22`) as its first second, in UTC; nil for anything else.
  package init?(_ text: String) { self.init(Array(text.utf8)[...]) }

  init?(_ text: ArraySlice<UInt8>) {
    let bytes = Array(text)
    func number(_ start: Int, _ count: Int) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[start..<start + count] {
        guard byte.isASCIIDigit else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard bytes.count == 10 || bytes.count == 20, bytes[4] == UInt8(ascii: "-"),
      bytes[7] == UInt8(ascii: "-"),
      let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), (1...12).contains(month)
    else { return nil }
    var seconds: Int64 = 0
    if bytes.count == 20 {
      guard bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
        bytes[19] == UInt8(ascii: "Z"), let hour = number(11, 2), let minute = number(14, 2),
        let second = number(17, 2), hour < 24, minute < 60, second < 60
      else { return nil }
      seconds = hour * 3_600 + minute * 60 + second
    }
    self.init(secondsSince1970: Timestamp.days(year, month, day) * 86_400 + seconds)
    // The thirtieth of February is another day.
    guard description.utf8.prefix(10).elementsEqual(bytes[..<10]) else { return nil }
  }

  /// Days since the epoch, by eras of 400 years that begin in March (proleptic Gregorian calendar).
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
