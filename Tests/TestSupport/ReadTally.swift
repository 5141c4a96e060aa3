package import PairCore
import Synchronization

/// How often a test's subject read what.
package final class ReadTally: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  package init() {}

  package var counter: ReadCounter {
    ReadCounter { [self] what in counts.withLock { $0[what, default: 0] += 1 } }
  }

  package subscript(_ what: String) -> Int { counts.withLock { $0[what] ?? 0 } }
}
