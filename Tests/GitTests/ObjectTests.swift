import Foundation
import Git
import PairCore
import Synchronization
import TestSupport
import Testing

@Suite struct ObjectTests {
  let scratch: ScratchRepository

  init() throws { scratch = try ScratchRepository() }

  typealias Entry = Repository.TreeEntry

  func blob(_ text: String) throws -> ObjectID { try scratch.open().writeBlob(Array(text.utf8)) }
  /// `mode path` of every entry, as git lists them.
  func listed(_ tree: ObjectID) throws -> [String] {
    try scratch.git(["ls-tree", "-r", tree.hex]).split(separator: "\n").map {
      "\($0.prefix(6)) \($0.split(separator: "\t")[1])"
    }
  }

  @Test(arguments: [[], [0, 255, 10, 13, 0], Array("text\r\n".utf8), [UInt8](repeating: 7, count: 200_000)])
  func `a blob reads back byte for byte`(_ bytes: [UInt8]) throws {
    let repository = try scratch.open()
    let id = try repository.writeBlob(bytes)
    #expect(try repository.blob(id) == bytes)
    #expect(try repository.size(of: id) == bytes.count)
    #expect(ObjectID.ofBlob(bytes) == id)
    #expect(try scratch.git(["cat-file", "-t", id.hex]) == "blob")
  }

  @Test func `objects are written while their folders vanish`() throws {
    let repository = try scratch.open()
    let collector = FolderCollector(of: scratch)
    defer { collector.stop() }
    var tree: ObjectID?
    for number in 1...1_000 {
      let blob = try repository.writeBlob(Array("\(number)".utf8))
      tree = try repository.writeTree(on: tree, putting: [Entry(path: "file", id: blob, mode: .file)])
    }
  }

  @Test func `the id of a blob is git's`() {
    #expect(ObjectID.ofBlob(Array("hello\n".utf8)).hex == "ce013625030ba8dba906f756967f9e9ca394464a")
  }

  @Test func `an object that is not there is an error`() throws {
    let repository = try scratch.open()
    let none = ObjectID(String(repeating: "1", count: 40))!
    #expect(kind { _ = try repository.blob(none) } == .notFound)
    #expect(kind { _ = try repository.tree(of: none) } == .notFound)
    #expect(kind { _ = try repository.size(of: none) } == .notFound)
    #expect(kind { _ = try repository.commit(none) } == .notFound)
  }

  @Test func `a tree is written from nothing, every mode as stated`() throws {
    let repository = try scratch.open()
    let x = try blob("x")
    let tree = try repository.writeTree(
      on: nil,
      putting: [
        Entry(path: "z/deep/er/file", id: x, mode: .file), Entry(path: "run", id: x, mode: .executable),
        Entry(path: "link", id: x, mode: .link),
        Entry(path: "sub", id: try scratch.commitID(), mode: .submodule),
      ])
    #expect(try listed(tree) == ["120000 link", "100755 run", "160000 sub", "100644 z/deep/er/file"])
    #expect(
      try repository.files(in: tree).map { "\($0.path) \($0.mode)" }
        == ["link link", "run executable", "sub submodule", "z/deep/er/file file"])
    try scratch.git(["fsck", "--strict"])
  }

  @Test func `a tree is written on another, what is not named stays`() throws {
    let repository = try scratch.open()
    let (x, y) = (try blob("x"), try blob("y"))
    let base = try repository.writeTree(
      on: nil, putting: ["a", "d/b", "d/c", "e/only"].map { Entry(path: $0, id: x, mode: .file) })
    let tree = try repository.writeTree(
      on: base,
      putting: [Entry(path: "d/b", id: y, mode: .executable), Entry(path: "new/f", id: y, mode: .file)],
      removing: ["a", "e/only"])
    #expect(try listed(tree) == ["100755 d/b", "100644 d/c", "100644 new/f"])
    #expect(try repository.entry(at: "e", in: tree) == nil)
    #expect(try repository.entry(at: "d/b", in: tree) == Entry(path: "d/b", id: y, mode: .executable))
  }

  @Test func `nothing put on nothing is the empty tree`() throws {
    #expect(
      try scratch.open().writeTree(on: nil, putting: []).hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
  }

  @Test func `a file in the place of a folder is an error, not a loss`() throws {
    let repository = try scratch.open()
    let x = try blob("x")
    let base = try repository.writeTree(on: nil, putting: [Entry(path: "d/b", id: x, mode: .file)])
    #expect(throws: GitError.self) {
      try repository.writeTree(on: base, putting: [Entry(path: "d", id: x, mode: .file)])
    }
    #expect(throws: GitError.self) {
      try repository.writeTree(on: base, putting: [Entry(path: "d/b/c", id: x, mode: .file)])
    }
  }

  @Test(arguments: [".git/config", "a/.git", "../x", "a//b", ".", ""])
  func `a path that git refuses is not written`(_ path: String) throws {
    let repository = try scratch.open()
    let x = try blob("x")
    #expect(throws: GitError.self) {
      try repository.writeTree(on: nil, putting: [Entry(path: path, id: x, mode: .file)])
    }
  }

  @Test func `files are listed below one folder only`() throws {
    for name in ["src/a", "src/deep/b", "src2/c", "d"] { try scratch.write(name, name) }
    let commit = try scratch.commitID()
    let repository = try scratch.open()
    let tree = try repository.tree(of: commit)
    #expect(try repository.files(in: tree, below: "src").map(\.path) == ["src/a", "src/deep/b"])
    #expect(try repository.files(in: tree, below: "src/deep").map(\.path) == ["src/deep/b"])
    #expect(try repository.files(in: tree, below: "d").isEmpty)
    #expect(try repository.files(in: tree, below: "none").isEmpty)
    #expect(try repository.files(in: tree).map(\.path) == ["d", "src/a", "src/deep/b", "src2/c"])
    #expect(try repository.entry(at: "src", in: tree)?.mode == .folder)
    #expect(try repository.entry(at: "d/none", in: tree) == nil)
  }
}

/// Takes away the empty folders of a repository's objects all the time, as `git gc` does at some moment.
private final class FolderCollector: Sendable {
  private let isOver = Atomic(false)

  init(of scratch: ScratchRepository) {
    let objects = scratch.gitDirectory + "/objects"
    Thread { [self] in
      while !isOver.load(ordering: .relaxed) {
        for byte in 0...255 { rmdir("\(objects)/" + String(byte + 256, radix: 16).dropFirst()) }
      }
    }.start()
  }

  func stop() { isOver.store(true, ordering: .relaxed) }
}
