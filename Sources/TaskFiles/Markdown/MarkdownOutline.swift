import PairCore

/// The blocks of a Markdown file in order, without what stands inside code fences and comments.
struct MarkdownOutline: Sendable {
  let blocks: [MarkdownBlock]

  var headings: [MarkdownBlock] { blocks.filter { $0.headingLevel != nil } }
  var firstH1: MarkdownBlock? { blocks.first { $0.kind == .heading(level: 1) } }

  /// What stands under each heading that `matches`, its subheadings' blocks included.
  func blocks(under matches: (MarkdownBlock) -> Bool) -> [MarkdownBlock] {
    var found: [MarkdownBlock] = []
    var openLevel: Int?
    for block in blocks {
      guard let level = block.headingLevel else {
        if openLevel != nil { found.append(block) }
        continue
      }
      if let open = openLevel, level <= open { openLevel = nil }
      if openLevel == nil, matches(block) { openLevel = level }
    }
    return found
  }

  /// Every heading with the text below it, up to the next one of the same or a higher level.
  func sections(in source: SourceText) -> [TaskSection] {
    let headings = headings
    return headings.enumerated().map { index, heading in
      let level = heading.headingLevel ?? 1
      let next = headings[(index + 1)...].first { ($0.headingLevel ?? 1) <= level }
      let body = source.bytes(of: heading.lines.upperBound + 1..<(next?.line ?? source.lineCount + 1))
      return TaskSection(
        level: level, heading: heading.text, line: heading.line,
        body: String(decoding: body, as: UTF8.self).trimmed)
    }
  }
}

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
