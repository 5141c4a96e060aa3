/// What a path is by its name, as far as scope and risk are concerned.
package enum PathKind: Hashable, Sendable {
  case source, test, document

  package init(of path: String) {
    let parts = path.pathParts
    let name = parts.last ?? ""
    if parts.contains(where: PathKind.isTestFolder) || PathKind.withoutTestWords(name) != nil
      || name == "conftest.py"
    {
      self = .test
    } else if PathKind.documentEndings.contains(where: name.lowercased().hasSuffix), !path.hasPrefix("."),
      !PathKind.instructions.contains(name.lowercased())
    {
      // What stands in a dot-directory steers an agent or a tool, whatever it is written in.
      self = .document
    } else {
      self = .source
    }
  }

  private static func isTestFolder(_ part: Substring) -> Bool {
    switch part.utf8.count {
    case 4, 5, 9: ["tests", "test", "__tests__", "spec"].contains(part.lowercased())
    default: false
    }
  }

  private static let documentEndings = [".md", ".rst", ".adoc", ".txt", ".mdx"]
  /// Read by agents, not by people.
  private static let instructions: Set<String> = ["agents.md", "claude.md", "gemini.md", "skill.md"]

  /// Whether a word of a title names a source file: `orchestrator.py`.
  static func looksLikeSource(_ word: String) -> Bool {
    guard let dot = word.lastIndex(of: "."), dot != word.startIndex else { return false }
    return (1...5).contains(word[dot...].count - 1) && word[dot...].dropFirst().allSatisfy(\.isAnyLetter)
  }

  /// The name that a test and the source file it covers share: `router` for `router.py`,
  /// `test_router.py`, `router.spec.ts` and `RouterTests.swift`.
  package static func stem(of path: String) -> String {
    let name = path.pathParts.last ?? ""
    return withoutTestWords(name) ?? stem(ofName: name).lowercased()
  }

  private static func stem(ofName name: Substring) -> Substring {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return name }
    return name[..<dot]
  }

  /// The stem of a test's name, in lower case; nil for a name that is no test's. The word must stand
  /// apart: `latest.py` and `contests.py` are none.
  private static func withoutTestWords(_ name: Substring) -> String? {
    // Nearly all names go this way, and there are many.
    guard name.holds("est") || name.holds("EST") || name.holds("pec") || name.holds("PEC") else { return nil }
    let stem = stem(ofName: name)
    let folded = stem.lowercased()
    for prefix in ["test_", "test-"] where folded.hasPrefix(prefix) && stem.count > prefix.count {
      return String(folded.dropFirst(prefix.count))
    }
    for suffix in [".test", ".spec", "_tests", "_test", "_spec", "-test", "-spec"]
    where folded.hasSuffix(suffix) && stem.count > suffix.count {
      return String(folded.dropLast(suffix.count))
    }
    for suffix in ["Tests", "Test", "Spec"] where stem.hasSuffix(suffix) && stem.count > suffix.count {
      return String(folded.dropLast(suffix.count))
    }
    return nil
  }
}
