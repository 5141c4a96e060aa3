import Foundation
import Git
import PairCore
import TestSupport
import Testing

@Suite struct ChangesTests {
  let scratch: ScratchRepository

  init() throws { scratch = try ScratchRepository() }

  /// Thirty lines that no other file has, so that a rename is one.
  static func body(_ name: String) -> String { (1...30).map { "\(name) line \($0)\n" }.joined() }

  func changes(
    from old: ObjectID?, to new: ObjectID, below folder: String = "", lines: Bool = false
  ) throws -> [FileChange] {
    let repository = try scratch.open()
    return try repository.changes(
      from: try old.map { try repository.tree(of: $0) }, to: repository.tree(of: new), below: folder,
      lines: lines)
  }

  /// Writes one commit over another and returns both.
  func commits(_ before: () throws -> Void, _ after: () throws -> Void) throws -> (ObjectID, ObjectID) {
    try before()
    let old = try scratch.commitID("Before")
    try after()
    return (old, try scratch.commitID("After"))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: scratch.path + "/" + name) }

  @Test func `every kind of change is told`() throws {
    let (old, new) = try commits {
      for name in ["modified", "deleted", "moved/from", "mode", "type", "same"] {
        try scratch.write(name, Self.body(name))
      }
    } _: {
      try scratch.write("added", "new\n")
      try scratch.write("modified", Self.body("modified") + "more\n")
      try remove("deleted")
      try remove("moved/from")
      try scratch.write("moved/to", Self.body("moved/from"))
      try scratch.write("mode", Self.body("mode"), executable: true)
      try remove("type")
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/type", withDestinationPath: "same")
    }
    #expect(
      Set(try changes(from: old, to: new)) == [
        FileChange(path: "added", kind: .added), FileChange(path: "modified", kind: .modified),
        FileChange(path: "deleted", kind: .deleted),
        FileChange(path: "moved/to", kind: .renamed, oldPath: "moved/from"),
        FileChange(path: "mode", kind: .modified), FileChange(path: "type", kind: .typeChanged),
      ])
    #expect(try changes(from: new, to: new).isEmpty)
  }

  @Test func `against nothing everything is added`() throws {
    try scratch.write("a/b", "x\n")
    try scratch.write("c", "y\n")
    let commit = try scratch.commitID()
    #expect(try changes(from: nil, to: commit).map { "\($0.kind) \($0.path)" } == ["added a/b", "added c"])
  }

  @Test(arguments: ["false", "copies"])
  func `the user's settings have no say in what is a rename`(_ setting: String) throws {
    try scratch.git(["config", "diff.renames", setting])
    let (old, new) = try commits {
      for name in ["from", "stays"] { try scratch.write(name, Self.body(name)) }
    } _: {
      try remove("from")
      try scratch.write("to", Self.body("from"))
      try scratch.write("stays", Self.body("stays") + "more\n")
      try scratch.write("copy", Self.body("stays"))
    }
    #expect(
      try changes(from: old, to: new).map { "\($0.kind) \($0.oldPath ?? "") \($0.path)" }.sorted()
        == ["added  copy", "modified  stays", "renamed from to"])
  }

  @Test(arguments: [("src", ["src/a", "src/deep/b"]), ("src/deep", ["src/deep/b"]), ("*", []), ("none", [])])
  func `changes are told below one folder only`(_ folder: String, _ paths: [String]) throws {
    let (old, new) = try commits {
      try scratch.write("README", "x\n")
    } _: {
      for name in ["src/a", "src/deep/b", "src2/c", "d"] { try scratch.write(name, name) }
    }
    #expect(try changes(from: old, to: new, below: folder).map(\.path) == paths)
  }

  @Test func `added lines come with their numbers in the new file`() throws {
    let (old, new) = try commits {
      try scratch.write("a", "one\ntwo\nthree\n")
    } _: {
      try scratch.write("a", "zero\none\n2\nthree\nlast without an end")
      try scratch.write("new", "x\ny\n")
    }
    let found = try changes(from: old, to: new, lines: true)
    #expect(found.map(\.path) == ["a", "new"])
    #expect(
      found[0].addedLines == [
        AddedLine(number: 1, text: "zero"), AddedLine(number: 3, text: "2"),
        AddedLine(number: 5, text: "last without an end"),
      ])
    #expect(found[1].addedLines == [AddedLine(number: 1, text: "x"), AddedLine(number: 2, text: "y")])
    #expect(try changes(from: old, to: new).allSatisfy(\.addedLines.isEmpty))
  }

  @Test func `a renamed file's lines are only those that are new`() throws {
    let (old, new) = try commits {
      try scratch.write("from", Self.body("x"))
    } _: {
      try remove("from")
      try scratch.write("to", Self.body("x") + "new\n")
    }
    let found = try changes(from: old, to: new, lines: true)
    #expect(found.map(\.kind) == [.renamed])
    #expect(found.first?.addedLines == [AddedLine(number: 31, text: "new")])
  }

  @Test func `a binary file has no lines`() throws {
    let (old, new) = try commits {
      try scratch.write("a", "x\n")
    } _: {
      try scratch.write("b", "x\0y\nz\n")
    }
    let found = try changes(from: old, to: new, lines: true)
    #expect(found == [FileChange(path: "b", kind: .added)])
  }

  @Test func `calling a text binary does not hide its lines`() throws {
    let (old, new) = try commits {
      try scratch.write(".gitattributes", "*.dat binary\n*.min -diff\n")
    } _: {
      try scratch.write("a.dat", "text\n")
      try scratch.write("b.min", "text\n")
    }
    let found = try changes(from: old, to: new, lines: true)
    #expect(
      found.map(\.addedLines) == [[AddedLine(number: 1, text: "text")], [AddedLine(number: 1, text: "text")]])
  }
}
