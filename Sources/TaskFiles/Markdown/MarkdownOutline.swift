import PairCore

/// The blocks of a Markdown file in order, without what stands inside code fences and comments.
struct MarkdownOutline: Sendable {
  let blocks: [MarkdownBlock]

  var headings: [MarkdownBlock] { blocks.filter { $0.headingLevel != nil } }
  /// The first heading of level 1.
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
