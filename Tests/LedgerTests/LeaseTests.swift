import Foundation
import Git
import Ledger
import PairCore
import TestSupport
import Testing

@Suite struct LeaseTests {
  let scratch: ScratchRepository
  let task: TaskID

  init() throws {
    scratch = try ScratchRepository()
    task = try TaskID("T-1")
  }

  func isHeld(_ id: String = "T-1") throws -> Bool { try Lease.isHeld(TaskID(id), in: scratch.open()) }

  @Test func `a lease is held as long as it lives, whatever the case of its id`() throws {
    #expect(try !isHeld())
    do {
      let lease = try Lease.take(task, in: scratch.open(), holder: "Ada on host")
      #expect(try isHeld())
      #expect(try isHeld("t-1"))
      #expect(try !isHeld("T-2"))
      let error = try #require(throws: PairError.self) {
        _ = try Lease.take(TaskID("t-1"), in: scratch.open(), holder: "")
      }
      #expect(error.kind == .tryLater)
      #expect(error.message == "t-1 is being worked on by Ada on host")
      #expect(lease.task.text == "T-1")
    }
    #expect(try !isHeld())
  }

  @Test func `whether a lease is held that cannot be asked for is an error, and not 'no'`() throws {
    try scratch.scratch.write("repo/.git/paircoder/leases/t-2", "")
    let path = scratch.path + "/.git/paircoder/leases/t-1"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    #expect(throws: PairError.self) { try isHeld() }
    #expect(try !isHeld("T-2"))
  }

  @Test func `a lease that another process holds is not to be had, and comes free when it dies`() throws {
    let ended = DispatchSemaphore(value: 0)
    try scratch.scratch.write("repo/.git/paircoder/leases/t-1", "somebody\n")
    Thread.detachNewThread { [scratch] in
      let script =
        "exec 9>>.git/paircoder/leases/t-1; flock 9; touch ../held; while [ -e ../held ]; do sleep 0.01; done; kill -9 $$"
      _ = try? Invocation.run(  // Where it fails, the lease is not held, and the test sees that.
        "/bin/sh", ["-c", script], in: scratch.path, environment: scratch.scratch.environment)
      ended.signal()
    }
    for _ in 0..<5_000 where !scratch.scratch.exists("held") { usleep(2_000) }
    #expect(try isHeld())
    let error = try #require(throws: PairError.self) {
      _ = try Lease.take(task, in: scratch.open(), holder: "me")
    }
    #expect(error.message == "T-1 is being worked on by somebody")
    try FileManager.default.removeItem(atPath: scratch.scratch.path + "/held")
    ended.wait()
    #expect(try !isHeld())
    let lease = try Lease.take(task, in: scratch.open(), holder: "me")
    #expect(lease.task == task)
  }
}
