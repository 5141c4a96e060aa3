/// The id of one run: its start in UTC and a random part, such as `20261122T160800-3fa9c1`.
/// It sorts by time, is a valid ref component and a valid file name.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// - Parameter random: keeps two runs of one second apart; its low 24 bits are used.
  package init(start: Timestamp, random: UInt64) {
    text = start.compact + "-" + String(random & 0xFF_FFFF, radix: 16).padded(6)
  }

  /// A run id that was read back from a log; nil when the text could leave its folder or ref.
  package init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 40,
      text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.text = text
  }

  package var description: String { text }

  /// When the run started; nil where the id does not tell.
  package var start: Timestamp? {
    let digits = text.prefix { $0 != "-" }.filter { $0 != "T" }
    guard digits.utf8.count == 14 else { return nil }
    func part(_ from: Int, _ count: Int) -> Substring { digits.dropFirst(from).prefix(count) }
    let day = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))"
    return Timestamp("\(day)T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))Z")
  }
}

extension RunID: RawRepresentable, Codable {
  package init?(rawValue: String) { self.init(rawValue) }
  package var rawValue: String { text }
}
