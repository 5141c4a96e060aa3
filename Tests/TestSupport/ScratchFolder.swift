import Foundation

/// A folder of a test's own, with a HOME and git configuration in it; gone when the test ends.
package final class ScratchFolder: Sendable {
  /// Absolute, without links.
  package let path: String

  package init() throws {
    let made = FileManager.default.temporaryDirectory.appendingPathComponent("pair-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    path = made.resolvingSymlinksInPath().path
    // What stands for agents tells tests what it does by files in the folder. `make test-sandbox` requires walls.
    let wish = ProcessInfo.processInfo.environment["PAIR_TEST_SANDBOX"] ?? "auto"
    try write(
      "home/.gitconfig",
      """
      [user]
      \tname = Ada
      \temail = ada@example.com
      [init]
      \tdefaultBranch = main
      [bpsai-pair]
      \tsandbox = \(wish)
      \tsandboxWrite = \(path)

      """)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)  // A left-over folder fails no test.
  }

  /// The only environment that programs started by a test get: nothing of the user's.
  package var environment: [String: String] {
    [
      "HOME": path + "/home", "XDG_STATE_HOME": path + "/state", "PATH": "\(path)/bin:/usr/bin:/bin",
      "GIT_CONFIG_GLOBAL": path + "/home/.gitconfig", "GIT_CONFIG_SYSTEM": "/dev/null",
      "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", "TMPDIR": path + "/tmp",
      "SWIFT_BACKTRACE": "enable=no",
    ]
  }

  /// Writes a file below the folder, and the folders above it.
  package func write(_ name: String, _ text: String, executable: Bool = false) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    guard executable else { return try Data(text.utf8).write(to: file) }
    // By another process: a program that another test starts at this moment would inherit our descriptor,
    // and while anybody has a file open for writing nobody can execute it (execve(2), ETXTBSY).
    let run = try Invocation.run(
      "/usr/bin/install", ["-m", "755", "/dev/stdin", file.path], in: path, environment: [:], input: text)
    if run.status != 0 { throw InstallFailed(words: run.errors) }
  }

  package struct InstallFailed: Error { package let words: String }

  /// The text of a file below the folder; nil when there is none.
  package func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}
