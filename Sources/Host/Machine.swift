import Glibc
package import PairCore

/// What this process is and runs on. Only the edges of the program ask; values carry the answers.
package enum Machine {
  package static var processID: Int { Int(getpid()) }
  package static var isRoot: Bool { geteuid() == 0 }
  package static var userID: Int { Int(geteuid()) }

  /// How many processors there are to use.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  package static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a person reads what this process says (isatty(3)).
  package static var isAtTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whole seconds of the system's clock.
  package static var now: Timestamp { Timestamp(secondsSince1970: Int64(time(nil))) }

  /// The variables of this process.
  package static var environment: [String: String] {
    var found: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        found[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return found
  }

  /// The folder that this process works in; where its path is not UTF-8, the system's own name for it.
  package static var currentFolder: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(validatingCString: path) ?? "/proc/self/cwd"
  }

  /// A path that starts this very program again, even after its file was replaced by an upgrade.
  package static var runningProgram: String {
    FileInfo.kind(at: "/proc/self/exe") == .link ? "/proc/self/exe" : executable ?? "bpsai-pair"
  }

  /// The file of this program.
  package static var executable: String? { Files.canonical("/proc/self/exe") }

  /// Lets `signals` reach this thread: they may have been blocked, and a mask is inherited (execve(2)).
  package static func unblock(_ signals: [Int32]) {
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in signals { sigaddset(&mask, number) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  /// Whether whoever started this program had it ignore `signal`.
  package static func ignores(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
