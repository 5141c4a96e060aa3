extension Timestamp {
  /// Reads what `description` writes, or a day (`2026-11-22`) as its first second, in UTC; nil for anything else.
  package init?(_ text: String) { self.init(Array(text.utf8)[...]) }

  init?(_ text: ArraySlice<UInt8>) {
    let bytes = Array(text)
    guard bytes.count == 10 || bytes.count == 20 else { return nil }
    func number(_ digits: Range<Int>) -> Int64 {
      bytes[digits].reduce(0) { $0 * 10 + Int64($1) - Int64(UInt8(ascii: "0")) }
    }
    let time = bytes.count == 10 ? 0 : number(11..<13) * 3_600 + number(14..<16) * 60 + number(17..<19)
    self.init(secondsSince1970: Timestamp.days(number(0..<4), number(5..<7), number(8..<10)) * 86_400 + time)
    // All else, and the thirtieth of February, is not what that moment is written as.
    guard description.utf8.prefix(bytes.count).elementsEqual(bytes) else { return nil }
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
