import Foundation
import Git
import Ledger
import PairCore
import TestSupport
import Testing

/// What is done about task logs that something else damaged.
@Suite struct MendTests {
  let scratch: ScratchRepository
  let log: TaskLog
  private static let kinds = [TaskEvent.Kind.routed, .claimed, .started, .failed]

  init() throws {
    scratch = try ScratchRepository()
    log = TaskLog(try TaskID("T-1"))
    for kind in MendTests.kinds {
      let files = ["\(kind.rawValue).json": Array("\(kind)\n".utf8), "task.md": Array("as \(kind)\n".utf8)]
      try log.append(to: scratch.open(), by: ada, files: files) { [log] _ in
        TaskEvent(kind, log.task, "It was \(kind)")
      }
    }
  }

  private func mend(_ scratch: ScratchRepository) throws -> [String] {
    try log.mend(in: scratch.open(), by: ada)
  }

  private func kinds(_ scratch: ScratchRepository) throws -> [TaskEvent.Kind?] {
    try log.entries(in: scratch.open()).map { $0.event?.kind }
  }

  /// Deletes the loose object that `revision` names.
  private func forget(_ revision: String) throws {
    try scratch.damage(scratch.git(["rev-parse", revision]), .removed)
  }

  @Test func `a whole log is left alone`() throws {
    let head = try scratch.git(["rev-parse", log.ref])
    #expect(try mend(scratch) == [])
    #expect(try scratch.git(["rev-parse", log.ref]) == head)
  }

  @Test func `a log without its head goes on from the event before`() throws {
    let head = try scratch.git(["rev-parse", log.ref])
    try forget(log.ref)
    #expect(try mend(scratch).count == 1)
    #expect(try kinds(scratch) == [.routed, .claimed, .started])
    try scratch.git(["fsck", "--connectivity-only"])
    let noted = scratch.read(".git/paircoder/mended/refs/paircoder/tasks/T-1")
    #expect(noted?.contains(head) == true)
  }

  @Test func `a log with a gap keeps both sides of it`() throws {
    try forget(log.ref + "~2")
    #expect(try kinds(scratch).contains(nil))
    #expect(try mend(scratch).count == 1)
    #expect(try kinds(scratch) == [.routed, .started, .failed])
    #expect(try mend(scratch) == [])
    try scratch.git(["fsck", "--connectivity-only"])
  }

  @Test(.timeLimit(.minutes(5)), arguments: ObjectDamage.allCases)
  func `whatever object is damaged, the log is mended, and loses one event at most`(_ damage: ObjectDamage)
    throws
  {
    for object in try scratch.objects(of: log.ref) {
      let copy = try ScratchRepository(copyOf: scratch)
      try copy.damage(object, damage)
      let told = try mend(copy)
      #expect(told.count == 1)
      let kinds = try kinds(copy)
      #expect(kinds.count >= 3 && kinds.allSatisfy { $0 != nil })
      #expect(kinds.compactMap { $0 } == MendTests.kinds.filter { kinds.contains($0) })
      try copy.packAll(of: log.ref)
      #expect(try mend(copy) == [])
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: [ObjectDamage.removed, .cutOff])
  func `whatever object is damaged, the next event is appended`(_ damage: ObjectDamage) throws {
    for object in try scratch.objects(of: log.ref) {
      let copy = try ScratchRepository(copyOf: scratch)
      try copy.damage(object, damage)
      let repository = try copy.open()
      try log.append(to: repository, by: ada, files: ["handoff.md": [1]]) { _ in
        TaskEvent(.queued, log.task, "x")
      }
      #expect(try kinds(copy).last == .queued)
      #expect(try log.file("handoff.md", in: repository) == [1])
      // What is lost reads as none.
      _ = try log.file("task.md", in: repository)
    }
  }

  @Test func `an object that cannot be read now ends all, and changes nothing`() throws {
    let head = try scratch.git(["rev-parse", log.ref])
    let commits = try scratch.git(["rev-list", log.ref])
    for object in try scratch.objects(of: log.ref) {
      let end = try scratch.obstruct(object)
      #expect(throws: GitError.self) { try mend(scratch) }
      #expect(try scratch.git(["rev-parse", log.ref]) == head)
      if commits.contains(object) {
        #expect(throws: GitError.self) { try log.entries(in: scratch.open()) }
        #expect(throws: GitError.self) { try Ledger.states(in: scratch.open()) }
      }
      try end()
    }
    #expect(try mend(scratch) == [])
    #expect(try kinds(scratch) == MendTests.kinds)
  }

  @Test func `the states of all logs are read, a broken one among them`() throws {
    let other = TaskLog(try TaskID("T-2"))
    try other.append(to: scratch.open(), by: ada) { _ in TaskEvent(.claimed, other.task, "Mine") }
    try forget(log.ref + "~1")
    let states = try Ledger.states(in: scratch.open())
    #expect(states[other.task]?.isUnderWay == true)
    #expect(states[log.task]?.last?.kind == .failed)
    #expect(states[log.task]?.unreadable.count == 1)
  }

  @Test func `the log of a task whose id begins with another's is not taken for it`() throws {
    let longer = TaskLog(try TaskID("T-10"))
    for _ in 0..<9 {
      try longer.append(to: scratch.open(), by: ada) { _ in TaskEvent(.claimed, longer.task, "Mine") }
    }
    try forget(log.ref)
    _ = try mend(scratch)
    #expect(try kinds(scratch) == [.routed, .claimed, .started])
  }

  @Test func `a result of the task, with a history of its own, is not taken for its log`() throws {
    for number in 0..<9 {
      let message = "\(log.task): work\n\nPairCoder-Task: \(log.task)\nPairCoder-Run: \(number)\n"
      try scratch.git(["commit", "--quiet", "--allow-empty", "--message", message])
    }
    try forget(log.ref)
    _ = try mend(scratch)
    #expect(try kinds(scratch) == [.routed, .claimed, .started])
  }
}
