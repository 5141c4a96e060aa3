/// The files that a task says it will change.
package struct DeclaredScope: Hashable, Sendable {
  private let paths: [Path]
  /// What the declared paths stand for in the base commit: people leave out folders that everybody knows.
  private let files: Set<String>

  private struct Path: Hashable {
    let glob: Glob
    /// Whether it names a file, and no folder.
    let isFile: Bool

    init(_ text: String, _ existing: [String]) {
      let glob = Glob(text)
      self.glob = glob
      let name = glob.pattern.split(separator: "/").last ?? ""
      isFile =
        !text.trimmed.hasSuffix("/") && name.dropFirst().contains(".")
        && !existing.contains { $0.hasPrefix(glob.pattern + "/") }
    }
  }

  /// Beyond so many declared paths a scope is cut: every one is compared with those of every other task.
  private static let limit = 500

  /// - Parameters:
  ///   - declared: paths, folders and globs as the task declares them.
  ///   - existing: the files of the base commit that they name.
  package init(declared: [String], existing: [String] = []) {
    paths = declared.prefix(DeclaredScope.limit).map { Path($0, existing) }
    files = Set(existing)
  }

  /// What both will change, in the narrower of their words, sorted; empty where they cannot meet.
  package func overlap(with other: DeclaredScope) -> [String] {
    var shared: Set<Glob> = []
    for own in paths {
      for their in other.paths
      where own.glob.overlaps(their.glob, isFile: own.isFile, otherIsFile: their.isFile) {
        shared.insert(narrower(own.glob, their.glob))
      }
    }
    let files = files.intersection(other.files).filter { path in
      !shared.contains { $0.matches(path) || path.hasSuffix("/" + $0.pattern) }
    }
    return (shared.map(\.pattern) + files).sorted()
  }

  private func narrower(_ a: Glob, _ b: Glob) -> Glob {
    if a.isLiteral != b.isLiteral { return a.isLiteral ? a : b }
    return a.pattern.utf8.count < b.pattern.utf8.count ? b : a
  }
}

/// Two tasks that declare the same files, and of which neither waits for the other.
package struct ScopeOverlap: Hashable, Sendable {
  /// The one that comes first in the order of their graph.
  package let first: TaskID
  package let second: TaskID
  /// Paths and globs.
  package let paths: [String]

  /// All of them among the tasks of `graph`, in its order.
  package static func all(among scopes: [TaskID: DeclaredScope], in graph: TaskGraph) -> [ScopeOverlap] {
    let ancestors = graph.ancestors
    var found: [ScopeOverlap] = []
    for (place, second) in graph.order.enumerated() {
      guard let scope = scopes[second] else { continue }
      for first in graph.order[..<place] where ancestors[second]?.contains(first) != true {
        guard let paths = scopes[first]?.overlap(with: scope), !paths.isEmpty else { continue }
        found.append(ScopeOverlap(first: first, second: second, paths: paths))
      }
    }
    return found
  }
}
