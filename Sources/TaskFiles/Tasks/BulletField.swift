import PairCore

/// A field of a task's head in bullets: `- **Status**: done`.
struct BulletField {
  /// Lower case, `_` between words.
  let key: String
  /// The text behind the colon, without emphasis and backticks around it.
  let value: String
  /// Where `value` stands in the bytes of the file.
  let range: Range<Int>
  /// Where the part of `value` stands that comes before a remark: `done (in March)` is done.
  let plainRange: Range<Int>
  let isKeyBold: Bool

  /// Nil when `block` is no list item with a colon in its first line.
  init?(_ block: MarkdownBlock, in source: SourceText) {
    guard block.kind == .item, block.line <= source.lineCount else { return nil }
    let line = source.line(block.line).dropFirst(block.column - 1)
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    let words = name.split { "*_`".contains($0) || $0.isBlank || $0 == "-" }
    let value = line[(colon + 1)...].droppingDecoration
    self.key = words.joined(separator: "_").lowercased()
    self.isKeyBold = name.hasPrefix("**")
    self.value = String(decoding: value, as: UTF8.self)
    self.range = value.startIndex..<value.endIndex
    let remark = [" (", " <!--", " #", " - ", " – ", " — "].compactMap {
      value.firstIndex(of: Array($0.utf8))
    }
    let plain = value[..<(remark.min() ?? value.endIndex)].droppingDecoration
    self.plainRange = plain.startIndex..<plain.endIndex
  }

  /// The value without a remark behind it.
  func plainValue(in source: SourceText) -> String {
    String(decoding: source.bytes[plainRange], as: UTF8.self)
  }

  /// The list under "Metadata"; without such a heading, the items with bold keys above the second heading.
  static func all(in outline: MarkdownOutline, of source: SourceText) -> [BulletField] {
    if outline.metadataHeading != nil {
      return outline.blocks(under: \.isMetadataHeading).compactMap { BulletField($0, in: source) }
    }
    let second = outline.headings.dropFirst().first?.line ?? .max
    return outline.blocks.prefix { $0.line < second }
      .compactMap { BulletField($0, in: source) }.filter(\.isKeyBold)
  }
}

extension MarkdownOutline {
  var metadataHeading: MarkdownBlock? { headings.first(where: \.isMetadataHeading) }
}

extension MarkdownBlock {
  fileprivate var isMetadataHeading: Bool { headingLevel != nil && headingWords == ["metadata"] }
}

extension ArraySlice<UInt8> {
  /// Without white space, `*` and backticks at either end.
  fileprivate var droppingDecoration: ArraySlice<UInt8> {
    let isDecoration = { (byte: UInt8) in " \t*`".utf8.contains(byte) }
    guard let first = firstIndex(where: { !isDecoration($0) }),
      let last = lastIndex(where: { !isDecoration($0) })
    else { return self[endIndex...] }
    return self[first...last]
  }

  fileprivate func firstIndex(of needle: [UInt8]) -> Int? {
    indices.first { self[$0...].starts(with: needle) }
  }
}
