import PairCore
import TestSupport
import Testing

@testable import Git

@Suite struct MergeTests {
  typealias File = (path: String, text: String)

  /// What two branches off one base come to, each a change of the base's files; an empty text deletes.
  private func verdict(
    _ base: [File], _ one: [File], _ other: [File]
  ) throws -> (provably: Bool, isClean: Bool) {
    let scratch = try ScratchRepository()
    try apply(base, to: scratch)
    let start = try #require(ObjectID(scratch.commit("base")))
    var tips: [ObjectID] = []
    for (name, files) in [("one", one), ("other", other)] {
      try scratch.git(["switch", "--quiet", "--create", name, start.hex])
      try apply(files, to: scratch)
      tips.append(try #require(ObjectID(scratch.commit(name))))
    }
    let repository = try Repository(containing: scratch.path)
    let changes = try tips.map { try repository.pathChanges(from: start, to: $0) }
    #expect(changes[0].provablyMerges(with: changes[1]) == changes[1].provablyMerges(with: changes[0]))
    return (
      changes[0].provablyMerges(with: changes[1]),
      try scratch.runGit(["merge-tree", "--write-tree", "one", "other"]).status == 0
    )
  }

  private func apply(_ files: [File], to scratch: ScratchRepository) throws {
    for (path, text) in files where text.isEmpty { try scratch.git(["rm", "--quiet", path]) }
    for (path, text) in files where !text.isEmpty { try scratch.write(path, text) }
  }

  private static let long = (1...20).map { "line \($0)\n" }.joined()
  private static let base = ["a.txt": "a\n", "src/b.txt": long, "src/c.txt": "c\n", "d/e/f.txt": "f\n"]

  @Test(arguments: [
    // Paths of their own.
    (["a.txt": "A\n"], ["src/c.txt": "C\n"], true),
    (["new.txt": "n\n"], ["other.txt": "o\n"], true),
    (["a.txt": ""], ["src/c.txt": "C\n", "new.txt": "n\n"], true),
    // The same change on both sides.
    (["a.txt": "A\n"], ["a.txt": "A\n"], true),
    (["a.txt": ""], ["a.txt": ""], true),
    (["new.txt": "n\n"], ["new.txt": "n\n"], true),
    // A file that is moved, and others.
    (["src/b.txt": "", "src/moved.txt": long], ["a.txt": "A\n"], true),
    (["src/b.txt": "", "src/moved.txt": long], ["src/new.txt": "n\n"], true),
    // What git has to tell.
    (["src/b.txt": long + "end\n"], ["src/b.txt": "begin\n" + long], false),
    (["a.txt": "A\n"], ["a.txt": "B\n"], false),
    (["a.txt": ""], ["a.txt": "B\n"], false),
    (["new.txt": "n\n"], ["new.txt": "o\n"], false),
    (["new": "n\n"], ["new/x.txt": "x\n"], false),
    (["src/b.txt": "", "src/moved.txt": long], ["src/b.txt": long + "end\n"], false),
    (["src/b.txt": "", "src/moved.txt": long], ["src/b.txt": ""], false),
    // All of a folder is moved, and the other side adds to it.
    (["d/e/f.txt": "", "moved/f.txt": "f\n"], ["d/e/new.txt": "n\n"], false),
    (["d/e/f.txt": "", "moved/f.txt": "f\n"], ["d/new.txt": "n\n"], false),
    (["d/e/f.txt": "", "moved/f.txt": "f\n"], ["d.txt": "n\n"], true),
  ])
  func `a clean merge is proved by paths alone, or git is asked`(
    one: [String: String], other: [String: String], provably: Bool
  ) throws {
    func files(_ texts: [String: String]) -> [File] {
      texts.sorted { $0.key < $1.key }.map { (path: $0.key, text: $0.value) }
    }
    let verdict = try verdict(files(MergeTests.base), files(one), files(other))
    #expect(verdict.provably == provably)
    if provably { #expect(verdict.isClean) }
  }

  @Test func `two names that Unicode calls the same are two files`() throws {
    let (composed, decomposed) = ("\u{fc}.txt", "u\u{308}.txt")
    let both: [File] = [(decomposed, "1\n"), (composed, "2\n")]
    #expect(try !verdict([("a", "a\n")], both, [(composed, "3\n")]).provably)
    #expect(try !verdict([("a", "a\n")], both, [(decomposed, "3\n")]).provably)
    #expect(try verdict([("a", "a\n")], [(composed, "2\n")], [(decomposed, "3\n")]).provably)
  }

  @Test func `what git prints of each merge is read, a conflict without paths too`() throws {
    let tree = String(repeating: "a", count: 40)
    func read(_ text: String) -> [Merged]? { Merged.read(from: Array(text.utf8)) }
    let id = try #require(ObjectID(tree))
    #expect(
      read("1\0\(tree)\0\00\0\(tree)\0b c\0d\0\00\0\(tree)\0\0") == [
        Merged(tree: id, isClean: true, conflicts: []),
        Merged(tree: id, isClean: false, conflicts: ["b c", "d"]),
        Merged(tree: id, isClean: false, conflicts: []),
      ])
    #expect(read("") == [])
    #expect(read("1\0\(tree)\0") == nil)
    #expect(read("1\0\(tree)\0path\0\0") == nil)
    #expect(read("-1\0\(tree)\0\0") == nil)
    #expect(read("1\0none\0\0") == nil)
  }

  @Test func `pairs are merged in order, and no ref moves`() async throws {
    let scratch = try ScratchRepository()
    try scratch.write("a.txt", "a\n")
    let base = try scratch.commit("base")
    var tips: [ObjectID] = []
    for text in ["1\n", "2\n"] {
      try scratch.git(["switch", "--quiet", "--detach", base])
      try scratch.write("a.txt", text)
      tips.append(try #require(ObjectID(scratch.commit(text))))
    }
    let start = try #require(ObjectID(base))
    let refs = try scratch.refs()
    let merged = try await GitCommand(environment: scratch.scratch.environment).merge(
      [MergePair(tips[0], tips[1]), MergePair(start, tips[1])],
      at: .init(gitDirectory: scratch.gitDirectory, worktree: scratch.path))
    #expect(merged.map(\.conflicts) == [["a.txt"], []])
    #expect(merged.map(\.isClean) == [false, true])
    #expect(try scratch.refs() == refs)
  }

  @Test func `criss-cross merges have several merge bases, strangers none`() throws {
    let scratch = try ScratchRepository()
    try scratch.commit("base")
    let tree = try scratch.git(["rev-parse", "HEAD^{tree}"])
    func commit(_ parents: String...) throws -> String {
      try scratch.git(
        ["commit-tree", "-m", "\(parents.count) \(parents)", tree] + parents.flatMap { ["-p", $0] })
    }
    let root = try scratch.git(["rev-parse", "HEAD"])
    let (a, b) = (try commit(root), try commit(root, root))
    let (one, other) = (try commit(a, b), try commit(b, a))
    let stranger = try commit()
    let repository = try Repository(containing: scratch.path)
    func bases(_ one: String, _ other: String) throws -> Set<String> {
      let (one, other) = (try #require(ObjectID(one)), try #require(ObjectID(other)))
      return Set(try repository.mergeBases(of: one, and: other).map(\.hex))
    }
    #expect(try bases(one, other) == [a, b])
    #expect(try bases(a, b) == [root])
    #expect(try bases(a, stranger) == [])
  }
}
