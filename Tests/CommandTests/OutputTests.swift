import TestSupport
import Testing

/// What becomes of a command whose answer cannot be written.
@Suite struct OutputTests {
  private func plan(_ second: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", recipe: "echo one > one.txt", fields: ["sprint: s"]),
      TaskText("TASK-2", recipe: second, fields: ["sprint: s"]))
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  /// Runs `script`, in which `$0` is the program.
  private func run(_ script: String, in repository: ScratchRepository) throws -> Invocation {
    try Invocation.run(
      "/bin/sh", ["-c", script, Pair.program], in: repository.path,
      environment: repository.scratch.environment)
  }

  @Test(arguments: [("echo two > two.txt", 0), ("exit 1", 1)])
  func `a plan goes on when nobody reads its answer, and ends with its own status`(
    second: String, status: Int
  ) throws {
    let repository = try plan(second)
    let run = try run(
      "{ sleep 0.3; \"$0\" orchestrate --plan s; echo \"status $?\" >&2; } | exec true", in: repository)
    #expect(run.errors.hasSuffix("status \(status)\n"), "\(run)")
    #expect(try repository.hasBranch(of: "TASK-1"))
    #expect(try repository.hasBranch(of: "TASK-2") == (status == 0))
    #expect(try repository.logged("Event", of: "TASK-2").last == (status == 0 ? "committed" : "failed"))
  }

  /// Python's pipe is full, and set not to block, when the program starts.
  @Test func `an answer waits for a reader that is slow`() throws {
    let repository = try plan("echo two > two.txt")
    let script = """
      import fcntl, os, subprocess, sys, time
      reader, writer = os.pipe()
      os.set_blocking(writer, False)
      fcntl.fcntl(writer, 1031, 4096)  # F_SETPIPE_SZ
      os.write(writer, b"x" * 4096)
      run = subprocess.Popen([sys.argv[1], "--help"], stdout=writer)
      os.close(writer)
      time.sleep(0.5)
      text = os.fdopen(reader, "rb").read()[4096:]
      sys.stdout.write(text.decode())
      sys.exit(run.wait())
      """
    let run = try Invocation.run(
      "/usr/bin/env", ["python3", "-c", script, Pair.program], in: repository.path,
      environment: repository.scratch.environment)
    #expect(run.status == 0, "\(run)")
    #expect(run.output == (try repository.pair("--help").output))
  }

  @Test(arguments: ["status", "--help", "orchestrate --plan s"])
  func `an answer that cannot be written is an error`(command: String) throws {
    let repository = try plan("echo two > two.txt")
    let run = try run("exec \"$0\" \(command) > /dev/full", in: repository)
    #expect(run.status == 70)
    #expect(run.errors.contains("error: writing to standard output: No space left on device\n"))
    #expect(try repository.hasBranch(of: "TASK-2") == command.hasPrefix("orchestrate"))
  }
}
