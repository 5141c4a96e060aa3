import CHost
import Glibc
import PairCore
import Synchronization

/// A pipe that tells a supervisor that we live: however this process ends, the system closes our end.
package struct Lifeline: ~Copyable, Sendable {
  /// The supervisor's end: its standard input.
  package let readEnd: Int32
  /// -1 once it is cut.
  private let writeEnd: Atomic<Int32>

  package init() throws {
    var ends: [Int32] = [-1, -1]
    // Close-on-exec: a program started meanwhile must not keep the line up after our death.
    guard pair_pipe(&ends, 0) == 0 else { throw PairError.system("making a pipe") }
    readEnd = ends[0]
    writeEnd = Atomic(ends[1])
  }

  /// Has the supervisor end its program, in steps; needs nothing but one system call.
  package func cut() {
    let descriptor = writeEnd.exchange(-1, ordering: .relaxed)
    if descriptor >= 0 { close(descriptor) }
  }

  deinit {
    close(readEnd)
    cut()
  }
}
