import Foundation
import Host
import PairCore
import TestSupport
import Testing

@Suite struct FileLockTests {
  let scratch: ScratchFolder
  let path: String

  init() throws {
    scratch = try ScratchFolder()
    path = scratch.path + "/lock"
  }

  /// Asks another process for the lock: whether it got it at once (flock(1)).
  func anotherProcessGetsIt() throws -> Bool {
    try Invocation.run(
      "/usr/bin/flock", ["--nonblock", path, "true"], in: scratch.path, environment: scratch.environment
    ).status == 0
  }

  /// Whether this process gets the lock, and gives it back.
  func isTaken() throws -> Bool {
    if let lock = try FileLock.tryLock(path, holder: "me", effects: .open) {
      _ = consume lock
      return true
    }
    return false
  }

  @Test func `a lock keeps other processes out while it lives`() throws {
    #expect(try anotherProcessGetsIt())
    if let lock = try FileLock.tryLock(path, holder: "pid 1\u{1b}", effects: .open) {
      #expect(try !anotherProcessGetsIt())
      #expect(try FileLock.isHeld(path))
      #expect(try FileLock.holder(of: path) == "pid 1\u{1b}")
      _ = consume lock
    } else {
      Issue.record("nobody else held it")
    }
    #expect(try !FileLock.isHeld(path))
    #expect(try anotherProcessGetsIt())
  }

  @Test func `a lock that another process holds is not to be had`() throws {
    let other = Holder(in: scratch)
    #expect(try FileLock.isHeld(path))
    #expect(try !isTaken())
    try other.letGo()
    #expect(try !FileLock.isHeld(path))
    #expect(try isTaken())
  }

  /// As a program has that is being started, until it executes.
  @Test func `a lock that was let go is free, whoever still has a copy of its descriptor`() throws {
    var copy: Int32 = -1
    if let lock = try FileLock.tryLock(path, holder: "me", effects: .open) {
      let own = try #require(
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first {
          let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
          return target == path  // Nil: the folder's own, closed again.
        })
      copy = fcntl(try #require(Int32(own)), F_DUPFD_CLOEXEC, 0)
      _ = consume lock
    }
    defer { close(copy) }
    #expect(copy >= 0)
    #expect(try anotherProcessGetsIt())
  }

  @Test func `asking does not make a lock, and a lock that is not there has no holder`() throws {
    #expect(try !FileLock.isHeld(path))
    #expect(try FileLock.holder(of: path) == nil)
    #expect(!scratch.exists("lock"))
  }

  /// A link to itself can be opened by nobody, root included, as any file where this process has too many open.
  @Test func `a lock that cannot be asked for is not taken for a free one`() throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    let error = try #require(throws: PairError.self) { try FileLock.isHeld(path) }
    #expect(error.message == "opening the lock \(path): Too many levels of symbolic links")
    #expect(throws: PairError.self) { try FileLock.holder(of: path) }
  }

  @Test func `below a file there is no lock`() throws {
    try scratch.write("lock", "")
    #expect(try !FileLock.isHeld(path + "/lock"))
    #expect(try FileLock.holder(of: path + "/lock") == nil)
  }

  @Test func `a lock outside every folder is an error with words`() throws {
    let error = try #require(throws: PairError.self) {
      _ = try FileLock.tryLock(scratch.path + "/none/lock", holder: "me", effects: .open)
    }
    #expect(error.message == "opening the lock \(scratch.path)/none/lock: No such file or directory")
  }
}
