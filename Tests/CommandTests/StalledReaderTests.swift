import Foundation
import TestSupport
import Testing

/// Runs whose standard error is read by a program that stopped reading.
@Suite struct StalledReaderTests {
  /// An agent that works until it is stopped, and tells so all the time.
  private static let busy = #"""
    echo half > hello.txt
    echo $$ > "$PAIRCODER_TEST_STARTED"
    n=0
    while :; do
      n=$((n + 1))
      if [ $n -gt 300 ]; then sleep 0.05; fi  # By then the pipe is full.
      use "m$n"
      say '{"type":"assistant","message":{"id":"t'$n'","content":[{"type":"tool_use","id":"t'$n'","name":"Write","input":{"file_path":"a-long-name-of-a-file-'$n'.txt","content":""}}]}}'
      say '{"type":"user","message":{"content":[{"tool_use_id":"t'$n'","type":"tool_result","content":"Done."}]}}'
    done
    """#

  private func repository(_ settings: String) throws -> ScratchRepository {
    let task = TaskText(
      "TASK-1", fields: ["type: feature", "complexity: 75"], body: "# Description\n\nGreet.")
    let repository = try ScratchRepository.with(task)
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  \(settings)\n")
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  claude-code:\n    prices: {default: {input: 100, cached: 10, output: 500}}\n")
    try repository.commit()
    try repository.install(claude: StalledReaderTests.busy)
    return repository
  }

  /// Starts the task with a pipe as standard error that nobody reads, and that has 4 KiB of room.
  private func start(in repository: ScratchRepository, _ more: String...) throws -> RunningProgram {
    let script = """
      mkfifo "$HOME/stalled"
      exec 3<> "$HOME/stalled"
      head -c 61440 /dev/zero >&3
      exec "$0" "$@" 2>&3
      """
    let words = ["-c", script, Pair.program, "orchestrate", "--task", "TASK-1", "--agent", "claude"]
    let marker = repository.scratch.path + "/started"
    return try RunningProgram(
      "/bin/sh", words + more, in: repository.path,
      environment: repository.scratch.environment.merging(["PAIRCODER_TEST_STARTED": marker]) { $1 },
      limit: 40)
  }

  private func agent(in repository: ScratchRepository) throws -> Int32 {
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    let text = try #require(repository.scratch.read("started"))
    return try #require(Int32(text.dropLast()))
  }

  /// What becomes of a run that `stop` ends, or its own limits.
  private func expectEnd(
    _ settings: String, _ more: [String] = [], event: String,
    stop: (RunningProgram, ScratchRepository) throws -> Void = { _, _ in }
  ) throws -> Invocation {
    let repository = try repository(settings)
    let run =
      try more.isEmpty ? start(in: repository) : start(in: repository, more[0], more[1])
    let agent = try agent(in: repository)
    usleep(2_000_000)
    let begin = ContinuousClock.now
    try stop(run, repository)
    let ended = try run.wait()
    #expect(ContinuousClock.now - begin < .seconds(25))
    #expect(kill(agent, 0) != 0)
    #expect(try repository.logged("Event", of: "TASK-1").last == event, "\(ended)")
    #expect(try repository.snapshots(of: "TASK-1").count == 1)
    return ended
  }

  @Test func `the time limit holds`() throws {
    let ended = try expectEnd("timeout: 5s", event: "failed")
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.output.contains("claude-code failed (timed-out): stopped after 5 s\n"))
  }

  @Test func `the budget holds`() throws {
    let ended = try expectEnd("budget: {daily: 200}", ["--max-cost", "2"], event: "failed")
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.output.contains("claude-code failed (over-budget): "))
  }

  @Test func `a run can be cancelled`() throws {
    let ended = try expectEnd("timeout: 1h", event: "cancelled") { _, repository in
      try repository.pair("cancel", "TASK-1")
    }
    #expect(ended.status == 1, "\(ended)")
  }

  @Test func `a run can be interrupted`() throws {
    let ended = try expectEnd("timeout: 1h", event: "interrupted") { run, _ in run.send(signal: SIGTERM) }
    #expect(ended.status == 143, "\(ended)")
  }
}
