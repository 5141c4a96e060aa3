import Foundation
import Git
import PairCore
import Pipeline
import TestSupport
import Testing

@Suite struct ScopeResolverTests {
  let scratch: ScratchRepository
  let base: ObjectID

  init() throws {
    scratch = try ScratchRepository()
    for name in [
      "src/a.py", "src/deep/b.py", "src2/c.py", "README.md", "src/deep/core/presets.py", "src2/twin.py",
      "src/twin.py", "tests/test_a.py", "web/Button.spec.ts", "web/button.ts", "Tests/RouterTests.swift",
      "src/router.swift",
    ] {
      try scratch.write(name, name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link", withDestinationPath: "README.md")
    base = try #require(ObjectID(try scratch.commit()))
    try scratch.write("uncommitted.py", "x")
  }

  private func scope(_ declared: [String], _ mentioned: [String] = []) throws -> ResolvedScope {
    var resolver = ScopeResolver(base: base)
    return try resolver.scope(
      of: makeTask("T-1", files: declared, mentions: mentioned), in: Repository(containing: scratch.path))
  }

  @Test(
    arguments: [
      (["src/a.py"], ["src/a.py"], []), (["src/deep"], ["src/deep/b.py", "src/deep/core/presets.py"], []),
      (["src2/"], ["src2/c.py", "src2/twin.py"], []), (["./src/a.py"], ["src/a.py"], []),
      (["src2/**"], ["src2/c.py", "src2/twin.py"], []), (["src/*.swift"], ["src/router.swift"], []),
      (["new.py"], [], ["new.py"]), (["*.none"], [], []), (["uncommitted.py"], [], ["uncommitted.py"]),
      (["src/a.py", "src2"], ["src/a.py", "src2/c.py", "src2/twin.py"], []), (["link"], ["link"], []),
      (["", "src/a.py/below"], [], ["src/a.py/below"]), (["src/new/"], [], ["src/new/"]),
      // People leave out the folders that everybody knows.
      (["presets.py"], ["src/deep/core/presets.py"], []),
      (["core/presets.py"], ["src/deep/core/presets.py"], []),
      (["core/"], ["src/deep/core/presets.py"], []), (["deep/core"], ["src/deep/core/presets.py"], []),
      (["twin.py"], [], ["twin.py"]), (["ore/presets.py"], [], ["ore/presets.py"]),
    ] as [([String], [String], [String])])
  func `declared paths are those of the base commit, or still to be made`(
    _ declared: [String], _ existing: [String], _ missing: [String]
  ) throws {
    let scope = try scope(declared)
    #expect(scope.existing.map(\.path) == existing)
    #expect(scope.missing == missing)
    #expect(scope.mentioned == [])
  }

  @Test(
    arguments: [
      (["src/a.py", "none.py"], ["src/a.py"]), (["src"], []), (["core/"], []),
      (["presets.py"], ["src/deep/core/presets.py"]),
      (["twin.py"], []), (["src/*.py"], []), (["README.md"], ["README.md"]),
    ])
  func `of what the text names in passing, files that are there count`(
    _ mentioned: [String], _ found: [String]
  ) throws {
    let scope = try scope([], mentioned)
    #expect(scope.mentioned.map(\.path) == found)
    #expect(scope.existing == [] && scope.missing == [])
    #expect(scope.touched == found)
  }

  @Test func `a declared file is not counted again where it is named`() throws {
    let scope = try scope(["src/a.py"], ["src/a.py", "src2/c.py"])
    #expect(scope.touched == ["src/a.py"])
    #expect(scope.mentioned.map(\.path) == ["src2/c.py"])
  }

  @Test(
    arguments: [
      (["src/a.py"], ["tests/test_a.py"], []), (["web/button.ts"], ["web/Button.spec.ts"], []),
      (["src/router.swift"], ["Tests/RouterTests.swift"], []), (["src2/c.py"], [], ["src2/c.py"]),
      (["src/a.py", "src2/c.py"], ["tests/test_a.py"], ["src2/c.py"]), (["README.md"], [], []),
      (["tests/test_a.py"], [], []), (["new.py"], [], []),
    ])
  func `tests are found by the names of what they cover`(
    _ declared: [String], _ tests: [String], _ untested: [String]
  ) throws {
    let scope = try scope(declared)
    #expect(scope.tests == tests)
    #expect(scope.untested == untested)
  }

  @Test func `sizes are those of the files, for one task after the other`() throws {
    var resolver = ScopeResolver(base: base)
    let repository = try Repository(containing: scratch.path)
    for _ in 0..<2 {
      let scope = try resolver.scope(of: makeTask("T-1", files: ["src/a.py"]), in: repository)
      #expect(scope.existing == [.init(path: "src/a.py", sizeInBytes: 8)])
    }
  }

  @Test func `without a commit everything declared is still to be made`() throws {
    var resolver = ScopeResolver(base: nil)
    let scope = try resolver.scope(
      of: makeTask("T-1", files: ["a"], mentions: ["b"]), in: Repository(containing: scratch.path))
    #expect(scope == ResolvedScope(missing: ["a"]))
  }
}
