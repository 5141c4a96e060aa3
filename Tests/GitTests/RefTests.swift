import Foundation
import Git
import PairCore
import Synchronization
import TestSupport
import Testing

@Suite struct RefTests {
  static let name = "refs/paircoder/tasks/T-1"

  @Test func `a ref is created only where there is none`() throws {
    let scratch = try ScratchRepository()
    let (a, b) = (try scratch.looseCommit("a"), try scratch.looseCommit("b"))
    let repository = try scratch.open()
    #expect(try repository.ref(Self.name) == nil)
    try repository.swapRef(Self.name, from: nil, to: a, because: "test")
    #expect(try repository.ref(Self.name) == a)
    #expect(kind { try repository.swapRef(Self.name, from: nil, to: b, because: "test") } == .modified)
    #expect(try scratch.id(Self.name) == a)
  }

  @Test func `a ref is moved only from where it is expected`() throws {
    let scratch = try ScratchRepository()
    let (a, b) = (try scratch.looseCommit("a"), try scratch.looseCommit("b"))
    let repository = try scratch.open()
    try repository.swapRef(Self.name, from: nil, to: a, because: "test")
    #expect(kind { try repository.swapRef(Self.name, from: b, to: b, because: "test") } == .modified)
    try repository.swapRef(Self.name, from: a, to: b, because: "test")
    #expect(try scratch.id(Self.name) == b)
    #expect(kind { try repository.swapRef(Self.name, from: a, to: a, because: "test") } == .modified)
  }

  @Test func `a ref that is gone is not where it was expected`() throws {
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    let repository = try scratch.open()
    #expect(kind { try repository.swapRef(Self.name, from: a, to: a, because: "test") } == .modified)
    #expect(kind { try repository.deleteRef(Self.name, expecting: a) } == .modified)
    #expect(try repository.ref(Self.name) == nil)
  }

  @Test(arguments: [false, true])
  func `a ref is deleted only where it is expected`(_ isPacked: Bool) throws {
    let scratch = try ScratchRepository()
    let (a, b) = (try scratch.looseCommit("a"), try scratch.looseCommit("b"))
    let repository = try scratch.open()
    try repository.swapRef(Self.name, from: nil, to: a, because: "test")
    if isPacked { try scratch.git(["pack-refs", "--all"]) }
    #expect(kind { try repository.deleteRef(Self.name, expecting: b) } == .modified)
    #expect(try repository.ref(Self.name) == a)
    try repository.deleteRef(Self.name, expecting: a)
    #expect(try repository.ref(Self.name) == nil)
    #expect(try scratch.git(["for-each-ref"]) == "")
  }

  @Test func `a packed ref is moved and created like any other`() throws {
    let scratch = try ScratchRepository()
    let (a, b) = (try scratch.looseCommit("a"), try scratch.looseCommit("b"))
    let repository = try scratch.open()
    try repository.swapRef(Self.name, from: nil, to: a, because: "test")
    try scratch.git(["pack-refs", "--all", "--prune"])
    #expect(kind { try repository.swapRef(Self.name, from: nil, to: b, because: "test") } == .modified)
    try repository.swapRef(Self.name, from: a, to: b, because: "test")
    #expect(try scratch.id(Self.name) == b)
  }

