/// The files that a task speaks of, looked up in the tree of its base commit.
package struct ResolvedScope: Hashable, Sendable, Codable {
  package struct File: Hashable, Sendable, Codable {
    package let path: String
    package let sizeInBytes: Int

    package init(path: String, sizeInBytes: Int) {
      self.path = path
      self.sizeInBytes = sizeInBytes
    }
  }

  /// Declared files that stand in the tree.
  package let existing: [File]
  /// Declared paths that do not, most often because the task is to create them.
  package let missing: [String]
  /// Files of the tree that the task names without declaring them.
  package let mentioned: [File]
  /// The tests in the tree that go by the names of touched files.
  package let tests: [String]
  /// Touched source files of the tree that no test goes by the name of.
  package let untested: [String]

  package init(
    existing: [File] = [], missing: [String] = [], mentioned: [File] = [], tests: [String] = [],
    untested: [String] = []
  ) {
    self.existing = existing
    self.missing = missing
    self.mentioned = mentioned
    self.tests = tests
    self.untested = untested
  }

  package static let empty = ResolvedScope()

  /// The paths that the work is expected to change: the declared ones, else those that the task names.
  package var touched: [String] { declares ? existing.map(\.path) + missing : mentioned.map(\.path) }

  package var declares: Bool { !existing.isEmpty || !missing.isEmpty }
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
