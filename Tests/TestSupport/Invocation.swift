import Foundation

/// A program that a test ran to its end.
public struct Invocation: Sendable {
  /// The exit status; 128 and the number for a signal.
  public let status: Int32
  public let output: String
  public let errors: String

  /// Runs `program` and waits for it.
  ///
  /// - Parameter limit: seconds after which it is killed, so that no test hangs.
  public static func run(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    input: String = "", limit: Double = 60
  ) throws -> Invocation {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment
    // Files, not pipes: a grandchild that keeps a pipe open would hold up the test.
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("pair-run-\(UUID().uuidString)")
    let files = ["in", "out", "err"].map { base.appendingPathExtension($0) }
    defer { files.forEach { try? FileManager.default.removeItem(at: $0) } }  // Only scratch.
    for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    let watchdog = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
    process.waitUntilExit()
    watchdog.cancel()
    return Invocation(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}
