import Foundation

/// A program that a test started and has not waited for yet.
public final class RunningProgram {
  private let process = Process()
  private let files: [URL]
  private let watchdog: DispatchWorkItem

  /// - Parameter limit: seconds after which it is killed, so that no test hangs.
  public init(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    input: String = "", limit: Double = 60
  ) throws {
    // Files, not pipes: a grandchild that keeps a pipe open would hold up the test.
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("pair-run-\(UUID().uuidString)")
    files = ["in", "out", "err"].map { base.appendingPathExtension($0) }
    for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    let number = process.processIdentifier
    watchdog = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
  }

  deinit {
    watchdog.cancel()
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    files.forEach { try? FileManager.default.removeItem(at: $0) }  // Only scratch.
  }

  public func send(signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end.
  public func wait() throws -> Invocation {
    process.waitUntilExit()
    watchdog.cancel()
    return Invocation(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}
