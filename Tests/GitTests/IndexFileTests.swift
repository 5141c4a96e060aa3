import Foundation
import Git
import TestSupport
import Testing

/// What we read of an index against what git says of the same.
@Suite struct IndexFileTests {
  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository()
    let long = String(repeating: "long/", count: 60) + "name"
    for path in ["a", "a-b", "dir/deep/one", "dir/deep/one.more", "dir/ö", "eight888", "z", long] {
      try repository.write(path, "\(path)\n", executable: path == "z")
    }
    try repository.git(["add", "--all"])
  }

  private func read() throws -> IndexFile {
    let path = repository.gitDirectory + "/index"
    return try IndexFile(Array(Data(contentsOf: URL(fileURLWithPath: path))), from: path)
  }

  private func listed(_ index: IndexFile) -> [String] {
    index.entries.map { "\(String($0.mode.rawValue, radix: 8)) \($0.id) \($0.stage)\t\(index.path(of: $0))" }
  }

  private func listedByGit() throws -> [String] {
    try repository.git(["ls-files", "--stage", "-z"]).split(separator: "\0").map(String.init)
  }

  @Test(arguments: [2, 3, 4]) func `every version tells what git tells`(version: Int) throws {
    try repository.git(["update-index", "--index-version", String(version)])
    if version == 3 { try repository.git(["update-index", "--skip-worktree", "dir/deep/one"]) }
    let index = try read()
    #expect(try listed(index) == listedByGit())
    #expect(index.entries.filter(\.isLeftOut).map(index.path) == (version == 3 ? ["dir/deep/one"] : []))
  }

  @Test func `what git shall pass over is told`() throws {
    try repository.git(["update-index", "--assume-unchanged", "a"])
    let index = try read()
    #expect(index.entries.filter(\.isAssumedUnchanged).map(index.path) == ["a"])
  }

  @Test func `the sides of a conflict are told`() throws {
    let blob = try repository.git(["rev-parse", ":a"])
    let lines = [1, 2, 3].map { "100644 \(blob) \($0)\tdir/x\n" }.joined()
    try repository.scratch.write("entries", lines)
    let shell = "git update-index --index-info < '\(repository.scratch.path)/entries'"
    let ended = try Invocation.run(
      "/bin/sh", ["-c", shell], in: repository.path, environment: repository.scratch.environment)
    #expect(ended.status == 0)
    #expect(try listed(read()) == listedByGit())
  }

  @Test func `what the system said of a file is told`() throws {
    let index = try read()
    let entry = try #require(index.position(of: "dir/ö").map { index.entries[$0] })
    var info = stat()
    #expect(lstat(repository.path + "/dir/ö", &info) == 0)
    #expect(entry.inode == UInt32(truncatingIfNeeded: info.st_ino) && entry.size == UInt32(info.st_size))
    #expect(entry.changedAtNanosecond == UInt32(info.st_ctim.tv_nsec))
  }

  @Test func `paths are found, and compared by their bytes`() throws {
    let index = try read()
    for entry in index.entries { #expect(index.position(of: index.path(of: entry)) != nil) }
    for path in ["", "dir", "dir/deep", "dir/deep/one.", "zz"] { #expect(index.position(of: path) == nil) }
    let deep = try #require(index.position(of: "dir/deep/one").map { index.entries[$0] })
    #expect(
      index.lies(deep, below: Array("dir/".utf8)) && !index.lies(deep, below: Array("dir/deep/one/".utf8)))
  }

  @Test func `a split index is not supported`() throws {
    try repository.git(["update-index", "--split-index"])
    #expect(kind { _ = try read() } == .unsupported)
  }

  @Test func `bytes that are no index are an error, wherever they are cut`() throws {
    let path = repository.gitDirectory + "/index"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(kind { _ = try IndexFile(Array("garbage\n".utf8), from: path) } == .other)
    for length in 0..<bytes.count where length % 7 == 0 {
      #expect(kind { _ = try IndexFile(Array(bytes[..<length]), from: path) } != nil, "cut at \(length)")
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      _ = try? IndexFile(damaged, from: path)  // It may still be one; what counts is that nothing crashes.
    }
  }

  private func kind(_ body: () throws -> Void) -> GitError.Kind? { GitTests.kind(of: body) }
}
