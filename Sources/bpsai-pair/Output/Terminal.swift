import Glibc
import Host
import PairCore
import Synchronization

/// The only place that writes to the terminal: answers on stdout, the conversation on stderr.
enum Terminal {
  /// Writes `text` and a line break to stdout.
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes bytes to stdout as they are.
  static func print(_ bytes: [UInt8]) { write(String(decoding: bytes, as: UTF8.self), to: STDOUT_FILENO) }

  /// Writes `text` and a line break to stderr.
  static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Shows an error: where, what, and what to do next.
  static func report(_ error: PairError) {
    let place = error.location.map { "\($0): " } ?? ""
    say("error: \(place)\(error.message)")
    if let hint = error.hint { say("hint: \(hint)") }
  }

  /// 0 while stdout takes what is written; then the number of the error that it gave, for good.
  private static let stdoutError = Atomic<Int32>(0)

  /// The status to end with: `status`, unless an answer could not be written. A reader of stdout that has
  /// seen enough (`| head`) is no failure.
  static func status(after status: Int32) -> Int32 {
    let code = stdoutError.load(ordering: .relaxed)
    if code == 0 || code == EPIPE { return status }
    let error = PairError.system("writing to standard output", code: code)
    report(error)
    return ExitStatus.of(error.kind)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let isAnswer = descriptor == STDOUT_FILENO
    if isAnswer, stdoutError.load(ordering: .relaxed) != 0 { return }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes[done...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        if code == EAGAIN {
          var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe poll(&writable, 1, -1)
          continue
        }
        if isAnswer { stdoutError.store(code, ordering: .relaxed) }
        return
      }
      done += count
    }
  }
}
