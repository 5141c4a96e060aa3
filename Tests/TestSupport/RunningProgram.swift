import Foundation

/// A program that a test started and has not waited for yet.
///
/// Started by posix_spawn(3): Foundation's Process crashed now and then where several threads used it at
/// once, and let the program inherit blocked signals.
package final class RunningProgram {
  private let child: pid_t
  private let files: [URL]
  private let watchdog: DispatchWorkItem
  private var hasEnded = false

  package struct SpawnFailed: Error { package let program: String }

  /// - Parameter limit: seconds after which it is killed, so that no test hangs.
  package init(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    input: String = "", limit: Double = 60
  ) throws {
    // Files, not pipes: a grandchild that keeps a pipe open would hold up the test.
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("pair-run-\(UUID().uuidString)")
    files = ["in", "out", "err"].map { base.appendingPathExtension($0) }
    for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
    child = try RunningProgram.spawn(
      program, arguments, in: folder, environment: environment, files: files.map(\.path))
    watchdog = DispatchWorkItem { [child] in kill(child, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
  }

  deinit {
    watchdog.cancel()
    if !hasEnded {
      kill(child, SIGKILL)
      var status: Int32 = 0
      waitpid(child, &status, 0)
    }
    files.forEach { try? FileManager.default.removeItem(at: $0) }  // Only scratch.
  }

  package func send(signal: Int32) { kill(child, signal) }

  /// Waits for its end.
  package func wait() throws -> Invocation {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    hasEnded = true
    watchdog.cancel()
    return Invocation(
      status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F),
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }

  private static func spawn(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    files: [String]
  ) throws -> pid_t {
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
    return child
  }
}
