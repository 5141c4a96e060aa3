/// The id of one run of one task: its start in UTC and a random part, such as `20261122T160800-3fa9c1`.
///
/// It sorts by time, is a valid ref component and a valid file name.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// - Parameters:
  ///   - start: when the run starts.
  ///   - random: keeps two runs of one second apart; its low 24 bits are used.
  package init(start: Timestamp, random: UInt64) {
    let digits = String(random & 0xFF_FFFF, radix: 16)
    text = start.compact + "-" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// A run id that was read back from a log; nil when the text could leave its folder or ref.
  package init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 40,
      text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.text = text
  }

  package var description: String { text }
}

extension RunID: RawRepresentable, Codable {
  package init?(rawValue: String) { self.init(rawValue) }
  package var rawValue: String { text }
}
