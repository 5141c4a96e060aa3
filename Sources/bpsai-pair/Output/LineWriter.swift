import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor on a thread of its own, so that a reader that stalls holds up nothing else. What it
/// has not read waits, up to a limit; beyond it the oldest lines are left out, and their number is told in their place.
final class LineWriter: Sendable {
  private struct State {
    var waiting: [[UInt8]] = []
    var waitingBytes = 0
    var leftOut = 0
    var isWriting = false
    /// Whether the reader let a line wait for longer than `patience`, and has not caught up yet.
    var isStalled = false
  }

  private let descriptor: Int32
  private let limitInBytes: Int
  private let patience: Duration
  private let thread = DispatchQueue(label: "bpsai-pair.lines")
  /// Entered while lines wait or are being written.
  private let writing = DispatchGroup()
  private let state = Mutex(State())

  init(to descriptor: Int32, limitInBytes: Int = 1 << 20, patience: Duration = .milliseconds(500)) {
    self.descriptor = descriptor
    self.limitInBytes = limitInBytes
    self.patience = patience
  }

  /// Writes `line` and a line break. Returns once they are written, so that lines and answers keep their order; but
  /// of a reader that stalls once after `patience`, and then at once.
  func write(_ line: String) {
    let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    let (begins, waits) = state.withLock { state in
      state.waiting.append(bytes)
      state.waitingBytes += bytes.count
      let isTooMuch = state.waitingBytes > limitInBytes
      while state.waitingBytes > limitInBytes / 2, isTooMuch, state.waiting.count > 1 {
        state.waitingBytes -= state.waiting.removeFirst().count
        state.leftOut += 1
      }
      let begins = !state.isWriting
      if begins { writing.enter() }
      state.isWriting = true
      return (begins, !state.isStalled)
    }
    if begins { thread.async { self.writeWaiting() } }
    if waits, !flush(within: patience) {
      state.withLock { if $0.isWriting { $0.isStalled = true } }
    }
  }

  /// Waits until everything is written, for no longer than `limit`; returns whether it is.
  @discardableResult
  func flush(within limit: Duration) -> Bool {
    let (seconds, attoseconds) = limit.components
    let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    return writing.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
  }

  private func writeWaiting() {
    while let bytes = takeWaiting() { _ = LineWriter.write(bytes, to: descriptor) }
  }

  private func takeWaiting() -> [UInt8]? {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.isWriting = false
        state.isStalled = false
        writing.leave()
        return nil
      }
      let note =
        state.leftOut == 0 ? "" : "(\(state.leftOut) lines are left out: they were not read in time)\n"
      defer { (state.waiting, state.waitingBytes, state.leftOut) = ([], 0, 0) }
      return Array(note.utf8) + state.waiting.joined()
    }
  }

  /// Writes all of `bytes`; returns 0, or the number of the error that kept it from that.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes[done...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        guard code == EAGAIN else { return code }
        var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&writable, 1, -1)
        continue
      }
      done += count
    }
    return 0
  }
}
