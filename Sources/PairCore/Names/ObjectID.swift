/// The id of a git object: forty hexadecimal digits (SHA-1).
package struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  package let hex: String

  /// Nil unless `hex` is forty lower-case hexadecimal digits.
  package init?(_ hex: String) {
    guard hex.utf8.count == 40, hex.utf8.allSatisfy({ $0.isASCIIDigit || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = hex
  }

  /// The first ten digits, as git shows them to people.
  package var short: String { String(hex.prefix(10)) }
  package var description: String { hex }
}

extension ObjectID: RawRepresentable, Codable {
  package init?(rawValue: String) { self.init(rawValue) }
  package var rawValue: String { hex }
}
