import Host
public import PairCore
import Subprocess
import SystemPackage

/// A program that runs in a session of its own, reads its input from a file and writes its output to
/// files, so that no pipe can block it or us and its output costs no memory.
public struct ChildProcess: Sendable {
  public let program: String
  public let arguments: [String]
  public let environment: [String: String]
  public let folder: String
  /// Read by the program; `/dev/null` for nothing.
  public let inputPath: String
  public let outputPath: String
  public let errorPath: String

  public init(
    program: String, arguments: [String], environment: [String: String], folder: String,
    inputPath: String, outputPath: String, errorPath: String
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.folder = folder
    self.inputPath = inputPath
    self.outputPath = outputPath
    self.errorPath = errorPath
  }

  /// How the program ended.
  public struct End: Hashable, Sendable {
    public let exit: AgentExit
    public let timedOut: Bool
  }

  /// Runs the program to its end, or to `limit`. When it ends, by itself or not, the rest of its process
  /// group is killed. A cancelled task interrupts it: SIGINT, five seconds, SIGTERM, five seconds, SIGKILL.
  ///
  /// - Parameter everyTick: called about ten times a second while it runs, and once after its end.
  /// - Throws: `PairError` when it cannot be started; `CancellationError` after an interrupt.
  public func run(
    limit: Duration, effects: EffectDoor, everyTick: @escaping @Sendable () -> Void = {}
  ) async throws -> End {
    try effects.pass(.spawn, program)
    let input = try FileDescriptor.open(FilePath(inputPath), .readOnly)
    defer { try? input.close() }  // Nothing can be done about it, and nothing is lost.
    let output = try newFile(outputPath)
    defer { try? output.close() }  // The program has its own copy; the bytes are the kernel's.
    let error = try newFile(errorPath)
    defer { try? error.close() }  // As above.

    // Whichever is first ends the other: the program's end stops the clock, the deadline the program.
    var exit: AgentExit?
    var timedOut = false
    try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask { .program(try await runToEnd(input: input, output: output, error: error)) }
      group.addTask { await Self.watchClock(limit, everyTick) }
      for try await ending in group {
        switch ending {
        case .program(let how): exit = how
        case .deadline: timedOut = true
        case .clockStopped: break
        }
        group.cancelAll()
      }
    }
    everyTick()
    try Task.checkCancellation()
    guard let exit else { throw CancellationError() }
    return End(exit: exit, timedOut: timedOut)
  }

  private enum Ending: Sendable {
    case program(AgentExit)
    case deadline
    case clockStopped
  }

  private static func watchClock(_ limit: Duration, _ everyTick: @Sendable () -> Void) async -> Ending {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      everyTick()
      do {
        try await Task.sleep(for: .milliseconds(100))
      } catch {
        return .clockStopped
      }
    }
    return .deadline
  }

  private func runToEnd(
    input: FileDescriptor, output: FileDescriptor, error: FileDescriptor
  ) async throws -> AgentExit {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .interrupt, allowedDurationToNextStep: .seconds(5)),
      .send(signal: .terminate, allowedDurationToNextStep: .seconds(5)),
    ]
    var keyed: [Environment.Key: String] = [:]
    for (name, value) in environment { keyed[Environment.Key(stringLiteral: name)] = value }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(program)), arguments: Arguments(arguments), environment: .custom(keyed),
        workingDirectory: FilePath(folder), platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(error, closeAfterSpawningProcess: false))
      // The leader of the session has ended; what it left running in its group must not outlive it.
      Machine.killGroup(Int32(result.processIdentifier.value))
      return switch result.terminationStatus {
      case .exited(let code): .exited(Int(code))
      case .signaled(let signal): .signalled(Int(signal))
      }
    } catch let error as SubprocessError {
      throw PairError(.internal, "starting \(program): \(error)")
    }
  }

  private func newFile(_ path: String) throws -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite])
    } catch {
      throw PairError(.internal, "writing \(path): \(error)")
    }
  }
}
