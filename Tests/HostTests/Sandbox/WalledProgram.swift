import Foundation
import TestSupport
import Testing

@testable import Host

/// A scratch folder with one folder that a walled program may write, `work`, one that is hidden, `secret`, and one
/// beside them, `beside`.
struct WalledProgram {
  let scratch: ScratchFolder
  let sandbox: Sandbox

  init(bwrap: String? = nil, landlock: Bool = true, network: SandboxRules.Network = .open) throws {
    scratch = try ScratchFolder()
    for folder in ["work", "secret", "beside"] { try scratch.write("\(folder)/file", "text of \(folder)\n") }
    try scratch.write("home/.netrc", "hidden\n")
    let path = scratch.path
    sandbox = Sandbox(
      bwrap: bwrap, landlock: landlock,
      rules: SandboxRules(
        write: ["\(path)/work"], hidden: ["\(path)/secret", "\(path)/home/.netrc"], network: network))
  }

  /// Runs `script` in the scratch folder within the walls.
  func run(_ script: String) throws -> (status: Int32, output: String) {
    let command = [
      "/usr/bin/env", "-i", "HOME=\(scratch.path)/home", "TMPDIR=\(scratch.path)/work", "PATH=\(path)",
      "/bin/sh", "-c", "cd \(scratch.path); { \(script)\n} > work/output 2>&1",
    ]
    let child = try Supervisor.spawn(command, inputPath: "/dev/null", sandbox)
    let end = DispatchWorkItem { kill(-child, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: end)
    defer { end.cancel() }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, scratch.read("work/output") ?? "")
  }

  private var path: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin" }

  /// Each line of `script` by itself, with what it says; expects them all to fail, or to succeed.
  func expect(_ script: String, succeeds: Bool, _ place: SourceLocation = #_sourceLocation) throws {
    for line in script.split(separator: "\n") {
      let (status, output) = try run(String(line))
      #expect((status == 0) == succeeds, "\(line): status \(status), \(output)", sourceLocation: place)
    }
  }
}
