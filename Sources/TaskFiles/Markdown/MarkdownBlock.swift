import PairCore

/// A heading, paragraph, list item or code fence of a Markdown file. Lines count from one.
struct MarkdownBlock: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case heading(level: Int)
    /// The first paragraph of a list item.
    case item
    case paragraph
    case fence(info: String)
  }

  let kind: Kind
  let lines: ClosedRange<Int>
  /// Where it begins in its first line: in bytes, from one.
  let column: Int
  /// A heading's words; the lines of an item or paragraph as written; a fence's content.
  let text: String
  /// What stands in backticks, in order.
  let codeSpans: [String]

  var line: Int { lines.lowerBound }

  var headingLevel: Int? {
    if case .heading(let level) = kind { level } else { nil }
  }

  /// The words of a heading, lower case, without numbers and punctuation; empty for other blocks.
  let headingWords: [Substring]

  init(kind: Kind, lines: ClosedRange<Int>, column: Int, text: String, codeSpans: [String]) {
    self.kind = kind
    self.lines = lines
    self.column = column
    self.text = text
    self.codeSpans = codeSpans
    // Asked for again and again.
    if case .heading = kind {
      headingWords = text.lowercased().split { !$0.isAnyLetter }
    } else {
      headingWords = []
    }
  }

  /// Whether the box of an item is ticked; nil when it has no box.
  var isTicked: Bool? {
    guard kind == .item else { return nil }
    let start = text.prefix(4).lowercased()
    if start == "[ ]" || start == "[ ] " || start == "[ ]\n" { return false }
    if start == "[x]" || start == "[x] " || start == "[x]\n" { return true }
    return nil
  }

  /// The text in one line, without an item's box.
  var sentence: String {
    (isTicked == nil ? text[...] : text.dropFirst(3)).split(separator: "\n").map(\.trimmed)
      .joined(separator: " ").trimmed
  }
}
