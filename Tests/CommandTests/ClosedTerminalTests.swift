import Foundation
import TestSupport
import Testing

/// Commands whose terminal, or whose reader, goes away.
@Suite struct ClosedTerminalTests {
  /// Tasks that wait, half done, until the file `go` is there.
  private func repository(_ count: Int) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for id in (1...count).map({ "TASK-\($0)" }) {
      let task = TaskText.waiting(id, sprint: "s")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  private func environment(of repository: ScratchRepository) -> [String: String] {
    repository.scratch.environment.merging(["PAIRCODER_TEST_FOLDER": repository.scratch.path]) { $1 }
  }

  /// Runs the program on a terminal of its own that closes once `count` tasks are half done, and prints its status.
  private func runOnTerminal(
    _ arguments: [String], in repository: ScratchRepository, after count: Int, ignoringHangup: Bool = false
  ) throws -> Invocation {
    let script = """
      import os, pty, signal, sys, threading, time
      folder, count, ignoring = os.environ["PAIRCODER_TEST_FOLDER"], int(sys.argv[1]), sys.argv[2] == "1"
      child, terminal = pty.fork()
      if child == 0:
        if ignoring: signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.execv(sys.argv[3], sys.argv[3:])
      def read():
        try:
          while os.read(terminal, 4096): pass
        except OSError: pass
      while not all(os.path.exists(f"{folder}/TASK-{n + 1}") for n in range(count)):
        time.sleep(0.05)
      os.close(terminal)
      if ignoring: open(folder + "/go", "w").close()
      _, status = os.waitpid(child, 0)
      print("status", os.waitstatus_to_exitcode(status))
      """
    return try Invocation.run(
      "/usr/bin/env",
      ["python3", "-c", script, "\(count)", ignoringHangup ? "1" : "0", Pair.program] + arguments,
      in: repository.path, environment: environment(of: repository))
  }

  @Test func `a plan whose terminal closes ends as SIGHUP ends programs, and everything is kept`() throws {
    let repository = try repository(3)
    let before = try repository.userState()
    let run = try runOnTerminal(
      ["orchestrate", "--plan", "s", "--parallel", "2"], in: repository, after: 2)
    #expect(run.output == "status 129\n", "\(run)")
    for id in ["TASK-1", "TASK-2"] {
      #expect(try repository.logged("Event", of: id) == ["claimed", "started", "interrupted"])
      let kept = try #require(try repository.snapshots(of: id).first)
      #expect(try repository.text(of: "files/\(id).txt", at: kept) == "half")
    }
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-3"))
    #expect(try repository.hasNoWorktreeInUse())
    try repository.expectUserState(before)
  }

  @Test func `so does a run`() throws {
    let repository = try repository(1)
    let run = try runOnTerminal(["orchestrate", "--task", "TASK-1"], in: repository, after: 1)
    #expect(run.output == "status 129\n", "\(run)")
    #expect(try repository.snapshots(of: "TASK-1").count == 1)
  }

  @Test func `a run that outlives its terminal ends well`() throws {
    let repository = try repository(1)
    let run = try runOnTerminal(
      ["orchestrate", "--task", "TASK-1"], in: repository, after: 1, ignoringHangup: true)
    #expect(run.output == "status 0\n", "\(run)")
    #expect(try repository.text(of: "TASK-1.txt", at: "paircoder/TASK-1") == "all")
  }

  /// Runs `script`, in which `$0` is the program.
  private func run(_ script: String, in repository: ScratchRepository) throws -> Invocation {
    try repository.scratch.write("go", "")
    return try Invocation.run(
      "/bin/sh", ["-c", script, Pair.program], in: repository.path, environment: environment(of: repository))
  }

  @Test(arguments: [
    "orchestrate --task TASK-1 >&-", "orchestrate --task TASK-1 --json >&-",
    "orchestrate --task TASK-1 --json >&- <&- 2>&-", "orchestrate --plan s >&-",
  ])
  func `a result is a success though standard output is closed`(command: String) throws {
    let repository = try repository(1)
    let before = try repository.userState()
    let run = try run("exec \"$0\" \(command)", in: repository)
    #expect(run.status == 0, "\(run)")
    #expect(!run.errors.contains("standard output"))
    #expect(try repository.text(of: "TASK-1.txt", at: "paircoder/TASK-1") == "all")
    try repository.expectUserState(before)
    #expect(try repository.pair("status", touching: .nothing).status == 0)
  }

  @Test func `a result is a success though its reader is gone`() throws {
    let repository = try repository(1)
    let run = try run(
      "{ sleep 0.3; \"$0\" orchestrate --task TASK-1; echo \"status $?\" >&2; } | exec true", in: repository)
    #expect(run.errors.hasSuffix("status 0\n"), "\(run)")
  }

  @Test func `a failure keeps its own status though its answer cannot be written`() throws {
    let repository = try repository(1)
    try repository.write(".paircoder/tasks/TASK-1.task.md", "")
    let run = try run("exec \"$0\" orchestrate --task TASK-9 > /dev/full", in: repository)
    #expect(run.status != 0 && run.status != 70, "\(run)")
  }
}
