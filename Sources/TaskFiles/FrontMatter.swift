import PairCore

/// The YAML between two `---` lines at the top of a Markdown file.
struct FrontMatter {
  let openingLine: Int
  let closingLine: Int

  var yamlLines: Range<Int> { openingLine + 1..<closingLine }
  var bodyLine: Int { closingLine + 1 }

  /// Nil when the file has no front matter; an error when it is opened and never closed.
  init?(of source: SourceText) throws(PairError) {
    let lines = 1...source.lineCount
    guard let opening = lines.first(where: { !source.line($0).isBlank }),
      source.line(opening).isFence(of: "---")
    else { return nil }
    let closing = lines.dropFirst(opening).first {
      source.line($0).isFence(of: "---") || source.line($0).isFence(of: "...")
    }
    guard let closing else {
      throw PairError(
        .invalidInput, "the front matter is not closed", at: source.location(line: opening, column: 1),
        hint: "End it with a line that holds only '---'.")
    }
    self.openingLine = opening
    self.closingLine = closing
  }

  /// What the front matter of `source` says; a mapping.
  func load(from source: SourceText) throws(PairError) -> YAMLNode {
    try YAMLNode.parseMapping(source, yamlLines, "the front matter", at: openingLine)
  }
}

extension ArraySlice<UInt8> {
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// Whether the line is `marker` and nothing else but white space behind it.
  func isFence(of marker: String) -> Bool {
    starts(with: marker.utf8) && dropFirst(marker.utf8.count).isBlank
  }
}
