import Foundation
import Git
import Ledger
import PairCore
import TestSupport
import Testing

/// What is done about logs that something else damaged.
@Suite struct MendTests {
  let scratch: ScratchRepository
  let log: TaskLog

  init() throws {
    scratch = try ScratchRepository()
    log = TaskLog(try TaskID("T-1"))
    for kind in [TaskEvent.Kind.routed, .claimed, .started, .failed] {
      try log.append(to: scratch.open(), by: ada) { [log] _ in TaskEvent(kind, log.task, "It was \(kind)") }
    }
  }

  private func mend() throws -> [String] { try log.mend(in: scratch.open(), by: ada) }

  private func kinds() throws -> [TaskEvent.Kind?] {
    try log.entries(in: scratch.open()).map { $0.event?.kind }
  }

  /// Deletes the loose object that `revision` names.
  private func forget(_ revision: String) throws {
    let id = try scratch.git(["rev-parse", revision])
    try FileManager.default.removeItem(
      atPath: "\(scratch.gitDirectory)/objects/\(id.prefix(2))/\(id.dropFirst(2))")
  }

  @Test func `a whole log is left alone`() throws {
    let head = try scratch.git(["rev-parse", log.ref])
    #expect(try mend() == [])
    #expect(try scratch.git(["rev-parse", log.ref]) == head)
  }

  @Test func `a log without its head goes on from the event before`() throws {
    try forget(log.ref)
    #expect(try mend().count == 1)
    #expect(try kinds() == [.routed, .claimed, .started])
    try scratch.git(["fsck", "--connectivity-only"])
  }

  @Test func `a log with a gap keeps both sides of it`() throws {
    try forget(log.ref + "~2")
    #expect(try kinds().contains(nil))
    #expect(try mend().count == 1)
    #expect(try kinds() == [.routed, .started, .failed])
    #expect(try mend() == [])
    try scratch.git(["fsck", "--connectivity-only"])
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
}
