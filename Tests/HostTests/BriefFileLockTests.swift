import Foundation
import Host
import PairCore
import TestSupport
import Testing

@Suite struct BriefFileLockTests {
  let scratch: ScratchFolder
  let path: String

  init() throws {
    scratch = try ScratchFolder()
    path = scratch.path + "/ours/lock"
  }

  private func isTaken(patience: Int = 0) throws -> Bool {
    guard let lock = try FileLock.takeBriefly(path, patience: patience) else { return false }
    _ = consume lock
    return true
  }

  @Test func `one has it at a time, its folder is made, and it is let go`() throws {
    if let lock = try FileLock.takeBriefly(path, patience: 0) {
      #expect(try !isTaken(patience: 20))
      _ = consume lock
    }
    #expect(try isTaken())
  }

  @Test func `who is patient gets it once it is free`() async throws {
    let lock = try FileLock.takeBriefly(path, patience: 0)
    let waiting = Task.detached { try isTaken(patience: 60_000) }
    try await Task.sleep(for: .milliseconds(50))
    _ = consume lock
    #expect(try await waiting.value)
  }

  @Test func `a lock outside every folder is an error with words`() throws {
    let error = try #require(throws: PairError.self) {
      _ = try FileLock.takeBriefly(scratch.path + "/none/at/all", patience: 0)
    }
    #expect(error.message.hasSuffix("/none/at/all: No such file or directory"))
  }
}
