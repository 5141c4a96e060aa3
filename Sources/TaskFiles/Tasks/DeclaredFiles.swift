import PairCore

extension MarkdownOutline {
  /// The paths listed under headings such as "Files to Modify": one an item, or one a row of a table.
  var declaredFiles: [String] {
    blocks(under: \.headsFiles).flatMap(\.declaredPaths).flatMap(\.braceAlternatives).uniqued
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
    return words.contains { $0 == "files" || $0 == "file" }
      && words.allSatisfy { $0 == "files" || $0 == "file" || MarkdownBlock.wordsBesideFiles.contains($0) }
  }

  fileprivate var declaredPaths: [String] {
    switch kind {
    case .item: MarkdownBlock.paths(leading: sentence, codeSpans: codeSpans)
    case .paragraph where text.hasPrefix("|"): MarkdownBlock.paths(inTable: text)
    default: []
    }
  }

  /// Those in the column whose head speaks of files; without such a head, in the first column that holds any.
  private static func paths(inTable text: String) -> [String] {
    let rows = text.split(separator: "\n").map { row in row.split(separator: "|").map { $0.trimmed } }
    let named = rows.first?.firstIndex { cell in
      let words = cell.lowercased().split { !$0.isAnyLetter }
      return words.contains { ["file", "files", "path", "paths", "module", "modules"].contains($0) }
    }
    func paths(in row: [String], _ column: Int) -> [String] {
      row.indices.contains(column) ? MarkdownBlock.paths(leading: row[column], codeSpans: []) : []
    }
    let columns = rows.map(\.count).max() ?? 0
    let column = named ?? (0..<columns).first { column in rows.contains { !paths(in: $0, column).isEmpty } }
    return column.map { column in rows.flatMap { paths(in: $0, column) } } ?? []
  }

  /// The paths that an entry begins with, in backticks (`a.swift` or `b.swift`) or plain; else the one
  /// that stands in backticks behind at most three words: "New: `a.swift`".
  private static func paths(leading entry: String, codeSpans: [String]) -> [String] {
    let entry = entry.hasPrefix("**/") ? entry[...] : entry.drop { $0 == "*" }
    if entry.hasPrefix("`") { return quotedPaths(leading: entry) }
    let first = entry.prefix { !$0.isBlank }
    let plain = first.last.map { ",:;".contains($0) } == true ? first.dropLast() : first
    if let path = RepositoryPath.read(plain.filter { $0 != "\\" }), RepositoryPath.looksLikePath(path) {
      return [path]  // Without Markdown's escapes: `\_` is `_`.
    }
    let wordsBefore = entry.prefix { $0 != "`" }.split(whereSeparator: \.isBlank).count
    guard wordsBefore <= 3, let span = codeSpans.first, let path = RepositoryPath.read(span),
      RepositoryPath.looksLikePath(path)
    else { return [] }
    return [path]
  }

  /// What stands in backticks up to the first word that joins no further path to it.
  private static func quotedPaths(leading entry: Substring) -> [String] {
    var paths: [String] = []
    var rest = entry
    while rest.hasPrefix("`") {
      let inner = rest.drop { $0 == "`" }
      let span = inner.prefix { $0 != "`" }
      if let path = RepositoryPath.read(span.trimmed) { paths.append(path) }
      rest = inner[span.endIndex...].drop { "`*,".contains($0) || $0.isBlank }
      for word in ["and ", "or ", "new "] where rest.hasPrefix(word) { rest = rest.dropFirst(word.count) }
    }
    return paths
  }
}
