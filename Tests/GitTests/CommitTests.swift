@testable import Git
import PairCore
import TestSupport
import Testing

@Suite struct CommitTests {
  @Test func `a commit reads back as it was written, and moves no ref`() throws {
    let scratch = try ScratchRepository()
    let parent = try scratch.commitID()
    let repository = try scratch.open()
    let tree = try repository.tree(of: parent)
    let author = Signature(
      name: "Größe 日本", email: "a@example.com", time: Timestamp(secondsSince1970: 1_000_000_000))
    let committer = Signature(
      name: "C", email: "c@example.com", time: Timestamp(secondsSince1970: 1_000_000_001))
    let id = try repository.writeCommit(
      tree: tree, parents: [parent, parent], author: author, committer: committer,
      message: "Subject\n\nBody — with text.\n")
    #expect(
      try repository.commit(id)
        == Commit(
          id: id, tree: tree, parents: [parent, parent], author: author, committer: committer,
          message: "Subject\n\nBody — with text.\n"))
    #expect(try repository.commit(id).subject == "Subject")
    #expect(
      try scratch.git(["log", "-1", "--format=%an %ae %at %cn %ct %s", id.hex])
        == "Größe 日本 a@example.com 1000000000 C 1000000001 Subject")
    #expect(try scratch.id("HEAD") == parent)
  }

  @Test func `the same commit written twice is one`() throws {
    let scratch = try ScratchRepository()
    let repository = try scratch.open()
    let tree = try repository.writeTree(on: nil, putting: [])
    let ids = try (0..<2).map { _ in
      try repository.writeCommit(tree: tree, parents: [], author: ada, committer: ada, message: "x")
    }
    #expect(ids[0] == ids[1])
    #expect(try repository.commit(ids[0]).parents.isEmpty)
  }

  @Test func `a parent that is not there is an error`() throws {
    let scratch = try ScratchRepository()
    let repository = try scratch.open()
    let tree = try repository.writeTree(on: nil, putting: [])
    let none = ObjectID(String(repeating: "1", count: 40))!
    #expect(
      kind {
        _ = try repository.writeCommit(tree: tree, parents: [none], author: ada, committer: ada, message: "x")
      } == .notFound)
  }

  @Test(arguments: [("", "a@example.com"), ("Ada", ""), ("  ", "a@example.com")])
  func `a signature needs a name and an address`(_ name: String, _ email: String) throws {
    let scratch = try ScratchRepository()
    let repository = try scratch.open()
    let tree = try repository.writeTree(on: nil, putting: [])
    let nobody = Signature(name: name, email: email, time: ada.time)
    #expect(throws: GitError.self) {
      try repository.writeCommit(tree: tree, parents: [], author: nobody, committer: ada, message: "x")
    }
  }

  @Test func `a commit is reachable from itself and from those after it`() throws {
    let scratch = try ScratchRepository()
    let first = try scratch.commitID("1")
    try scratch.git(["switch", "--quiet", "-c", "side"])
    let side = try scratch.commitID("side")
    try scratch.git(["switch", "--quiet", "main"])
    let second = try scratch.commitID("2")
    try scratch.git(["merge", "--quiet", "-m", "Merge", "side"])
    let merge = try scratch.id("HEAD")
    let repository = try scratch.open()
    for (ancestor, commit, expected) in [
      (first, first, true), (first, merge, true), (side, merge, true), (side, second, false),
      (merge, first, false),
      (ObjectID(String(repeating: "1", count: 40))!, merge, false),
    ] {
      #expect(try repository.isReachable(ancestor, from: commit) == expected)
    }
  }
}
