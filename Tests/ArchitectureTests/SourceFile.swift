import Foundation

/// One Swift file: what it imports, which types it declares, and which names it mentions.
struct SourceFile: Sendable {
  struct Import: Hashable, Sendable {
    let module: String
    let line: Int
  }

  struct Declaration: Hashable, Sendable {
    let name: String
    /// Whether it stands outside of all braces.
    let isTopLevel: Bool
  }

  /// Relative to `Sources`.
  let path: String
  private(set) var imports: [Import] = []
  private(set) var declarations: [Declaration] = []
  /// Every name that begins with a capital letter, with the line where it stands first.
  private(set) var mentions: [String: Int] = [:]

  var module: String { String(path.prefix { $0 != "/" }) }
  var name: String { String(path.split(separator: "/").last ?? "") }

  private static let importable: Set = [
    "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
  ]
  private static let declaring: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]

  init(path: String, text: String) {
    self.path = path
    let words = SwiftWords(text).words
    var depth = 0
    for (index, word) in words.enumerated() {
      let isMember = index > 0 && words[index - 1].text == "."
      let next = index + 1 < words.count ? words[index + 1].text : ""
      switch word.text {
      case "{": depth += 1
      case "}": depth -= 1
      case "import" where !isMember:
        let isOneDeclaration = SourceFile.importable.contains(next)
        let module = isOneDeclaration ? index + 2 : index + 1
        if module < words.count { imports.append(Import(module: words[module].text, line: word.line)) }
      case let text where SourceFile.declaring.contains(text) && !isMember:
        if SourceFile.isTypeName(next) {
          declarations.append(Declaration(name: next, isTopLevel: depth == 0))
        }
      case let text where SourceFile.isTypeName(text):
        if mentions[text] == nil { mentions[text] = word.line }
      default: break
      }
    }
  }

  private static func isTypeName(_ text: String) -> Bool { text.first?.isUppercase == true }
}

/// All Swift files below `Sources`, and the page that draws how they may depend on each other.
struct SourceTree: Sendable {
  let files: [SourceFile]
  let page: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
    let sources = root.appendingPathComponent("Sources").resolvingSymlinksInPath()
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    files = try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      return SourceFile(path: path, text: text)
    }
    page = try String(contentsOf: root.appendingPathComponent("docs/architecture.md"), encoding: .utf8)
  }
}
