import Foundation
import TestSupport
import Testing

@Suite struct InterruptionTests {
  private let recipe = WaitingRun.task()

  @Test(
    arguments: [
      (SIGINT, 130, "exec sleep 60"), (SIGTERM, 143, "exec sleep 60"), (SIGHUP, 129, "exec sleep 60"),
      (SIGINT, 130, "sleep 60"),
    ] as [(Int32, Int32, String)])
  func `an interrupt ends the agent and keeps what it did`(
    signal: Int32, status: Int32, waiting: String
  ) throws {
    let repository = try ScratchRepository.trusting(WaitingRun.task(waiting: waiting))
    let before = try repository.userState()
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: signal)
    let ended = try run.wait()
    #expect(ended.status == status, "\(ended)")
    #expect(
      ended.errors.hasSuffix(
        "\ninterrupted; nothing is lost: 'bpsai-pair resume TASK-1' goes on with it, and 'bpsai-pair retry TASK-1' starts over\n"
      ))
    try repository.expectUserState(before)
    #expect(!waiting.agentLives)
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "interrupted"])
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.logged("Snapshot", of: "TASK-1") == [kept])
    #expect(ended.errors.contains("what was there is kept in \(kept)\n"))
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "half")
    let shown = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(shown["tasks"].list.map { $0["state"].text } == ["interrupted"])

    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
  }

  /// An agent that ignores signals takes ten seconds to end; nobody has to wait that long.
  @Test func `a second interrupt ends the run at once, and its agent`() throws {
    let repository = try ScratchRepository.trusting(
      WaitingRun.task(waiting: "trap '' INT TERM; while :; do sleep 0.1; done"))
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: SIGTERM)
    usleep(2_500_000)
    #expect(waiting.agentLives)
    let second = ContinuousClock.now
    run.send(signal: SIGINT)
    let ended = try run.wait()
    #expect(ContinuousClock.now - second < .seconds(5))
    #expect(ended.status == 143, "\(ended)")
    #expect(
      ended.errors.hasSuffix(
        "interrupted again; the next run keeps what was left: 'bpsai-pair resume TASK-1' goes on with it, and 'bpsai-pair retry TASK-1' starts over\n"
      ))
    try wait { !waiting.agentLives }
    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(next.errors.contains("note: what was there is kept in "))
  }

  /// Two signals at once are one: a terminal that closes may send both.
  @Test func `signals that come together keep what the agent did`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let run = try WaitingRun(in: repository).run
    for _ in 0..<3 { run.send(signal: SIGHUP) }
    let ended = try run.wait()
    #expect(ended.status == 129)
    #expect(try repository.snapshots(of: "TASK-1").count == 1)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `with nohup a run outlives its terminal`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let marker = repository.scratch.path + "/started"
    let run = try RunningProgram(
      "/usr/bin/nohup", [Pair.program, "orchestrate", "--task", "TASK-1"], in: repository.path,
      environment: repository.scratch.environment.merging(["PAIRCODER_TEST_STARTED": marker]) { $1 })
    try wait { repository.scratch.exists("started") }
    run.send(signal: SIGHUP)
    usleep(300_000)
    run.send(signal: SIGTERM)
    #expect(try run.wait().status == 143)
  }

  /// A named pipe that nobody writes to holds up git's own reading, and so ours.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a command that runs no agent ends at once`(signal: Int32) throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let pipe = repository.scratch.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let run = try repository.startPair("status", environment: ["GIT_CONFIG_GLOBAL": pipe])
    usleep(500_000)
    run.send(signal: signal)
    let ended = try run.wait()
    #expect(ended.status == 128 + signal, "\(ended)")
    #expect(ended.errors == "")
  }

  @Test func `an interrupt reaches an agent that is a program of its own`() throws {
    let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "STANDIN: wait")
    let repository = try ScratchRepository.with(task)
    try repository.install(standIn: "claude")
    let before = try repository.userState()
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: SIGINT)
    #expect(try run.wait().status == 130)
    try repository.expectUserState(before)
    #expect(!waiting.agentLives)
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "half a greeting")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `after a kill the next run keeps what was left, and starts over`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let before = try repository.userState()
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: SIGKILL)
    #expect(try run.wait().status == 128 + SIGKILL)
    kill(-waiting.agent, SIGKILL)
    try repository.expectUserState(before)
    let killed = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(killed["tasks"].list.map { $0["state"].text } == ["interrupted"])

    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(next.errors.contains("note: what was there is kept in \(kept)\n"))
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "half")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
    #expect(
      try repository.logged("Event", of: "TASK-1") == [
        "claimed", "started", "interrupted", "claimed", "started", "committed",
      ])
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `what a killed run held of git's locks is let go before anybody has waited for long`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let waiting = try WaitingRun(in: repository)
    waiting.run.send(signal: SIGKILL)
    _ = try waiting.run.wait()
    kill(-waiting.agent, SIGKILL)
    let names = ["refs/heads/paircoder/TASK-1", "refs/notes/paircoder", "refs/paircoder/tasks/TASK-1"]
    for name in names { try repository.write(".git/\(name).lock", "") }
    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    for name in names {
      let lock = repository.gitDirectory + "/\(name).lock"
      #expect(
        next.errors.contains("note: removed \(lock), which a process that was killed had left behind\n"))
    }
    // A ref of the user's is none of ours, whoever left it locked.
    try repository.write(".git/refs/heads/main.lock", "")
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(FileManager.default.fileExists(atPath: repository.gitDirectory + "/refs/heads/main.lock"))
  }

  /// Git's entry for the worktree outlives the worktree when somebody cleans up by hand.
  @Test func `after a kill the worktree may be gone`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: SIGKILL)
    _ = try run.wait()
    kill(-waiting.agent, SIGKILL)
    try FileManager.default.removeItem(atPath: repository.scratch.path + "/state/bpsai-pair/worktrees")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  /// What git leaves when it is killed while it makes a worktree: HEAD names no commit yet, or is missing.
  @Test(arguments: [String(repeating: "0", count: 40) + "\n", nil])
  func `after a kill the worktree may be half made`(head: String?) throws {
    let repository = try ScratchRepository.trusting(recipe)
    let waiting = try WaitingRun(in: repository)
    let run = waiting.run
    run.send(signal: SIGKILL)
    _ = try run.wait()
    kill(-waiting.agent, SIGKILL)
    let entry = ".git/worktrees/1"
    for name in ["HEAD", "commondir", "index"] where head == nil || name != "commondir" {
      try FileManager.default.removeItem(atPath: "\(repository.path)/\(entry)/\(name)")
    }
    if let head { try repository.write(entry + "/HEAD", head) }
    try repository.write(entry + "/locked", "initializing\n")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a run that was killed once its branch had moved is taken over`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let result = try repository.git(["rev-parse", "paircoder/TASK-1"])
    // The last event is that of the commit: without it, the log ends as it did before.
    try repository.git(["update-ref", "refs/paircoder/tasks/TASK-1", "refs/paircoder/tasks/TASK-1~1"])
    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(next.errors.contains("TASK-1 has a result for this text already (\(result.prefix(10)))"))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "committed"])
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == result)
    try repository.pair("review", "TASK-1")
  }

  @Test func `a run that was killed before its worktree went is cleaned up`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let note = try repository.worktreeRoot() + "/1.note"
    let text = try #require(repository.scratch.read(note))
    try repository.scratch.write(note, text.replacingOccurrences(of: "State: free", with: "State: in-use"))
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.logged("Event", of: "TASK-1").last == "committed")
  }

  @Test func `while a run works, its task is leased`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    let run = try WaitingRun(in: repository).run
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.map { $0["state"].text } == ["running"])
    let second = try repository.pair("orchestrate", "--task", "TASK-1", ends: 75)
    #expect(second.errors.contains("error: TASK-1 is being worked on by process "))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started"])
    run.send(signal: SIGINT)
    #expect(try run.wait().status == 130)
  }

  @Test func `a lease that somebody else holds is not taken`() throws {
    let repository = try ScratchRepository.trusting(recipe)
    try repository.write(".git/paircoder/leases/task-1", "a test\n")
    let holder = try RunningProgram(
      "/usr/bin/flock",
      [
        "--no-fork", repository.path + "/.git/paircoder/leases/task-1", "/bin/sh", "-c",
        ": > \"$0\"; exec sleep 60", repository.scratch.path + "/held",
      ], in: repository.path, environment: repository.scratch.environment)
    try wait { repository.scratch.exists("held") }
    let refs = try repository.refs()
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 75)
    #expect(
      run.errors.hasSuffix(
        """
        error: TASK-1 is being worked on by a test
        hint: Wait for it, or stop it with 'bpsai-pair cancel TASK-1'.

        """))
    #expect(try repository.refs() == refs)
    holder.send(signal: SIGKILL)
    _ = try holder.wait()
    try repository.pair("orchestrate", "--task", "TASK-1")
  }
}
