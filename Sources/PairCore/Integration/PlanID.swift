/// What a plan or sprint is called in refs: the same for `27`, `sprint-27` and `Sprint-27`, and for no two others.
package struct PlanID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// - Parameter name: as a plan file or a person writes it. Where a ref cannot hold it as it is, the rest becomes
  ///   `-`, and what tells it from others stands behind a `+`, which no name has that is kept.
  package init(_ name: String) {
    let folded = name.trimmed.lowercased()
    let isNumber = !folded.isEmpty && folded.utf8.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }
    let whole = isNumber ? "sprint-" + folded : folded
    if PlanID.isKept(whole) {
      text = whole
    } else {
      text = PlanID.readable(whole) + "+" + PlanID.mark(of: whole)
    }
  }

  package var description: String { text }

  /// A file of that name, with a few letters about it, is one that every file system takes.
  private static let longest = 200

  /// Whether a ref's name may end in `name`: git-check-ref-format(1), and nothing that a file system may fold.
  private static func isKept(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= longest && name.utf8.allSatisfy(isKept)
      && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.hasSuffix(".lock") && !name.holds("..")
  }

  private static func isKept(_ byte: UInt8) -> Bool { byte.isASCIILetterOrDigit || "-_.".utf8.contains(byte) }

  /// What a person knows `name` by, as far as a ref holds that.
  private static func readable(_ name: String) -> String {
    var text = ""
    for character in name.prefix(longest / 2) {
      let isDotTooMany = character == "." && (text.isEmpty || text.hasSuffix("."))
      text += character.utf8.allSatisfy(isKept) && !isDotTooMany ? String(character) : "-"
    }
    return text
  }

  /// Eight hexadecimal digits that are the same for the same bytes on every machine (FNV-1a, 32 bits).
  private static func mark(of name: String) -> String {
    let hash = name.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return String(hash, radix: 16).padded(8)
  }
}

extension PlanID: Encodable {
  package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
