import ArgumentParser
import Host
import Git
import PairCore
import Pipeline
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs the command of this process's arguments and ends the process with its status.
enum Launch {
  static func run() async -> Never {
    Interrupts.watch()
    do {
      try await Interrupts.cancelling { try await runCommand() }
      exit(ExitStatus.done)
    } catch {
      exit(report(error))
    }
  }

  private static func runCommand() async throws {
    var command = try BpsaiPair.parseAsRoot()
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      try command.run()
    }
  }

  /// Tells the person what went wrong and returns the status to end with.
  private static func report(_ error: any Error) -> Int32 {
    // Whatever broke off because of the signal, the signal is the reason.
    if Interrupts.signal != 0 {
      Terminal.say("interrupted; nothing is lost, and the next run starts over")
      return Interrupts.signal == SIGTERM ? ExitStatus.terminated : ExitStatus.interrupted
    }
    switch error {
    case let ended as Ended:
      return ended.status
    case let error as PairError:
      Terminal.report(error)
      return ExitStatus.of(error.kind)
    case let error as GitError:
      Terminal.report(PairError(.internal, error.message))
      return ExitStatus.of(.internal)
    default:
      let text = BpsaiPair.fullMessage(for: error)
      let code = BpsaiPair.exitCode(for: error)
      if code.isSuccess {
        Terminal.print(text)
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

/// SIGINT and SIGTERM, turned into cancellation of the command, so that agents are stopped and what they
/// left is kept.
enum Interrupts {
  private static let received = Atomic<Int32>(0)

  /// The signal that asked to stop; 0 when none did.
  static var signal: Int32 { received.load(ordering: .relaxed) }

  /// Handlers, not SIG_IGN: an ignored signal would stay ignored in every agent that we start (execve(2)).
  static func watch() {
    Machine.unblock([SIGINT, SIGTERM])
    for number in [SIGINT, SIGTERM] {
      Glibc.signal(number) { Interrupts.received.store($0, ordering: .relaxed) }
    }
    // A reader that went away is told by write(2), and is no error.
    Glibc.signal(SIGPIPE) { _ in }
  }

  /// Runs `work`, and cancels it once a signal asks to stop.
  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let worker = Task { try await work() }
    let watcher = Task {
      while signal == 0 { try await Task.sleep(for: .milliseconds(50)) }
      worker.cancel()
    }
    defer { watcher.cancel() }
    try await worker.value
  }
}
