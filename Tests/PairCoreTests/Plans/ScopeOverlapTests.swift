import PairCore
import TestSupport
import Testing

extension DeclaredScope {
  fileprivate func overlap(with other: DeclaredScope) -> [String] {
    var index = ScopeIndex()
    index.add(self, at: 0)
    return index.overlaps(with: other) { _ in true }[0] ?? []
  }
}

@Suite struct ScopeOverlapTests {
  @Test(
    arguments: [
      ("a.swift", "a.swift", true), ("a.swift", "b.swift", false), ("./a.swift", "a.swift", true),
      ("src", "src/a.swift", true), ("src/", "src/deep/a.swift", true), ("src", "source/a.swift", false),
      ("src/*.swift", "src/a.swift", true), ("src/*.swift", "src/deep/a.swift", false),
      ("src/**", "src/deep/a.swift", true), ("**/*.py", "src/a.py", true), ("**/*.py", "src/a.swift", false),
      ("**/*.py", "tests/", true), ("**/*.py", "Makefile", true), ("src/v1.2/", "src/v1.2/a.py", true),
      ("src/*_test.py", "src/api_*.py", true), ("src/*_test.py", "src/*_spec.py", false),
      ("src/a?.py", "src/ab.py", true), ("src/a?.py", "src/abc.py", false), ("src/?ä.py", "src/öä.py", true),
      ("a/**/z", "a/b/**/z", true), ("a/**/y.c", "a/b/z.c", false), ("a/**/b/c", "a/x/**", true),
      ("*", "anything/below", true), ("", "a", false), ("**", "a.py", true), ("*.a*b", "x*.ab", true),
      ("a*c", "b*c", false), (".github/", ".github/ci.yml", true), (".github", ".github/ci.yml", true),
    ])
  func `two tasks meet where one path can be meant by both`(_ one: String, _ other: String, _ meet: Bool) {
    let (one, other) = (DeclaredScope(declared: [one]), DeclaredScope(declared: [other]))
    #expect(one.overlap(with: other).isEmpty != meet)
    #expect(other.overlap(with: one).isEmpty != meet)
  }

