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
    // Files, not pipes: a grandchild that keeps a pipe open would hold up the test.
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("pair-run-\(UUID().uuidString)")
    let files = ["in", "out", "err"].map { base.appendingPathExtension($0) }
    defer { files.forEach { try? FileManager.default.removeItem(at: $0) } }  // Only scratch.
    for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
    let status = try spawn(
      program, arguments, in: folder, environment: environment, files: files.map(\.path), limit: limit)
    return Invocation(
      status: status, output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }

  public struct SpawnFailed: Error { public let program: String }

  /// posix_spawn(3): Foundation's Process crashed now and then where several threads used it at once.
  private static func spawn(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    files: [String], limit: Double
  ) throws -> Int32 {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, file) in files.enumerated() {
      posix_spawn_file_actions_addopen(
        &actions, Int32(number), file, number == 0 ? O_RDONLY : O_WRONLY | O_APPEND, 0)
    }
    // This thread may block signals; the program must not inherit that.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // A shell changes the folder: posix_spawn can do so only by extensions that are not everywhere.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program]
    let words = (shell + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var child: pid_t = 0
    guard posix_spawn(&child, shell[0], &actions, &attributes, words, variables) == 0 else {
      throw SpawnFailed(program: program)
    }
    let watchdog = DispatchWorkItem { [child] in kill(child, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
    defer { watchdog.cancel() }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}
