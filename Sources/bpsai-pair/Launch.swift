import ArgumentParser
import Dispatch
import Git
import Glibc
import Host
import PairCore
import Pipeline
import Synchronization

/// Runs the command of this process's arguments and ends the process with its status.
enum Launch {
  static func run() async -> Never {
    openStandardFiles()
    do {
      // Before anything else: it becomes the program that waits for it; see `Bwrap`.
      if CommandLine.arguments.dropFirst().first == "enter" {
        try Bwrap.enter(Array(CommandLine.arguments.dropFirst(2)))
      }
      Interrupts.prepare()
      ChildGuard.enable(by: "end-git")
      try await Interrupts.cancelling { try await runCommand() }
      Terminal.exit(with: ExitStatus.done)
    } catch {
      Terminal.exit(with: report(error))
    }
  }

  /// Gives a standard stream that is closed (`>&-`) nothing to lead to: the next file that is opened, a lock or a log,
  /// would get its number otherwise, and our words with it.
  private static func openStandardFiles() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }

  private static func runCommand() async throws {
    var command = try BpsaiPair.parseAsRoot()
    let running = command as? any RunningTasks
    if var asynchronous = command as? any AsyncParsableCommand {
      Interrupts.watch(
        advising: running?.adviceAfterInterrupt, finishing: running?.finishesAfterInterrupt == true)
      try await asynchronous.run()
    } else {
      try command.run()
    }
  }

  /// Tells the person what went wrong and returns the status to end with.
  private static func report(_ error: any Error) -> Int32 {
    // Whatever broke off because of the signal, the signal is the reason.
    if Interrupts.signal != 0 {
      Terminal.say("interrupted" + (Interrupts.advice.map { "; nothing is lost: \($0)" } ?? ""))
      return ExitStatus.of(signal: Interrupts.signal)
    }
    switch error {
    case let ended as Ended:
      return ended.status
    case let error as PairError:
      Terminal.report(error)
      return ExitStatus.of(error.kind)
    case let error as GitError:
      let kind: PairError.Kind = error.kind == .locked ? .tryLater : .internal
      Terminal.report(PairError(kind, error.message, hint: error.hint))
      return ExitStatus.of(kind)
    default:
      let text = BpsaiPair.fullMessage(for: error)
      let code = BpsaiPair.exitCode(for: error)
      if code.isSuccess {
        // ArgumentParser puts this word after the name of every group of commands.
        Terminal.print(text.replacing(" SUBCOMMANDS:\n", with: ":\n"))
        return ExitStatus.done
      }
      Terminal.say(text)
      return code == .validationFailure ? ExitStatus.usage : ExitStatus.of(.internal)
    }
  }
}

/// Ends a command that has already said everything with a status that is not 0.
struct Ended: Error {
  let status: Int32
}

/// SIGINT, SIGTERM and SIGHUP. They end a synchronous command at once, as they end any program; an
/// asynchronous one they cancel, so that agents are stopped and what they left is kept.
enum Interrupts {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let received = Atomic<Int32>(0)
  private static let count = Atomic<Int>(0)
  private static let words = Mutex<String?>(nil)
  /// Whether the first SIGINT lets what runs be finished.
  private static let isFinishing = Atomic<Bool>(false)
  /// Whether a signal came that does not let anything be finished.
  private static let isUrgent = Atomic<Bool>(false)
  /// Signals that come closer together count as one: a closed terminal often sends two.
  private static let patience = Duration.seconds(2)
  /// The same for one that lets what runs be finished: a make(1) or npm(1) above us passes on what the terminal has
  /// sent us already, and nobody's finger is that fast.
  private static let shortPatience = Duration.milliseconds(100)

  /// The first signal that asked to stop; 0 when none did.
  static var signal: Int32 { received.load(ordering: .relaxed) }

  /// Whether nothing new may start any more, though what runs is to be finished.
  static var isEnough: Bool { isFinishing.load(ordering: .relaxed) && signal == SIGINT }

  static func prepare() {
    Machine.unblock(signals)
    // A reader that went away is told by write(2), and is no error. A handler, not SIG_IGN: an ignored
    // signal would stay ignored in every agent that we start (execve(2)).
    Glibc.signal(SIGPIPE) { _ in }
  }

  /// Runs `work`, and cancels it once a signal that is watched for asks to stop; where the first SIGINT lets what
  /// runs be finished, at the second one. One more signal ends the process at once: the lifeline of what runs is
  /// cut with it, so its supervisor ends it, and the next run keeps what it left.
  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let worker = Task { try await work() }
    // On a thread of its own: whatever blocks the others, a signal is heard.
    DispatchQueue(label: "bpsai-pair.signals").async {
      wait(for: 1)
      if isFinishing.load(ordering: .relaxed), !isUrgent.load(ordering: .relaxed) {
        waitForNext(after: shortPatience)
      }
      worker.cancel()
      waitForNext(after: patience)
      Terminal.say("interrupted again" + (advice.map { "; the next run keeps what was left: \($0)" } ?? ""))
      Terminal.exit(with: ExitStatus.of(signal: signal))
    }
    try await worker.value
  }

  /// Waits for a signal that comes later than `patience` from now, or is urgent.
  private static func waitForNext(after patience: Duration) {
    let wasUrgent = isUrgent.load(ordering: .relaxed)
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      if !wasUrgent, isUrgent.load(ordering: .relaxed) { return }
      usleep(pauseInMicroseconds)
    }
    wait(for: count.load(ordering: .relaxed) + 1)
  }

  private static func wait(for number: Int) {
    while count.load(ordering: .relaxed) < number { usleep(pauseInMicroseconds) }
  }

  private static let pauseInMicroseconds: UInt32 = 50_000

  /// What the user can do after an interrupt; nil where there is nothing to say.
  static var advice: String? { words.withLock { $0 } }

  /// From now on a signal cancels, and does not end the process; `finishing` lets what runs be finished at the
  /// first SIGINT.
  static func watch(advising advice: String?, finishing: Bool) {
    words.withLock { $0 = advice }
    isFinishing.store(finishing, ordering: .relaxed)
    // Whoever starts us with nohup(1) wants us to outlive the terminal.
    for number in signals where number != SIGHUP || !Machine.ignores(SIGHUP) {
      Glibc.signal(number) {
        _ = Interrupts.received.compareExchange(expected: 0, desired: $0, ordering: .relaxed)
        if $0 != SIGINT { Interrupts.isUrgent.store(true, ordering: .relaxed) }
        Interrupts.count.add(1, ordering: .relaxed)
      }
    }
  }
}
