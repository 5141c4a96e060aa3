import Foundation
import Synchronization

/// Threads of their own (a task group has only as many as there are cores) that begin together.
package enum Race {
  /// Runs `work` in `count` threads at once and returns what each gave, in the order of their numbers.
  package static func run<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let results = Results<Value>()
    let ready = DispatchSemaphore(value: 0)
    let start = DispatchSemaphore(value: 0)
    let ended = DispatchGroup()
    for number in 0..<count {
      ended.enter()
      Thread.detachNewThread {
        ready.signal()
        start.wait()
        let result = Result { try work(number) }
        results.values.withLock { $0[number] = result }
        ended.leave()
      }
    }
    for _ in 0..<count { ready.wait() }
    for _ in 0..<count { start.signal() }
    ended.wait()
    return try results.values.withLock { values in
      try (0..<count).map { try values[$0]!.get() }
    }
  }

  private final class Results<Value: Sendable>: Sendable {
    let values = Mutex<[Int: Result<Value, any Error>]>([:])
  }
}
