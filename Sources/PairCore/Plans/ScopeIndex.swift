/// Declared scopes by the folders and files that they name: a scope is compared with those that it may meet.
package struct ScopeIndex {
  private typealias Entry = (place: Int, path: DeclaredScope.Path)

  /// A folder, or a file, as far as patterns name it before their first wildcard.
  private struct Node {
    var children: [[UInt8]: Int] = [:]
    /// Patterns with a wildcard behind this name, and folders of this name: what they meet may lie below. By the
    /// name of all files that they match; nil where they match others, too.
    var open: [[UInt8]?: [Entry]] = [:]
    /// Files of this name.
    var files: [Entry] = []
  }

  /// The first is the top of the repository.
  private var nodes = [Node()]
  /// The scopes that name each file of the base commit.
  private var places: [String: [Int]] = [:]
  /// How often two patterns were compared.
  package private(set) var comparisons = 0

  package init() {}

  package mutating func add(_ scope: DeclaredScope, at place: Int) {
    for path in scope.paths where !path.glob.parts.isEmpty {
      var node = 0
      for name in path.glob.leadingNames {
        if let child = nodes[node].children[name] {
          node = child
        } else {
          nodes[node].children[name] = nodes.count
          node = nodes.count
          nodes.append(Node())
        }
      }
      if path.endsAtItsName {
        nodes[node].files.append((place, path))
      } else {
        nodes[node].open[path.fileName, default: []].append((place, path))
      }
    }
    for file in scope.files { places[file, default: []].append(place) }
  }

  /// What `scope` shares with each of those that were added and count, by their places: in the narrower of their
  /// words, and the files of the base commit that these leave out, sorted.
  package mutating func overlaps(with scope: DeclaredScope, where counts: (Int) -> Bool) -> [Int: [String]] {
    var shared: [Int: Set<Glob>] = [:]
    for path in scope.paths where !path.glob.parts.isEmpty {
      for other in candidates(for: path) where counts(other.place) {
        comparisons += 1
        if path.overlaps(other.path) { shared[other.place, default: []].insert(other.path.narrower(path)) }
      }
    }
    var found = shared.mapValues { $0.map(\.pattern) }
    for file in scope.files {
      for place in places[file] ?? [] where counts(place) {
        let isTold = shared[place]?.contains { $0.matches(file) || file.hasSuffix("/" + $0.pattern) } == true
        if !isTold { found[place, default: []].append(file) }
      }
    }
    return found.mapValues { $0.sorted() }
  }

  /// The patterns that may meet `path`: of two that do, one begins with the names that the other begins with, and
  /// both match files of one name where each matches those of one name alone.
  private func candidates(for path: DeclaredScope.Path) -> [Entry] {
    let name = path.fileName
    func open(_ node: Int) -> [Entry] {
      guard let name else { return nodes[node].open.values.flatMap(\.self) }
      return (nodes[node].open[nil] ?? []) + (nodes[node].open[name] ?? [])
    }
    var found: [Entry] = []
    var node = 0
    for name in path.glob.leadingNames {
      found += open(node)
      guard let child = nodes[node].children[name] else { return found }
      node = child
    }
    var below = [node]
    while let next = below.popLast() {
      found += open(next)
      if name == nil || name == nodes[next].files.first?.path.fileName { found += nodes[next].files }
      if !path.endsAtItsName { below += nodes[next].children.values }
    }
    return found
  }
}

extension DeclaredScope.Path {
  /// Whether it names one file: nothing that it meets lies below.
  fileprivate var endsAtItsName: Bool { isFile && glob.isLiteral && !glob.isTooLong }

  /// The name of every file that it matches; nil where it matches files of several names.
  fileprivate var fileName: [UInt8]? {
    isFile && !glob.isTooLong ? glob.parts.last.flatMap { Glob.hasWildcard($0) ? nil : $0 } : nil
  }
}

extension Glob {
  /// The names that every path begins with that it meets.
  fileprivate var leadingNames: ArraySlice<[UInt8]> {
    isTooLong ? [] : parts.prefix { !Glob.hasWildcard($0) }
  }
}
