import CCMark
import PairCore

// The one file that speaks to cmark-gfm (cmark-gfm.h, 0.29.0.gfm.6). Boxes and tables are read from the
// lines as written, so no extension is needed, nor the registry of extensions, which threads share.

extension MarkdownOutline {
  /// Reads the Markdown of `source` from `firstLine` on.
  init(of source: SourceText, from firstLine: Int = 1) {
    let bytes = source.bytes(of: firstLine..<source.lineCount + 1)
    self.blocks = bytes.withUnsafeBytes { input in
      guard let start = input.baseAddress else { return [] }
      let text = start.assumingMemoryBound(to: CChar.self)
      let document = DocumentHandle(pointer: cmark_parse_document(text, input.count, CMARK_OPT_DEFAULT))
      return document.blocks(in: source, lineOffset: firstLine - 1)
    }
  }
}

private struct DocumentHandle: ~Copyable {
  let pointer: OpaquePointer

  deinit { cmark_node_free(pointer) }

  func blocks(in source: SourceText, lineOffset: Int) -> [MarkdownBlock] {
    let walk = cmark_iter_new(pointer)
    defer { cmark_iter_free(walk) }
    var blocks: [MarkdownBlock] = []
    var words = ""
    var codeSpans: [String] = []
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return blocks }
      guard let node = cmark_iter_get_node(walk) else { continue }
      let isEntered = event == CMARK_EVENT_ENTER
      switch cmark_node_get_type(node) {
      case CMARK_NODE_HEADING, CMARK_NODE_PARAGRAPH:
        if !isEntered, let kind = kind(of: node) {
          let place = place(of: node, lineOffset: lineOffset)
          let isHeading = cmark_node_get_type(node) == CMARK_NODE_HEADING
          blocks.append(
            MarkdownBlock(
              kind: kind, lines: isHeading ? source.heading(from: place.lines.lowerBound) : place.lines,
              column: place.column,
              text: isHeading ? words : source.paragraph(place.lines, column: place.column),
              codeSpans: codeSpans,
              headingWords: isHeading ? words.lowercased().split { !$0.isAnyLetter } : []))
        }
        words = ""
        codeSpans = []
      case CMARK_NODE_CODE_BLOCK:
        guard isFence(node) else { continue }
        let place = place(of: node, lineOffset: lineOffset)
        blocks.append(
          MarkdownBlock(
            kind: .fence(info: cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""),
            lines: place.lines, column: place.column, text: literal(of: node)))
      case CMARK_NODE_CODE:
        words += literal(of: node)
        codeSpans.append(literal(of: node))
      case CMARK_NODE_TEXT: words += literal(of: node)
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: words += " "
      default: continue
      }
    }
  }

  /// Nil for a heading inside a list or a quotation: it heads no section.
  private func kind(of node: OpaquePointer) -> MarkdownBlock.Kind? {
    let parent = cmark_node_parent(node).map { cmark_node_get_type($0) }
    if cmark_node_get_type(node) == CMARK_NODE_HEADING {
      let level = Int(cmark_node_get_heading_level(node))
      return parent == CMARK_NODE_DOCUMENT ? .heading(level: level) : nil
    }
    return parent == CMARK_NODE_ITEM && cmark_node_previous(node) == nil ? .item : .paragraph
  }

  /// Whether a code block is fenced, not indented. The library writes through all three pointers.
  private func isFence(_ node: OpaquePointer) -> Bool {
    var (length, offset, sign): (CInt, CInt, CChar) = (0, 0, 0)
    return cmark_node_get_fenced(node, &length, &offset, &sign) != 0
  }

  private func place(of node: OpaquePointer, lineOffset: Int) -> (lines: ClosedRange<Int>, column: Int) {
    let first = Int(cmark_node_get_start_line(node)) + lineOffset
    let last = Int(cmark_node_get_end_line(node)) + lineOffset
    return (first...max(first, last), Int(cmark_node_get_start_column(node)))
  }

  private func literal(of node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }
}

extension SourceText {
  /// The lines of a heading: one with `#`, or text down to a line of `=` or `-`, which cmark counts wrongly.
  fileprivate func heading(from first: Int) -> ClosedRange<Int> {
    if line(first).first(where: { $0 != 0x20 }) == UInt8(ascii: "#") { return first...first }
    let underline = (first + 1..<max(first + 1, lineCount + 1)).first { number in
      let text = String(decoding: line(number), as: UTF8.self).trimmed
      return !text.isEmpty && (text.allSatisfy { $0 == "=" } || text.allSatisfy { $0 == "-" })
    }
    return first...(underline ?? first)
  }

  /// The lines of a paragraph as written, the first one from `column` on, each without indentation.
  fileprivate func paragraph(_ lines: ClosedRange<Int>, column: Int) -> String {
    lines.clamped(to: 1...lineCount).map { number in
      let line = line(number)
      let text = number == lines.lowerBound ? line.dropFirst(column - 1) : line
      return String(decoding: text, as: UTF8.self).trimmed
    }.joined(separator: "\n")
  }
}
