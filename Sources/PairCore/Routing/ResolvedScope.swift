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

/// The paths that the work is expected to change, each looked at once.
struct TouchedPaths {
  let all: [String]
  /// Those that are neither tests nor documents.
  let sources: [String]
  /// Whether the task declares them; else it only names them.
  let areDeclared: Bool

  init(_ scope: ResolvedScope) {
    all = scope.touched
    sources = all.filter { PathKind(of: $0) == .source }
    areDeclared = scope.declares
  }
}
