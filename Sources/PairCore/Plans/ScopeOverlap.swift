/// The files that a task says it will change.
package struct DeclaredScope: Hashable, Sendable {
  let paths: [Path]
  /// What the declared paths stand for in the base commit: people leave out folders that everybody knows.
  let files: Set<String>

  struct Path: Hashable {
    let glob: Glob
    /// Whether it names a file, and no folder.
    let isFile: Bool

    func overlaps(_ other: Path) -> Bool {
      glob.overlaps(other.glob, isFile: isFile, otherIsFile: other.isFile)
    }

    /// The narrower of two that overlap.
    func narrower(_ other: Path) -> Glob {
      if glob.isLiteral != other.glob.isLiteral { return glob.isLiteral ? glob : other.glob }
      return glob.pattern.utf8.count < other.glob.pattern.utf8.count ? other.glob : glob
    }
  }

  /// Beyond so many declared paths a scope is cut.
  private static let limit = 500

  /// - Parameter existing: the files of the base commit that the declared paths, folders and globs name.
  package init(declared: [String], existing: [String] = []) {
    var folders: Set<Substring> = []
    for path in existing {
      var rest = path[...]
      while let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
        rest = rest[..<slash]
        if !folders.insert(rest).inserted { break }
      }
    }
    paths = declared.prefix(DeclaredScope.limit).map { text in
      let glob = Glob(text)
      let name = glob.pattern.split(separator: "/").last ?? ""
      let isNamedAsFile = !text.trimmed.hasSuffix("/") && name.dropFirst().contains(".")
      return Path(glob: glob, isFile: isNamedAsFile && !folders.contains(glob.pattern[...]))
    }
    files = Set(existing)
  }
}

/// Two tasks that declare the same files, and of which neither waits for the other.
package struct ScopeOverlap: Hashable, Sendable, Encodable {
  /// The one that comes first in the order of their graph.
  package let first: TaskID
  package let second: TaskID
  /// What both will change, in the narrower of their words, and files, sorted.
  package let paths: [String]

  /// All of them among the tasks of `graph`, in its order.
  package static func all(among scopes: [TaskID: DeclaredScope], in graph: TaskGraph) -> [ScopeOverlap] {
    let ancestors = graph.ancestors
    var known = ScopeIndex()
    return graph.order.enumerated().flatMap { place, second -> [ScopeOverlap] in
      guard let scope = scopes[second] else { return [] }
      let shared = known.overlaps(with: scope) { !ancestors[place].contains($0) }
      known.add(scope, at: place)
      return shared.sorted { $0.key < $1.key }.map {
        ScopeOverlap(first: graph.order[$0.key], second: second, paths: $0.value)
      }
    }
  }
}
