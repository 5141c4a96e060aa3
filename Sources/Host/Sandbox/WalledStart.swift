import CHost
import Glibc
import PairCore

/// The start of a program within walls, or without any.
enum WalledStart {
  /// What bwrap is to hide can be gone before it gets to it, and then it ends.
  private static let attempts = 3

  /// Starts `command`, whose first word is the program's path, in a session of its own, with the file at `inputPath` as
  /// its standard input.
  ///
  /// - Returns: the process that leads the session and ends with the program's status: bwrap where it is among the walls.
  /// - Throws: `PairError` where the walls cannot be built, or the program cannot be started.
  static func start(
    _ command: [String], inputPath: String, _ sandbox: Sandbox?, _ outlet: ProxyOutlet? = nil
  ) throws -> pid_t {
    guard let sandbox, let bwrap = sandbox.bwrap else {
      let ruleset = try sandbox.map { try Landlock.ruleset(for: $0) } ?? -1
      defer { if ruleset >= 0 { close(ruleset) } }
      return try spawn(command, inputPath: inputPath, ruleset: ruleset)
    }
    // This program's file may be hidden in there.
    let program = open("/proc/self/exe", O_RDONLY)
    guard program >= 0 else { throw PairError.system("opening this program") }
    defer { close(program) }
    for _ in 1...attempts {
      let outer = Bwrap.command(sandbox, program: program, outlet: outlet)
      if let pid = try startOnce(outer, command, inputPath: inputPath) { return pid }
    }
    throw PairError(
      .internal, "starting \(command[0]) within \(bwrap): bwrap failed",
      hint: "Its own words are in the output; 'bpsai-pair sandbox test' tries it.")
  }

  /// - Returns: nil where bwrap ended before the program within it began.
  private static func startOnce(
    _ outer: [String], _ command: [String], inputPath: String
  ) throws -> pid_t? {
    var ends: [Int32] = [-1, -1]
    guard pair_pipe(&ends, 0) == 0 else { throw PairError.system("making a pipe") }
    defer { close(ends[0]) }
    _ = fcntl(ends[1], F_SETFD, 0)
    // bwrap would end at a signal that its program answers in its own time; within it, they are heard again.
    let started = Result {
      try spawn(
        outer + ["\(ends[1])", "--"] + command, inputPath: inputPath, ruleset: -1, ignoresStops: true)
    }
    close(ends[1])
    let pid = try started.get()
    var byte: UInt8 = 0
    var count = 0
    repeat { count = read(ends[0], &byte, 1) } while count < 0 && errno == EINTR
    if count == 1 { return pid }
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    return nil
  }

  private static func spawn(
    _ command: [String], inputPath: String, ruleset: Int32, ignoresStops: Bool = false
  ) throws -> pid_t {
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid: pid_t = 0
    let code = pair_spawn(&words, inputPath, ruleset, ignoresStops ? 1 : 0, &pid)
    if code != 0 { throw PairError.system("starting \(command[0])", code: code) }
    return pid
  }
}
