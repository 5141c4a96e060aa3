/// The id of a git object: forty hexadecimal digits (SHA-1).
public struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  public let hex: String

  /// Nil unless `hex` is forty lower-case hexadecimal digits.
  public init?(_ hex: String) {
    guard hex.utf8.count == 40,
      hex.utf8.allSatisfy({ $0.isASCIIDigit || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = hex
  }

  /// The first ten digits, as git shows them to people.
  public var short: String { String(hex.prefix(10)) }
  public var description: String { hex }
}

extension ObjectID: RawRepresentable, Codable {
  public init?(rawValue: String) { self.init(rawValue) }
  public var rawValue: String { hex }
}
