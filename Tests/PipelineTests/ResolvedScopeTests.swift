import Foundation
import Git
import PairCore
import Pipeline
import TestSupport
import Testing

@Suite struct ResolvedScopeTests {
  let scratch: ScratchRepository
  let base: ObjectID

  init() throws {
    scratch = try ScratchRepository()
    for name in ["src/a.py", "src/deep/b.py", "src2/c.py", "README.md"] { try scratch.write(name, name) }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link", withDestinationPath: "README.md")
    base = try #require(ObjectID(try scratch.commit()))
    try scratch.write("uncommitted.py", "x")
  }

  @Test(
    arguments: [
      (["src/a.py"], [], ["src/a.py"], []), (["src"], [], ["src/a.py", "src/deep/b.py"], []),
      (["src/"], [], ["src/a.py", "src/deep/b.py"], []), (["./src/a.py"], [], ["src/a.py"], []),
      (["**/*.py"], [], ["src/a.py", "src/deep/b.py", "src2/c.py"], []), (["src/*.py"], [], ["src/a.py"], []),
      (["new.py"], [], [], ["new.py"]), (["*.none"], [], [], []),
      (["uncommitted.py"], [], [], ["uncommitted.py"]),
      ([], ["src/a.py", "none.py"], ["src/a.py"], []),
      (["src/a.py", "src"], ["src/a.py"], ["src/a.py", "src/deep/b.py"], []), (["link"], [], ["link"], []),
      (["", "src/a.py/below"], [], [], ["src/a.py/below"]),
    ] as [([String], [String], [String], [String])])
  func `the files of a task are those of its base commit`(
    _ declared: [String], _ mentioned: [String], _ existing: [String], _ missing: [String]
  ) throws {
    let scope = try ResolvedScope(
      of: makeTask("T-1", files: declared, mentions: mentioned), at: base,
      in: Repository(containing: scratch.path))
    #expect(scope.existing.map(\.path) == existing)
    #expect(scope.missing == missing)
  }

  @Test func `sizes are those of the files`() throws {
    let scope = try ResolvedScope(
      of: makeTask("T-1", files: ["src/a.py"]), at: base, in: Repository(containing: scratch.path))
    #expect(scope.existing == [.init(path: "src/a.py", sizeInBytes: 8)])
  }

  @Test func `without a commit everything declared is still to be made`() throws {
    let scope = try ResolvedScope(
      of: makeTask("T-1", files: ["a"], mentions: ["b"]), at: nil, in: Repository(containing: scratch.path))
    #expect(scope == ResolvedScope(existing: [], missing: ["a"]))
  }
}
