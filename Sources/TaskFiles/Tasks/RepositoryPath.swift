import PairCore

/// What counts as a path of this repository in a sentence.
enum RepositoryPath {
  /// `text` as a path or glob relative to the top of the repository, without `./` in front and without
  /// a line number or test name behind (`a.py:12`, `a.py::test_x`). Nil for anything absolute or above
  /// the top, for URLs and for commands.
  static func read(_ text: String) -> String? {
    var path = text[...]
    if let colon = path.firstIndex(of: ":") {
      let next = path[colon...].dropFirst().first
      guard let next, next == ":" || next.isASCIIDigit else { return nil }
      path = path[..<colon]
    }
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    guard let first = path.first, !"-/~@#".contains(first), path.utf8.count <= 300,
      !path.unicodeScalars.contains(where: isForbidden), !path.hasSuffix(")"),
      path.utf8.contains(UInt8(ascii: "/")) || !path.utf8.contains(UInt8(ascii: "("))
    else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !parts.contains("."), !parts.dropLast().contains("") else { return nil }
    return String(path)
  }

  /// Whether a path without any hint around it is one: it has a folder, or an ending that files have.
  static func looksLikePath(_ path: String) -> Bool {
    if path.utf8.contains(UInt8(ascii: "/")) { return path.contains { $0.isAnyLetter || $0 == "*" } }
    if knownNames.contains(path) { return true }
    guard let dot = path.lastIndex(of: ".") else { return false }
    return dot != path.startIndex && endings.contains(path[dot...].dropFirst().lowercased())
  }

  /// White space, control characters, and what shells and sentences give a meaning of its own.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "|", "$", "=", "\"", "'", ";", "&", "\\", "`", "…", "\u{7F}", "\0"..." ": true
    default: !scalar.isASCII && scalar.properties.isWhitespace
    }
  }

  private static let knownNames: Set<String> = [
    ".gitignore", "Makefile", "Dockerfile", "LICENSE", "Gemfile", "Justfile", "justfile", "Rakefile",
    "Procfile", ".gitattributes", ".editorconfig", ".dockerignore", ".swift-format",
  ]

  private static let endings: Set<String> = [
    "bash", "bat", "c", "cc", "cfg", "conf", "cpp", "cs", "css", "csv", "dart", "ex", "exs", "fish", "gif",
    "go", "gradle", "graphql", "h", "hpp", "hs", "html", "ini", "ipynb", "java", "jinja", "jpg", "js", "json",
    "jsonl", "jsx", "kt", "less", "lock", "lua", "m", "md", "mdx", "mjs", "ml", "mm", "patch", "php", "pl",
    "plist", "png", "proto", "ps1", "py", "pyi", "r", "rb", "rs", "rst", "sass", "scala", "scss", "sh", "sql",
    "svelte", "svg", "swift", "tf", "toml", "ts", "tsx", "txt", "vue", "xml", "yaml", "yml", "zig", "zsh",
  ]
}
