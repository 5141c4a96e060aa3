/// The files that a task speaks of, looked up in the tree of its base commit.
public struct ResolvedScope: Hashable, Sendable, Codable {
  public struct File: Hashable, Sendable, Codable {
    public let path: String
    public let sizeInBytes: Int

    public init(path: String, sizeInBytes: Int) {
      self.path = path
      self.sizeInBytes = sizeInBytes
    }
  }

  /// Declared files that stand in the tree.
  public let existing: [File]
  /// Declared paths that do not, most often because the task is to create them.
  public let missing: [String]
  /// Files of the tree that the task names without declaring them.
  public let mentioned: [File]
  /// The tests in the tree that go by the names of touched files.
  public let tests: [String]
  /// Touched source files of the tree that no test goes by the name of.
  public let untested: [String]

  public init(
    existing: [File] = [], missing: [String] = [], mentioned: [File] = [], tests: [String] = [],
    untested: [String] = []
  ) {
    self.existing = existing
    self.missing = missing
    self.mentioned = mentioned
    self.tests = tests
    self.untested = untested
  }

  public static let empty = ResolvedScope()

  /// The paths that the work is expected to change: the declared ones; where none is declared, those
  /// that the task names.
  public var touched: [String] { declares ? existing.map(\.path) + missing : mentioned.map(\.path) }

  public var declares: Bool { !existing.isEmpty || !missing.isEmpty }
}

/// What a path is by its name, as far as scope and risk are concerned.
public enum PathKind: Hashable, Sendable {
  case source, test, document

  public init(of path: String) {
    let parts = path.lowercased().split(separator: "/")
    if parts.contains(where: PathKind.namesTests) {
      self = .test
    } else if let name = parts.last, PathKind.documentEndings.contains(where: name.hasSuffix),
      parts.first?.hasPrefix(".") == false, !PathKind.instructions.contains(name)
    {
      // What stands in a dot-directory steers an agent or a tool, whatever it is written in.
      self = .document
    } else {
      self = .source
    }
  }

  private static let documentEndings = [".md", ".rst", ".adoc", ".txt", ".mdx"]

  /// Read by agents, not by people.
  private static let instructions: Set<Substring> = ["agents.md", "claude.md", "gemini.md", "skill.md"]

  private static func namesTests(_ part: Substring) -> Bool {
    switch part {
    case "tests", "test", "__tests__", "spec", "conftest.py": true
    default:
      part.hasPrefix("test_") || part.holds("_test.") || part.holds("tests.") || part.holds(".test.")
        || part.holds(".spec.") || part.holds("_spec.")
    }
  }

  /// The name that a test and the source file it covers share: `router` for `router.py`,
  /// `test_router.py`, `router.spec.ts` and `RouterTests.swift`.
  public static func stem(of path: String) -> String {
    let name = (path.split(separator: "/").last ?? "").lowercased()
    var stem = name[...]
    if let dot = stem.lastIndex(of: "."), dot != stem.startIndex { stem = stem[..<dot] }
    for prefix in ["test_", "test-"] where stem.hasPrefix(prefix) { stem = stem.dropFirst(prefix.count) }
    for suffix in [".test", ".spec", "_tests", "_test", "_spec", "-test", "tests", "test"]
    where stem.hasSuffix(suffix) && stem.count > suffix.count {
      stem = stem.dropLast(suffix.count)
      break
    }
    return String(stem)
  }
}
