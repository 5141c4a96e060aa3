import CHost
import Glibc
import PairCore

/// Signals as bytes in a pipe, so that one poll(2) can wait for them and for other things.
struct SelfPipe {
  let readEnd: Int32

  /// Written to by the handler, which can capture nothing. Set once, before a handler is installed.
  nonisolated(unsafe) private static var writeEnd: Int32 = -1

  init(for signals: [Int32]) throws {
    var ends: [Int32] = [-1, -1]
    guard pair_pipe(&ends, 1) == 0 else { throw PairError.system("making a pipe") }
    readEnd = ends[0]
    SelfPipe.writeEnd = ends[1]
    Machine.unblock(signals)
    for number in signals {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(SelfPipe.writeEnd, &byte, 1)
      }
    }
  }

  /// The signals that came since the last call.
  func drain() -> [Int32] {
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(readEnd, &buffer, buffer.count)
    return count > 0 ? buffer[..<count].map { Int32($0) } : []
  }

  /// A clock that no one sets.
  static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
