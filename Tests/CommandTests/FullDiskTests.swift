import Foundation
import TestSupport
import Testing

/// What no disk space does, played by a limit on the size of files (setrlimit(2), RLIMIT_FSIZE).
@Suite struct FullDiskTests {
  private let task = TaskText(
    "TASK-1", recipe: "echo hello > hello.txt", body: String(repeating: "Much to read.\n", count: 200))

  /// Runs the program where no file can grow beyond `blocks` times 512 bytes.
  private func orchestrate(_ repository: ScratchRepository, blocks: Int) throws -> Invocation {
    // Through pipes, since what it says must not be cut off. A write over the limit is an error, as on a
    // full disk, and not a signal.
    let script = """
      exec 3>&1
      { { trap '' XFSZ; ulimit -f \(blocks); "$0" orchestrate --task TASK-1; echo "status $?" >&2; } 2>&1 1>&4 4>&- |
        cat >&2; } 4>&1 | cat >&3
      """
    return try Invocation.run(
      "/bin/sh", ["-c", script, Pair.program], in: repository.path,
      environment: repository.scratch.environment)
  }

  @Test(arguments: [0, 1, 2])
  func `it ends with an error, loses nothing, and works once there is space`(blocks: Int) throws {
    let repository = try ScratchRepository.trusting(task)
    let before = try repository.userState()
    let run = try orchestrate(repository, blocks: blocks)
    #expect(run.errors.contains("error: "), "\(run)")
    #expect(!run.errors.contains("status 0\n") && !run.errors.contains("Fatal error"), "\(run)")
    try repository.expectUserState(before)
    #expect(try !repository.hasBranch(of: "TASK-1"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `work that cannot be kept now stays where it is, and the next run keeps it`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "for i in $(seq 400); do echo $i > file$i.txt; done"))
    let before = try repository.userState()
    let run = try orchestrate(repository, blocks: 4)
    #expect(run.errors.contains("/1 stays: writing a tree: "), "\(run)")
    try repository.expectUserState(before)
    #expect(try !repository.hasNoWorktreeInUse())
    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(next.errors.contains("what was there is kept in \(kept)"))
    #expect(try repository.text(of: "files/file400.txt", at: kept) == "400")
    #expect(try repository.hasBranch(of: "TASK-1"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a state folder that cannot be made is an error before anything is claimed`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["complexity: 20"], body: "Greet."))
    try repository.install(standIn: "codex")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 70, environment: ["XDG_STATE_HOME": "/dev/full"])
    #expect(run.errors.contains("error: making the folder /dev/full/bpsai-pair"))
    try repository.pair("orchestrate", "--task", "TASK-1")
  }
}
