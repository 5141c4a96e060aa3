import Foundation
import TestSupport
import Testing

@Suite struct CancelTests {
  @Test func `a run is cancelled from another worktree, and goes on from what it left`() throws {
    let repository = try ScratchRepository.trusting(WaitingRun.task())
    let elsewhere = repository.scratch.path + "/elsewhere"
    try repository.git(["worktree", "add", "--quiet", elsewhere])
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    let cancelled = try Invocation.run(
      Pair.program, ["cancel", "task-1"], in: elsewhere, environment: repository.scratch.environment)
    #expect(cancelled.status == 0, "\(cancelled)")
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(cancelled.output.hasPrefix("TASK-1: stopped; what it did is kept in \(kept)\n"))
    let ended = try run.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.errors.contains("TASK-1 was cancelled"))
    #expect(!waiting.agentLives)
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "cancelled"])
    #expect(!repository.scratch.exists("repo/.git/paircoder/cancel/task-1"))

    try repository.pair("resume", "TASK-1")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
  }

  /// The run is dead, so nobody reads the wish that it stop; its agent lives. Within bwrap it would end with its
  /// supervisor.
  @Test func `what outlived a run and its supervisor is ended by unlock`() throws {
    let task = WaitingRun.task(waiting: "while :; do sleep 0.1; done")
    let repository = try ScratchRepository.trusting(task).withoutSandbox()
    let waiting = try WaitingRun(in: repository)
    let (run, agent) = (waiting.run, waiting.agent)
    let status = try String(contentsOfFile: "/proc/\(agent)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("PPid:") })
    let supervisor = try #require(Int32(line.split(separator: "\t")[1]))
    run.send(signal: SIGSTOP)
    kill(supervisor, SIGKILL)
    run.send(signal: SIGKILL)
    _ = try run.wait()
    usleep(200_000)
    #expect(waiting.agentLives)
    let unlocked = try repository.pair("unlock", "TASK-1")
    #expect(unlocked.output == "TASK-1: its claim is free\n")
    #expect(unlocked.errors.contains("left-over processes of run"))
    try wait { !waiting.agentLives }
    #expect(try repository.snapshots(of: "TASK-1").count == 1)
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.logged("Event", of: "TASK-1").last == "interrupted")
  }

  /// None of these says how the run ended, so none may hide that it did.
  @Test(arguments: [
    ["queue", "TASK-1"], ["retry", "TASK-1"], ["discard", "TASK-1"], ["hook", "post-commit"],
  ])
  func `what a dead run left is kept, whatever command comes next`(_ command: [String]) throws {
    let repository = try ScratchRepository.trusting(WaitingRun.task())
    let waiting = try WaitingRun(in: repository)
    waiting.run.send(signal: SIGKILL)
    _ = try waiting.run.wait()
    try wait { !waiting.agentLives }
    if command == ["hook", "post-commit"] { try repository.commit("Go on") }
    _ = try Invocation.run(
      Pair.program, command, in: repository.path, environment: repository.scratch.environment)
    try repository.pair("unlock", "TASK-1")
    #expect(try repository.logged("Event", of: "TASK-1").contains("interrupted"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "half")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a live run is not unlocked`() throws {
    let repository = try ScratchRepository.trusting(WaitingRun.task())
    let run = try WaitingRun(in: repository).run
    let unlocked = try repository.pair("unlock", "TASK-1", ends: 75)
    #expect(unlocked.errors.contains("TASK-1 is being worked on"))
    let queued = try repository.pair("queue", "TASK-1", ends: 75)
    #expect(queued.errors.contains("bpsai-pair cancel TASK-1"))
    run.send(signal: SIGTERM)
    #expect(try run.wait().status == 143)
  }
}
