import PairCore

extension MarkdownOutline {
  /// The paths listed under headings such as "Files to Create/Modify": one an item, or the first cell
  /// of each row of a table.
  var declaredFiles: [String] {
    blocks(under: \.headsFiles).flatMap(\.declaredPaths).uniqued
  }

  /// Paths in backticks anywhere outside fences, but for the declared ones.
  func mentionedPaths(besides declared: [String]) -> [String] {
    let known = Set(declared)
    return blocks.flatMap(\.codeSpans).compactMap { RepositoryPath.read($0) }
      .filter { RepositoryPath.looksLikePath($0) && !known.contains($0) }.uniqued
  }
}

extension MarkdownBlock {
  private static let wordsBesideFiles: Set<Substring> = [
    "to", "and", "or", "create", "created", "modify", "modified", "update", "updated", "change", "changed",
    "touch", "touched", "edit", "edited", "add", "added", "delete", "deleted", "remove", "removed", "move",
    "moved", "rename", "renamed", "new", "affected",
  ]

  /// "Files", "Files to Modify", "Files Touched", but neither "Files to Check" nor "Files Over 500 Lines".
  fileprivate var headsFiles: Bool {
    let words = headingWords
    return words.contains { $0 == "files" || $0 == "file" } && !text.contains(where: \.isNumber)
      && words.allSatisfy { $0 == "files" || $0 == "file" || MarkdownBlock.wordsBesideFiles.contains($0) }
  }

  fileprivate var declaredPaths: [String] {
    switch kind {
    case .item: [MarkdownBlock.path(leading: sentence, codeSpans: codeSpans)].compactMap { $0 }
    case .paragraph where text.hasPrefix("|"):
      text.split(separator: "\n").compactMap { row in
        row.split(separator: "|").first.flatMap { MarkdownBlock.path(leading: $0.trimmed, codeSpans: []) }
      }
    default: []
    }
  }

  /// The path that an entry begins with, in backticks or plain, or that stands in backticks behind at
  /// most three words: "New: `a.swift`".
  private static func path(leading entry: String, codeSpans: [String]) -> String? {
    let entry = String(entry.drop { $0 == "*" && !entry.hasPrefix("**/") })
    if entry.hasPrefix("`") {
      let inner = entry.drop { $0 == "`" }.prefix { $0 != "`" }
      return RepositoryPath.read(inner.trimmed)
    }
    let first = entry.prefix { !$0.isWhitespace }
    let plain = first.last.map { ",:;*".contains($0) } == true ? first.dropLast() : first
    if let path = RepositoryPath.read(String(plain).withoutEscapes), RepositoryPath.looksLikePath(path) {
      return path
    }
    let wordsBefore = entry.prefix { $0 != "`" }.split(whereSeparator: \.isWhitespace).count
    guard wordsBefore <= 3, let span = codeSpans.first, let path = RepositoryPath.read(span),
      RepositoryPath.looksLikePath(path)
    else { return nil }
    return path
  }
}

extension String {
  /// Markdown's `\_` is `_`.
  fileprivate var withoutEscapes: String { filter { $0 != "\\" } }
}
