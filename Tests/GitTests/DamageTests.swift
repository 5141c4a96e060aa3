import Git
import PairCore
import TestSupport
import Testing

/// What is said of objects that cannot be read.
@Suite struct DamageTests {
  let scratch: ScratchRepository
  let commit: ObjectID
  let tree: ObjectID
  let blob: ObjectID

  init() throws {
    scratch = try ScratchRepository()
    try scratch.write("file", String(repeating: "a line that is no secret\n", count: 200))
    commit = try scratch.commitID("A commit with a message that is long enough to be cut off in its middle")
    tree = try scratch.id("HEAD^{tree}")
    blob = try scratch.id("HEAD:file")
  }

  /// A cut-off object kept libgit2 1.5.1 busy for ever.
  @Test(.timeLimit(.minutes(5)), arguments: ObjectDamage.allCases)
  func `a damaged object is an error by its kind, and proved to be lost`(_ damage: ObjectDamage) throws {
    for id in [commit, tree, blob] { try scratch.damage(id.hex, damage) }
    let repository = try scratch.open()
    let expected: GitError.Kind = damage == .removed ? .notFound : .damaged
    #expect(kind { _ = try repository.record(of: commit) } == expected)
    #expect(kind { _ = try repository.entries(of: tree) } == expected)
    #expect(kind { _ = try repository.blob(blob) } == expected)
    let record = try repository.unlessLost(commit, .commit) { () throws(GitError) in
      try repository.record(of: commit)
    }
    #expect(record == nil)
    let bytes = try repository.unlessLost(blob, .blob) { () throws(GitError) in try repository.blob(blob) }
    #expect(bytes == nil)
    #expect(try !repository.exists(commit))
  }

  @Test func `an object that cannot be looked at is no lost one`() throws {
    let repository = try scratch.open()
    let end = try scratch.obstruct(blob.hex)
    #expect(throws: GitError.self) {
      try repository.unlessLost(blob, .blob) { () throws(GitError) in try repository.blob(blob) }
    }
    try end()
    let bytes = try repository.unlessLost(blob, .blob) { () throws(GitError) in try repository.blob(blob) }
    #expect(bytes?.count == 200 * 25)
  }

  @Test(arguments: ["pack/pack-1.idx", "info/alternates", "pack"])
  func `nothing is proved while a place cannot be looked at`(_ place: String) throws {
    try scratch.damage(blob.hex, .removed)
    let path = "repo/.git/objects/\(place)"
    if place == "pack" {
      try scratch.git(["config", "gc.auto", "0"])
      try scratch.scratch.write("alternate/none", "")
      try scratch.scratch.write("repo/.git/objects/info/alternates", "/nowhere/objects\n")
    } else {
      try scratch.scratch.write(path + "/folder", "")
    }
    let repository = try scratch.open()
    #expect(throws: GitError.self) {
      try repository.unlessLost(blob, .blob) { () throws(GitError) in try repository.blob(blob) }
    }
  }

  @Test func `an object of another kind counts as lost`() throws {
    let repository = try scratch.open()
    let record = try repository.unlessLost(blob, .commit) { () throws(GitError) in
      try repository.record(of: blob)
    }
    #expect(record == nil)
  }

  /// `git gc --prune=now` that began before the ref moved deletes what the ref is to keep.
  @Test func `what a pruning took away before the ref moved is written again`() throws {
    let repository = try scratch.open(
      effects: EffectDoor { [scratch] effect in
        if effect.kind == .refUpdate { try scratch.git(["prune", "--expire=now"]) }
      })
    let entry = Repository.TreeEntry(
      path: "deep/er/file", id: try repository.writeBlob(Array("new".utf8)), mode: .file)
    let tree = try repository.writeTree(on: nil, putting: [entry])
    let made = try repository.writeCommit(
      tree: tree, parents: [], author: ada, committer: ada, message: "x\n")
    try repository.swapRef("refs/paircoder/x", from: nil, to: made, because: "test")
    #expect(try scratch.git(["show", "refs/paircoder/x:deep/er/file"]) == "new")
    try scratch.packAll(of: "refs/paircoder/x")
  }

  @Test func `what a pruning took away after the ref had moved is written again when it is looked for`()
    throws
  {
    let repository = try scratch.open()
    let blob = try repository.writeBlob(Array("new".utf8))
    try scratch.git(["prune", "--expire=now"])
    let bytes = try repository.unlessLost(blob, .blob) { () throws(GitError) in try repository.blob(blob) }
    #expect(bytes == Array("new".utf8))
  }
}
