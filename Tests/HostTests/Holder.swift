import Foundation
import TestSupport

/// A child process that holds the lock `lock` of a scratch folder (flock(1)) until it is let go.
struct Holder {
  private let scratch: ScratchFolder
  private let ended = DispatchSemaphore(value: 0)

  /// Returns once the child holds the lock.
  init(in scratch: ScratchFolder) {
    self.scratch = scratch
    Thread.detachNewThread { [ended] in
      let script = "exec 9>>lock; flock 9; touch held; while [ -e held ]; do sleep 0.01; done"
      _ = try? Invocation.run(  // Where it fails, the lock is not held, and the test sees that.
        "/bin/sh", ["-c", script], in: scratch.path, environment: scratch.environment)
      ended.signal()
    }
    for _ in 0..<5_000 where !scratch.exists("held") { usleep(2_000) }
  }

  func letGo() throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/held")
    ended.wait()
  }
}
