import Git
import Host
import PairCore
import Subprocess
import SystemPackage

/// A program that runs under a supervisor, in a session of its own, reads its input from a file and writes
/// its output to files, so that no pipe can block it or us and its output costs no memory.
struct ChildProcess: Sendable {
  /// Absolute path of the program that supervises: this binary, whose `supervise` command that is.
  let supervisor: String
  let program: String
  let arguments: [String]
  let environment: [String: String]
  let folder: String
  /// Read by the program; `/dev/null` for nothing.
  let inputPath: String
  let outputPath: String
  let errorPath: String
  /// The walls around the program; nil for none.
  var sandbox: Sandbox?

  var printedBytes: Int { [outputPath, errorPath].reduce(0) { $0 + (FileInfo(at: $1)?.sizeInBytes ?? 0) } }

  struct End: Hashable, Sendable {
    let exit: AgentExit
    /// Why it was stopped; nil when it ended by itself.
    let stop: Stop?
  }

  enum Stop: Hashable, Sendable {
    case deadline
    /// It said nothing for too long.
    case silence
    /// It printed more than it may.
    case output
    case cancelled
    /// What it used costs too much; how much, in words.
    case overBudget(String)
    /// What it keeps on disk is larger than it may be.
    case disk
    /// Its supervisor was stopped or killed.
    case unsupervised
  }

  /// Runs the program to its end, or to `limit`. At the limit, when one of `reasonsToStop` says why, and when the
  /// task around it is cancelled, its whole group is interrupted, five seconds later terminated, five more later
  /// killed. Whatever it started is gone when this returns, and soon after this process dies, however it dies: where
  /// its supervisor cannot see to that, because the program stopped or killed it, this process does.
  ///
  /// - Parameter reasonsToStop: each nil while the program may go on; asked about ten times a second while it runs,
  ///   and once after its end. Each has a thread of its own, which it may block.
  /// - Throws: `PairError` when it cannot be started; `CancellationError` after an interrupt.
  func run(
    limit: Duration, effects: EffectDoor, reasonsToStop: [@Sendable () -> Stop?] = []
  ) async throws -> End {
    try effects.pass(.spawn, program)
    let output = try newFile(outputPath, effects)
    defer { try? output.close() }  // The program has its own copy; the bytes are the kernel's.
    let error = try newFile(errorPath, effects)
    defer { try? error.close() }  // As above.
    let supervision = Supervision(of: self)
    let watchdog = try Watchdog(reasonsToStop + [{ supervision.isLost ? .unsupervised : nil }])

    let exit: AgentExit?
    do {
      exit = try await withTaskCancellationHandler {
        try await runToEnd(limit: limit, output: output, error: error, watchdog, supervision)
      } onCancel: {
        watchdog.lifeline.cut()
      }
    } catch {
      await watchdog.finish()
      await supervision.end(after: nil)
      throw error
    }
    await watchdog.finish()
    await supervision.end(after: exit)
    try Task.checkCancellation()
    guard let exit else { throw CancellationError() }
    // The supervisor passes on how its program ended, and dies of no signal by itself.
    if case .signalled = exit { return End(exit: exit, stop: watchdog.stop ?? .unsupervised) }
    return End(exit: exit, stop: watchdog.stop)
  }

  /// - Returns: nil after an interrupt.
  private func runToEnd(
    limit: Duration, output: FileDescriptor, error: FileDescriptor, _ watchdog: Watchdog,
    _ supervision: Supervision
  ) async throws -> AgentExit? {
    try await withThrowingTaskGroup(of: AgentExit?.self) { group in
      let input = FileDescriptor(rawValue: watchdog.lifeline.readEnd)
      group.addTask {
        // Not before: the pool may be busy, and an agent's time begins with the agent.
        watchdog.start(limit: limit)
        return try await runToEnd(input: input, output: output, error: error, supervision)
      }
      // The cut lifeline ends the program; where its supervisor does not, the cancellation ends that.
      group.addTask {
        await watchdog.waitForStop()
        return nil
      }
      var exit: AgentExit?
      for try await ended in group {
        exit = exit ?? ended
        group.cancelAll()
      }
      return exit
    }
  }

  private func runToEnd(
    input: FileDescriptor, output: FileDescriptor, error: FileDescriptor, _ supervision: Supervision
  ) async throws -> AgentExit {
    var options = PlatformOptions()
    options.createSession = true
    // The supervisor stops its program in steps; it needs longer than they take together.
    options.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(20))]
    do {
      let result = try await Subprocess.run(
        .path(FilePath(supervisor)),
        arguments: Arguments(
          ["supervise", inputPath] + supervision.options + (sandbox?.options ?? []) + ["--", program]
            + arguments),
        environment: .exactly(environment),
        workingDirectory: FilePath(folder), platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(error, closeAfterSpawningProcess: false)
      ) { supervision.begin(of: $0.processIdentifier.value) }
      return switch result.terminationStatus {
      case .exited(let code): .exited(Int(code))
      case .signaled(let signal): .signalled(Int(signal))
      }
    } catch let error as SubprocessError {
      throw PairError(.internal, "starting \(program): \(error)")
    }
  }

  private func newFile(_ path: String, _ effects: EffectDoor) throws -> FileDescriptor {
    try effects.pass(.fileWrite, path)
    do {
      return try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite])
    } catch {
      throw PairError(.internal, "writing \(path): \(error)")
    }
  }
}