  @Test func `refs are listed below a prefix, packed and nested ones too`() throws {
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    let repository = try scratch.open()
    for name in ["refs/paircoder/tasks/A", "refs/paircoder/snapshots/A/run", "refs/paircoder/tasks2/B"] {
      try repository.swapRef(name, from: nil, to: a, because: "test")
    }
    try scratch.git(["pack-refs", "--all"])
    try repository.swapRef("refs/paircoder/tasks/B", from: nil, to: a, because: "test")
    #expect(
      try repository.refs(under: "refs/paircoder/tasks/")
        == ["refs/paircoder/tasks/A": a, "refs/paircoder/tasks/B": a])
    #expect(try repository.refs(under: "refs/paircoder/").count == 4)
    #expect(try repository.refs(under: "refs/none/").isEmpty)
  }

  @Test func `a branch in the way of a name is told as that`() throws {
    let scratch = try ScratchRepository()
    let a = try scratch.commitID()
    try scratch.git(["branch", "paircoder"])
    let repository = try scratch.open()
    #expect(
      kind { try repository.swapRef("refs/heads/paircoder/T-1", from: nil, to: a, because: "test") }
        == .nameConflict)
  }

  @Test func `a ref of the user's that somebody keeps locked is an error that says so`() throws {
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    try scratch.write(".git/refs/heads/topic.lock", "")
    let repository = try scratch.open()
    #expect(kind { try repository.swapRef("refs/heads/topic", from: nil, to: a, because: "test") } == .locked)
    #expect(GitError(.locked, "").hint?.contains("'bpsai-pair doctor'") == true)
    #expect(FileManager.default.fileExists(atPath: scratch.gitDirectory + "/refs/heads/topic.lock"))
  }

  @Test(arguments: [name, "refs/heads/paircoder/T-1", "refs/notes/paircoder"])
  func `a lock that a killed process left on a ref of ours goes, and that is told`(_ name: String) throws {
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    try scratch.write(".git/\(name).lock", "")
    var repository = try scratch.open()
    let told = Mutex<[String]>([])
    repository.tell = { sentence in told.withLock { $0.append(sentence) } }
    try repository.swapRef(name, from: nil, to: a, because: "test")
    #expect(try scratch.id(name) == a)
    let lock = "\(scratch.gitDirectory)/\(name).lock"
    #expect(told.withLock(\.self) == ["removed \(lock), which a process that was killed had left behind"])
    #expect(!FileManager.default.fileExists(atPath: lock))
  }

  /// Git's, say: it comes and goes.
  @Test func `a lock that is another one each time is left alone`() throws {
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    let repository = try scratch.open()
    let lock = "\(scratch.gitDirectory)/\(Self.name).lock"
    try scratch.write(".git/\(Self.name).lock", "0")
    let isOver = Atomic(false)
    let busy = Thread {
      while !isOver.load(ordering: .relaxed) {
        usleep(50_000)
        try? Data().write(to: URL(fileURLWithPath: lock + ".new"))
        rename(lock + ".new", lock)
      }
    }
    busy.start()
    defer { isOver.store(true, ordering: .relaxed) }
    #expect(kind { try repository.swapRef(Self.name, from: nil, to: a, because: "test") } == .locked)
  }

  @Test(arguments: ["refs/bad..name", "no spaces here", ""])
  func `what is no name has no ref`(_ name: String) throws {
    let scratch = try ScratchRepository()
    #expect(try scratch.open().ref(name) == nil)
  }

  @Test func `what the door refuses moves nothing`() throws {
    struct Refused: Error {}
    let scratch = try ScratchRepository()
    let a = try scratch.looseCommit("a")
    let repository = try scratch.open(effects: EffectDoor { _ in throw Refused() })
    #expect(throws: Refused.self) { try repository.swapRef(Self.name, from: nil, to: a, because: "test") }
    #expect(throws: Refused.self) { try repository.deleteRef(Self.name, expecting: a) }
    #expect(throws: Refused.self) { try repository.writeBlob([1]) }
    #expect(try repository.ref(Self.name) == nil)
  }

  /// Eight threads move a ref from `old` at once; returns how many of them did.
  private func winners(_ name: String, from old: ObjectID?, to new: [ObjectID], in scratch: ScratchRepository)
    throws
    -> Int
  {
    try Race.run(8) { racer in
      let repository = try scratch.open()
      do {
        try repository.swapRef(name, from: old, to: new[racer], because: "race")
        return 1
      } catch let error as GitError where error.kind == .modified {
        return 0
      }
    }.reduce(0, +)
  }

  @Test func `of many who create a ref at once exactly one does`() throws {
    let scratch = try ScratchRepository()
    let commits = try (0..<8).map { try scratch.looseCommit("\($0)") }
    for round in 0..<50 {
      #expect(try winners("\(Self.name)-\(round)", from: nil, to: commits, in: scratch) == 1)
    }
  }

  @Test func `of many who move a ref at once exactly one does`() throws {
    let scratch = try ScratchRepository()
    let commits = try (0..<16).map { try scratch.looseCommit("\($0)") }
    try scratch.open().swapRef(Self.name, from: nil, to: commits[0], because: "test")
    for round in 0..<50 {
      let old = try #require(try scratch.open().ref(Self.name))
      let new = Array(round % 2 == 0 ? commits[8...] : commits[..<8])
      #expect(try winners(Self.name, from: old, to: new, in: scratch) == 1)
      #expect(new.contains(try scratch.id(Self.name)))
    }
  }
}
