/// What a plan or sprint is called in refs: the same for `27`, `sprint-27` and `Sprint-27`.
public struct PlanID: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  /// - Parameter name: as a plan file or a person writes it; what a ref cannot hold becomes `-`.
  public init(_ name: String) {
    let folded = name.trimmed.lowercased()
    let isNumber = !folded.isEmpty && folded.utf8.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }
    var text = isNumber ? "sprint-" : ""
    for byte in folded.utf8 {
      let isKept = byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      // No two dots: git-check-ref-format(1).
      let isSecondDot = byte == UInt8(ascii: ".") && text.hasSuffix(".")
      text += isKept && !isSecondDot ? String(UnicodeScalar(byte)) : "-"
    }
    if text.hasPrefix(".") { text = "-" + text.dropFirst() }
    for end in [".", ".lock"] where text.hasSuffix(end) { text = text.dropLast(end.utf8.count) + "-" }
    self.text = text.isEmpty ? "-" : text
  }

  public var description: String { text }
}

extension PlanID: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
