import CHost
import Glibc
import PairCore

/// A pipe that tells a supervisor that we live: when this process ends, however it ends, the system
/// closes our end, and the supervisor reads that the line is cut.
package struct Lifeline: ~Copyable, Sendable {
  /// The supervisor's end: its standard input.
  package let readEnd: Int32
  private let writeEnd: Int32

  package init() throws {
    var ends: [Int32] = [-1, -1]
    // Close-on-exec: a program started meanwhile must not keep the line up after our death.
    guard pair_pipe(&ends, 0) == 0 else { throw PairError.system("making a pipe") }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }
}
