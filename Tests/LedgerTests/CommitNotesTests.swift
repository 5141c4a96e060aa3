import Git
import Ledger
import PairCore
import TestSupport
import Testing

@Suite struct CommitNotesTests {
  /// Our note on a commit, as git reads it.
  func shown(_ commit: ObjectID, in scratch: ScratchRepository) throws -> String {
    try scratch.git(["notes", "--ref=paircoder", "show", commit.hex])
  }

  @Test func `a note reads back in git`() throws {
    let scratch = try ScratchRepository()
    let commit = try scratch.commitID()
    let repository = try scratch.open()
    try CommitNotes().write("A note\nof two lines\n", on: commit, in: repository, by: ada)
    #expect(try shown(commit, in: scratch) == "A note\nof two lines")
    #expect(
      try scratch.git(["log", "-1", "--format=%N", "--notes=paircoder", commit.hex]).contains("two lines"))
  }

  @Test func `a later note takes the place of an earlier one, which stays in the history`() throws {
    let scratch = try ScratchRepository()
    let commit = try scratch.commitID()
    let repository = try scratch.open()
    try CommitNotes().write("old", on: commit, in: repository, by: ada)
    try CommitNotes().write("new", on: commit, in: repository, by: ada)
    #expect(try shown(commit, in: scratch) == "new")
    #expect(try scratch.git(["rev-list", "--count", Repository.notesRef]) == "2")
  }

  @Test func `many who write notes at once lose none`() throws {
    let scratch = try ScratchRepository()
    let commits = try (0..<80).map { try scratch.looseCommit("commit \($0)") }
    _ = try Race.run(8) { writer in
      let repository = try scratch.open()
      for number in 0..<10 {
        try CommitNotes().write(
          "\(writer) \(number)", on: commits[writer * 10 + number], in: repository, by: ada)
      }
    }
    for (index, commit) in commits.enumerated() {
      #expect(try shown(commit, in: scratch) == "\(index / 10) \(index % 10)")
    }
    #expect(try scratch.git(["notes", "--ref=paircoder", "list"]).split(separator: "\n").count == 80)
    #expect(try scratch.git(["rev-list", "--count", Repository.notesRef]) == "80")
  }

  @Test(arguments: [false, true])
  func `a notes tree that git has fanned out stays in order`(_ holdsAnotherFile: Bool) throws {
    let scratch = try ScratchRepository()
    let commits = try (0..<3).map { try scratch.looseCommit("commit \($0)") }
    let repository = try scratch.open()
    let old = try repository.writeBlob(Array("old".utf8))
    var entries = commits[..<2].map { commit in
      Repository.TreeEntry(
        path: "\(commit.hex.prefix(2))/\(commit.hex.dropFirst(2))", id: old, mode: .file)
    }
    if holdsAnotherFile { entries.append(.init(path: "!readme", id: old, mode: .file)) }
    let tree = try repository.writeTree(on: nil, putting: entries)
    let notes = try repository.writeCommit(
      tree: tree, parents: [], author: ada, committer: ada, message: "Notes")
    try repository.swapRef(Repository.notesRef, from: nil, to: notes, because: "test")

    try CommitNotes().write("new", on: commits[0], in: repository, by: ada)
    try CommitNotes().write("first", on: commits[2], in: repository, by: ada)
    #expect(try commits.map { try shown($0, in: scratch) } == ["new", "old", "first"])
    let files = try repository.files(in: repository.tree(of: scratch.id(Repository.notesRef)))
    #expect(files.count == 3 + (holdsAnotherFile ? 1 : 0))
  }
}
