import Host
import PairCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes[done...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        // The reader of stdout has seen enough (`| head`): that is no failure.
        if errno == EPIPE, descriptor == STDOUT_FILENO { exit(ExitStatus.done) }
        return
      }
      done += count
    }
  }
}