  @Test func `a name with a dot is a folder where the base says so`() {
    let other = DeclaredScope(declared: ["v1.2/new.py"])
    #expect(DeclaredScope(declared: ["v1.2"]).overlap(with: other).isEmpty)
    #expect(
      DeclaredScope(declared: ["v1.2"], existing: ["v1.2/old.py"]).overlap(with: other) == ["v1.2/new.py"])
  }

  /// Against the matching of paths, which is another piece of code.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `no path matches two patterns that do not meet`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let names = ["a", "b", "*", "**", "?", "a*", "*b", "a?b"]
    let words = ["a", "b", "ab", "aab", "acb", "c"]
    func pick(_ from: [String], _ count: Int) -> String {
      (0..<count).map { _ in from.randomElement(using: &random) ?? "" }.joined(separator: "/")
    }
    for _ in 0..<200 {
      let one = Glob(pick(names, Int.random(in: 1...4, using: &random)))
      let other = Glob(pick(names, Int.random(in: 1...4, using: &random)))
      let meet = one.overlaps(other)
      for _ in 0..<20 {
        let path = pick(words, Int.random(in: 1...5, using: &random))
        if one.matches(path), other.matches(path) {
          #expect(meet, "\(path) matches \(one.pattern) and \(other.pattern)")
        }
      }
    }
  }

  @Test func `what two tasks share is told in the narrower words`() {
    let one = DeclaredScope(
      declared: ["src/", "models.py", "docs/*.md"], existing: ["src/a.py", "app/models.py"])
    let other = DeclaredScope(
      declared: ["src/new.py", "app/models.py", "docs/guide.md", "x.py"], existing: ["app/models.py"])
    #expect(one.overlap(with: other) == ["app/models.py", "docs/guide.md", "src/new.py"])
    #expect(other.overlap(with: one) == one.overlap(with: other))
    #expect(one.overlap(with: DeclaredScope(declared: [])).isEmpty)
  }

  @Test func `only tasks that nothing puts in order are compared`() throws {
    func node(_ id: String, _ needs: [String] = [], rank: Int = 4) throws -> TaskGraph.Node {
      TaskGraph.Node(id: try TaskID(id), dependsOn: try needs.map { try TaskID($0) }, rank: rank)
    }
    let graph = try TaskGraph([
      node("T1"), node("T2", ["T1"]), node("T3", ["T2"]), node("T4", rank: 0), node("T5"),
    ])
    let same = DeclaredScope(declared: ["a.py"])
    let scopes = Dictionary(
      uniqueKeysWithValues: graph.order.map { ($0, $0.text == "T5" ? DeclaredScope(declared: []) : same) })
    let overlaps = ScopeOverlap.all(among: scopes, in: graph)
    #expect(overlaps.map { "\($0.first) \($0.second)" } == ["T4 T1", "T4 T2", "T4 T3"])
    #expect(overlaps.allSatisfy { $0.paths == ["a.py"] })
  }

  /// What one task declares, and the files of the base that this stands for.
  private struct Declared {
    let paths: [String]
    let existing: [String]

    /// As a task of a plan where tasks share folders, files, globs and names without folders.
    init(random: inout SeededGenerator) {
      let parts = ["a", "b", "c", "v1.2", "*", "**", "?", "*.py", "a?", "x.py", "y.py"]
      let files = ["a/x.py", "a/b/y.py", "b/x.py", "c", "v1.2/x.py", "a/b/c/x.py"]
      paths = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        let path = (0..<Int.random(in: 0...4, using: &random)).compactMap { _ in
          parts.randomElement(using: &random)
        }.joined(separator: "/")
        let isLong = Int.random(in: 0..<50, using: &random) == 0
        return (isLong ? String(repeating: "x", count: 1_001) : path)
          + (Int.random(in: 0..<4, using: &random) == 0 ? "/" : "")
      }
      existing = files.filter { _ in Bool.random(using: &random) }
    }

    var scope: DeclaredScope { DeclaredScope(declared: paths, existing: existing) }

    /// By comparing each path with each.
    func overlap(with other: Declared) -> [String] {
      var shared: Set<Glob> = []
      for own in paths {
        for their in other.paths {
          let (one, two) = (Glob(own), Glob(their))
          guard one.overlaps(two, isFile: isFile(own), otherIsFile: other.isFile(their)) else { continue }
          if one.isLiteral != two.isLiteral {
            shared.insert(one.isLiteral ? one : two)
          } else {
            shared.insert(one.pattern.utf8.count < two.pattern.utf8.count ? two : one)
          }
        }
      }
      let files = Set(existing).intersection(other.existing).filter { path in
        !shared.contains { $0.matches(path) || path.hasSuffix("/" + $0.pattern) }
      }
      return (shared.map(\.pattern) + files).sorted()
    }

    private func isFile(_ path: String) -> Bool {
      let pattern = Glob(path).pattern
      return !path.hasSuffix("/") && pattern.split(separator: "/").last?.dropFirst().contains(".") == true
        && !existing.contains { $0.hasPrefix(pattern + "/") }
    }
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `the index finds what comparing each with each finds`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let declared = (0..<24).map { _ in Declared(random: &random) }
    let nodes = try declared.indices.map { place in
      TaskGraph.Node(
        id: try TaskID("T\(place)"),
        dependsOn: try (0..<place).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
          .map { try TaskID("T\($0)") },
        rank: Int.random(in: 0...3, using: &random))
    }
    let graph = try TaskGraph(nodes.shuffled(using: &random))
    let known = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), declared))
    var before: [TaskID: Set<TaskID>] = [:]
    var expected: [String] = []
    for (place, second) in graph.order.enumerated() {
      let own = Set(graph.dependencies(of: second))
      before[second] = own.reduce(into: own) { $0.formUnion(before[$1] ?? []) }
      for first in graph.order[..<place] where before[second]?.contains(first) != true {
        let paths = try #require(known[first]).overlap(with: #require(known[second]))
        if !paths.isEmpty { expected.append("\(first) \(second) \(paths)") }
      }
    }
    let found = ScopeOverlap.all(among: known.mapValues(\.scope), in: graph)
    #expect(found.map { "\($0.first) \($0.second) \($0.paths)" } == expected)
  }

  @Test func `files of their own are compared with nothing but what may hold them`() {
    var index = ScopeIndex()
    for task in 0..<300 {
      let paths = (0..<20).map { "src/part\(task % 10)/task\(task)/file\($0).swift" }
      let scope = DeclaredScope(declared: paths + (task == 0 ? ["docs/*.md", "src/part1/"] : []))
      #expect(index.overlaps(with: scope) { _ in true } == (task % 10 == 1 ? [0: paths.sorted()] : [:]))
      index.add(scope, at: task)
    }
    #expect(index.comparisons == 30 * 20)
  }

  @Test func `patterns for files of one name are compared with nothing but patterns for that name`() {
    var index = ScopeIndex()
    for task in 0..<300 {
      let scope = DeclaredScope(
        declared: (0..<20).map { "**/task\(task / 2)-\($0).py" } + ["src/x\(task).py"])
      #expect(index.overlaps(with: scope) { _ in true }.count == task % 2)
      index.add(scope, at: task)
    }
    #expect(index.comparisons == 150 * 20)
  }
}
