import CHost
import Glibc
import PairCore

/// One small process that starts a program, and sees to it that the program and all that it started end no
/// later than the lifeline is cut. It is the same binary in a process of its own, because only a parent can
/// be told of a death. On Linux it is the subreaper of what the program leaves behind (prctl(2)), so that
/// neither a daemon nor a session of its own escapes.
package struct Supervisor {
  /// Between interrupt, terminate and kill.
  private static let graceInMilliseconds: Int64 = 5_000

  private let program: pid_t
  private let signals: SelfPipe
  /// Where the program is, and this process is not.
  private let group: ControlGroup?
  private var status: Int32?
  /// How many of the signals to stop with were sent.
  private var sent = 0
  private var nextSignalAt: Int64 = .max

  private static let signals = [SIGINT, SIGTERM, SIGKILL]

  /// Starts `command`, whose first word is the program's path, in a session of its own, with the file at `inputPath` as its standard input, and waits
  /// for its end and that of all it started. Standard input is the lifeline; standard output and error are
  /// the program's, too.
  ///
  /// - Parameters:
  ///   - mark: of the run, whose stamp all that is started gets; nil for none.
  ///   - group: what the program is put into, where there is one.
  ///   - sandbox: the walls around the program; this process stays outside.
  /// - Returns: the program's exit status; 128 and the signal's number if a signal ended it.
  package static func run(
    _ command: [String], inputPath: String, mark: String? = nil, group: ControlGroup? = nil,
    sandbox: Sandbox? = nil
  ) throws -> Int32 {
    if pair_become_subreaper() != 0 { throw PairError.system("becoming a subreaper") }
    let signals = try SelfPipe(for: [SIGCHLD, SIGINT, SIGTERM, SIGHUP])
    if let mark { ProcessStamp.apply(mark) }
    let outlet = try sandbox.flatMap { try ProxyOutlet.start(for: $0) }
    defer { outlet?.remove() }
    let start = { try WalledStart.start(command, inputPath: inputPath, sandbox, outlet) }
    let (pid, isOutside) = try group?.starting(start) ?? (start(), true)
    var supervisor = Supervisor(program: pid, signals: signals, group: isOutside ? group : nil)
    return supervisor.wait()
  }

  private mutating func wait() -> Int32 {
    var isLineUp = true
    while true {
      reap()
      if let status {
        endDescendants()
        return status
      }
      advance()
      var watched = [
        pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isLineUp ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
      ]
      let isStopping = nextSignalAt != .max
      poll(&watched, 2, isStopping ? Int32(clamping: max(0, nextSignalAt - SelfPipe.milliseconds())) : -1)
      let asked = watched[0].revents != 0 ? signals.drain() : []
      if watched[1].revents != 0 { isLineUp = false }
      let mustStop = !isLineUp || asked.contains { $0 != SIGCHLD }
      if mustStop, sent == 0 { nextSignalAt = 0 }
    }
  }

  /// Collects whoever has ended.
  private mutating func reap() {
    var how: Int32 = 0
    while true {
      let pid = waitpid(-1, &how, WNOHANG)
      if pid <= 0 { return }
      // wait(2): the low seven bits are the signal, the next byte the exit status.
      if pid == program { status = how & 0x7F == 0 ? how >> 8 & 0xFF : 128 + how & 0x7F }
    }
  }

  /// Interrupt, wait, terminate, wait, kill: to the whole group.
  private mutating func advance() {
    guard SelfPipe.milliseconds() >= nextSignalAt else { return }
    kill(-program, Supervisor.signals[sent])
    sent += 1
    let isLast = sent == Supervisor.signals.count
    nextSignalAt = isLast ? .max : SelfPipe.milliseconds() + Supervisor.graceInMilliseconds
  }

  /// Kills what the program left behind: its group, and what came to us when its parent died. Killing one may bring its
  /// children to us, so it takes rounds, as fast as they come: a daemon that only forks and ends is caught in between.
  private mutating func endDescendants() {
    kill(-program, SIGKILL)
    group?.end()
    let end = SelfPipe.milliseconds() + Supervisor.graceInMilliseconds
    var last: [Int32] = []
    while SelfPipe.milliseconds() < end {
      reap()
      let children = Machine.children
      if children.isEmpty { return }
      for child in children { kill(child, SIGKILL) }
      if children == last { usleep(1_000) }
      last = children
    }
  }
}
