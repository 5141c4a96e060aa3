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
  var codeSpans: [String] = []
  /// The words of a heading, lower case, without numbers and punctuation: asked for again and again.
  var headingWords: [Substring] = []

  var line: Int { lines.lowerBound }

  var headingLevel: Int? {
    if case .heading(let level) = kind { level } else { nil }
  }

  /// Whether the box of an item is ticked; nil when it has no box.
  var isTicked: Bool? {
    guard kind == .item, text.dropFirst(3).first.map({ " \n".contains($0) }) ?? true else { return nil }
    return ["[ ]": false, "[x]": true][text.prefix(3).lowercased()]
  }

  /// The text in one line, without an item's box.
  var sentence: String {
    (isTicked == nil ? text[...] : text.dropFirst(3)).split(separator: "\n").map(\.trimmed)
      .joined(separator: " ").trimmed
  }
}
