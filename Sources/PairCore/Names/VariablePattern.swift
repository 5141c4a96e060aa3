/// Environment variables by their name: one, or with `*` at the end all whose names begin so. Case does not matter.
package struct VariablePattern: Hashable, Sendable {
  package let text: String
  private let name: String
  private let isBeginning: Bool

  /// - Parameter text: as the source code states it; `init(reading:)` is for what people write.
  package init(_ text: String) {
    self.text = text
    isBeginning = text.hasSuffix("*")
    name = (isBeginning ? String(text.dropLast()) : text).uppercased()
  }

  /// Nil for no name (IEEE Std 1003.1-2017, 8.1: letters, digits and `_`, a digit not first), and for a beginning
  /// of less than three characters, which would mean nearly everything.
  package init?(reading text: String) {
    self.init(text)
    guard let first = name.utf8.first, !first.isASCIIDigit, !isBeginning || name.utf8.count >= 3,
      name.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") })
    else { return nil }
  }

  package func covers(_ variable: String) -> Bool {
    let folded = variable.uppercased()
    return isBeginning ? folded.hasPrefix(name) : folded == name
  }

  /// What a person approves before a repository's configuration passes these variables on.
  package var approvalText: String { "environment: \(text)" }
}

extension VariablePattern: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) { self.init(text) }
}
