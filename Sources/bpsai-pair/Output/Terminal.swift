import Glibc
import Host
import PairCore
import Synchronization

/// The only place that writes to the terminal: answers on stdout, the conversation on stderr. No value of a credential in
/// the environment gets out, whatever it stands in.
enum Terminal {
  private static let credentials = Redaction(environment: Machine.environment, knowsShapes: false)

  /// Writes `text` and a line break to stdout.
  static func print(_ text: String) { print(Array(text.utf8) + [UInt8(ascii: "\n")]) }

  static func print(_ bytes: [UInt8]) {
    answer(Array(String(decoding: credentials.redacted(bytes), as: UTF8.self).utf8))
  }

  /// Writes `text` and a line break to stderr. A reader that stalls holds nothing up.
  static func say(_ text: String) { conversation.write(credentials.redacted(text)) }

  static func report(_ error: PairError) {
    say("error: \(error.located)")
    if let hint = error.hint { say("hint: \(hint)") }
  }

  private static let conversation = LineWriter(to: STDERR_FILENO)

  /// 0 while stdout takes what is written; then the number of the error that it gave, for good.
  private static let stdoutError = Atomic<Int32>(0)

  /// Ends the process with `status`; with that of an error where all went well but for the answer, which could not be
  /// written. A reader of stdout that has seen enough (`| head`), and a terminal that was closed, are no failure.
  static func exit(with status: Int32) -> Never {
    let code = stdoutError.load(ordering: .relaxed)
    var status = status
    if code != 0, !hasNoReader(code) {
      let error = PairError.system("writing to standard output", code: code)
      report(error)
      if status == ExitStatus.done { status = ExitStatus.of(error.kind) }
    }
    conversation.flush(within: .seconds(1))
    Glibc.exit(status)
  }

  private static func hasNoReader(_ code: Int32) -> Bool {
    if code == EPIPE || code == ECONNRESET { return true }
    // A terminal that hung up (tty_ioctl(4)); on a file it is a broken disk.
    var info = stat()
    return unsafe code == EIO && fstat(STDOUT_FILENO, &info) == 0 && info.st_mode & S_IFMT == S_IFCHR
  }

  private static func answer(_ bytes: [UInt8]) {
    if stdoutError.load(ordering: .relaxed) != 0 { return }
    let code = LineWriter.write(bytes, to: STDOUT_FILENO)
    if code != 0 { stdoutError.store(code, ordering: .relaxed) }
  }
}
