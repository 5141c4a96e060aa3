import Git
import Host
package import PairCore
import Subprocess
import SystemPackage

/// A program that runs under a supervisor, in a session of its own, reads its input from a file and writes
/// its output to files, so that no pipe can block it or us and its output costs no memory.
package struct ChildProcess: Sendable {
  /// Absolute path of the program that supervises: this binary, whose `supervise` command that is.
  package let supervisor: String
  package let program: String
  package let arguments: [String]
  package let environment: [String: String]
  package let folder: String
  /// Read by the program; `/dev/null` for nothing.
  package let inputPath: String
  package let outputPath: String
  package let errorPath: String

  package init(
    supervisor: String, program: String, arguments: [String], environment: [String: String],
    folder: String, inputPath: String, outputPath: String, errorPath: String
  ) {
    self.supervisor = supervisor
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.folder = folder
    self.inputPath = inputPath
    self.outputPath = outputPath
    self.errorPath = errorPath
  }

  /// How the program ended.
  package struct End: Hashable, Sendable {
    package let exit: AgentExit
    /// Why it was stopped; nil when it ended by itself.
    package let stop: Stop?

    package var timedOut: Bool { stop == .deadline }
  }

  package enum Stop: Hashable, Sendable {
    case deadline
    /// It said nothing for too long.
    case silence
    /// It printed more than it may.
    case output
    /// A person wants the run to stop.
    case cancelled
    /// What it used costs too much; how much, in words.
    case overBudget(String)
  }

  /// Runs the program to its end, or to `limit`. At the limit, when whoever watches says why, and when the
  /// task around it is cancelled, its whole group is interrupted, five seconds later terminated, five more later
  /// killed. Whatever it started is gone when this returns, and soon after this process dies, however it dies.
  ///
  /// - Parameter reasonToStop: nil while it may go on; asked about ten times a second while it runs, and once
  ///   after its end.
  /// - Throws: `PairError` when it cannot be started; `CancellationError` after an interrupt.
  package func run(
    limit: Duration, effects: EffectDoor, reasonToStop: @escaping @Sendable () -> Stop? = { nil }
  ) async throws -> End {
    try effects.pass(.spawn, program)
    let lifeline = try Lifeline()
    let output = try newFile(outputPath, effects)
    defer { try? output.close() }  // The program has its own copy; the bytes are the kernel's.
    let error = try newFile(errorPath, effects)
    defer { try? error.close() }  // As above.

    // Whichever is first ends the other: the program's end stops the clock, the deadline the program.
    var exit: AgentExit?
    var stop: Stop?
    try await withThrowingTaskGroup(of: Ending.self) { group in
      let input = FileDescriptor(rawValue: lifeline.readEnd)
      group.addTask { .program(try await runToEnd(input: input, output: output, error: error)) }
      group.addTask { await Self.watch(limit, reasonToStop) }
      for try await ending in group {
        switch ending {
        case .program(let how): exit = how
        case .stopped(let why): stop = why
        case .watchEnded: break
        }
        group.cancelAll()
      }
    }
    withExtendedLifetime(lifeline) {}
    _ = reasonToStop()
    try Task.checkCancellation()
    guard let exit else { throw CancellationError() }
    return End(exit: exit, stop: stop)
  }

  private enum Ending: Sendable {
    case program(AgentExit)
    case stopped(Stop)
    case watchEnded
  }

  private static func watch(_ limit: Duration, _ reasonToStop: @Sendable () -> Stop?) async -> Ending {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let reason = reasonToStop() { return .stopped(reason) }
      do {
        try await Task.sleep(for: .milliseconds(100))
      } catch {
        return .watchEnded
      }
    }
    return .stopped(.deadline)
  }

  private func runToEnd(
    input: FileDescriptor, output: FileDescriptor, error: FileDescriptor
  ) async throws -> AgentExit {
    var options = PlatformOptions()
    options.createSession = true
    // The supervisor stops its program in steps; it needs longer than they take together.
    options.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(20))]
    do {
      let result = try await Subprocess.run(
        .path(FilePath(supervisor)),
        arguments: Arguments(["supervise", inputPath, "--", program] + arguments),
        environment: .exactly(environment),
        workingDirectory: FilePath(folder), platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(error, closeAfterSpawningProcess: false))
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
