import Foundation
import TestSupport
import Testing

@Suite struct HandoffTests {
  private static let task = TaskText(
    "TASK-1", fields: ["type: feature", "complexity: 75"],
    body: "# Acceptance Criteria\n\n- [ ] It greets\n\nSTANDIN: go on\n")

  private func repository(_ task: TaskText = task, checks: String? = nil) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(task)
    if let checks {
      try repository.write(
        ".paircoder/config.yaml",
        "orchestrate:\n  limits: {attempts: 1}\n  checks:\n    - {name: c, run: \(checks)}\n")
      try repository.write(".gitignore", "*.tmp\n")
      try repository.commit()
      try repository.pair("trust", "checks")
    }
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    return repository
  }

  @Test func `a result goes to the next agent and back, and each sees the other's work and note`() throws {
    let repository = try repository()
    let head = try repository.git(["rev-parse", "HEAD"])
    try repository.pair("orchestrate", "--task", "TASK-1")
    let first = try repository.git(["rev-parse", "paircoder/TASK-1"])

    let seen = ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"]
    let run = try repository.pair(
      "handoff", "task-1", "--to", "codex", "--note", "Mind the gap.", environment: seen)
    #expect(run.errors.hasPrefix("TASK-1: claude-code hands over to codex-cli\ncodex-cli works on TASK-1"))
    #expect(run.output.hasPrefix("TASK-1: codex-cli changed 2 files on paircoder/TASK-1 ("))
    #expect(run.output.contains("git diff \(head.prefix(10))...paircoder/TASK-1"))
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello from codex")
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "hello from claude")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1^"]) == first)
    #expect(try repository.snapshots(of: "TASK-1").contains { $0.hasSuffix("-result-\(first.prefix(10))") })
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(
      prompt.contains("claude-code (auto) worked on it and its result is \(first.prefix(10)); $0.0076 in all")
    )
    #expect(prompt.contains("> Mind the gap.\n"))
    #expect(prompt.contains("> Wrote hello.txt.\n"))
    #expect(prompt.contains("\n## Acceptance criteria not ticked\n\n- It greets\n"))
    let log = try repository.pair("log", "TASK-1", touching: .nothing).output
    #expect(log.contains("TASK-1: claimed for codex-cli (auto), handed over from claude-code\n"))

    let back = try JSON(repository.pair("handoff", "TASK-1", "--to", "claude", "--json").output)
    #expect(back["state"] == "committed")
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "hello from codex")
    // A review sees what all of them did.
    let review = try JSON(repository.pair("review", "TASK-1", "--json").output)
    #expect(review["base"].text == head)
    #expect(review["changedPaths"].list.map(\.text).contains("hello.txt"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a note that holds a credential of the environment tells it to nobody`() throws {
    let repository = try repository()
    try repository.pair("orchestrate", "--task", "TASK-1")
    let value = "not-for-the-log"
    try repository.pair(
      "handoff", "TASK-1", "--to", "codex", "--note", "Use \(value).",
      environment: ["SOME_SECRET": value, "PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("> Use [SOME_SECRET was here].\n"))
    let log = try repository.git(["log", "-p", "refs/paircoder/tasks/TASK-1", "refs/notes/paircoder"])
    #expect(log.contains("Use [SOME_SECRET was here]."))
    #expect(!log.contains(value))
    let found = try Invocation.run(
      "/usr/bin/grep", ["-r", "-l", value, ".git"], in: repository.path,
      environment: repository.scratch.environment)
    #expect(found.output == "")
  }

  @Test func `what a failed run left goes on in one commit, without what git ignores`() throws {
    let repository = try repository(checks: "'echo x > build.tmp; test -e seen.txt'")
    let failed = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(failed.output.hasPrefix("TASK-1: claude-code failed (checks-failed)"))
    #expect(failed.output.contains("  hand it over   bpsai-pair handoff TASK-1 --to AGENT\n"))
    #expect(try repository.snapshots(of: "TASK-1").count == 1)

    let seen = ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"]
    try repository.pair("handoff", "TASK-1", "--to", "codex", environment: seen)
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "hello from claude")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1^"]) == repository.git(["rev-parse", "HEAD"]))
    #expect(
      try repository.changedFiles(in: "paircoder/TASK-1") == [Self.task.path, "hello.txt", "seen.txt"])
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("claude-code (auto) worked on it and failed (checks-failed)"))
    #expect(prompt.contains("## How to verify\n\n- c: `echo x > build.tmp; test -e seen.txt` (failed)\n"))
  }

  @Test func `work is named for who did it, not for who only looked`() throws {
    let repository = try repository(checks: "'[ -n \"${PAIRCODER_TEST_READY:-}\" ]'")
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    try repository.write(Self.task.path, Self.task.text + "\nSTANDIN: nothing\n")
    let run = try repository.pair(
      "handoff", "TASK-1", "--to", "codex", environment: ["PAIRCODER_TEST_READY": "1"])
    #expect(run.output.hasPrefix("TASK-1: claude-code changed "))
    #expect(
      try repository.git([
        "log", "-1", "--format=%an|%(trailers:key=PairCoder-Agent,valueonly,separator=)", "paircoder/TASK-1",
      ])
        == "Claude Code|codex-cli")
    let note = try repository.git(["notes", "--ref=paircoder", "show", "paircoder/TASK-1"])
    #expect(note.contains("; it changed nothing, and the work is claude-code's; "))
  }

  @Test func `a handoff that fails leaves the result that there was`() throws {
    let repository = try repository()
    try repository.pair("orchestrate", "--task", "TASK-1")
    let first = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.write(Self.task.path, Self.task.text + "\nSTANDIN: fail\n")
    let run = try repository.pair("handoff", "TASK-1", "--to", "codex", ends: 1)
    #expect(run.output.hasPrefix("TASK-1: codex-cli failed (not-authenticated)"))
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == first)
    try repository.write(Self.task.path, Self.task.text)
    try repository.pair("handoff", "TASK-1", "--to", "codex")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1^"]) == first)
  }

  @Test func `a task that is being worked on is not handed over`() throws {
    let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "STANDIN: wait")
    let repository = try repository(task)
    let started = repository.scratch.path + "/started"
    let running = try repository.startPair(
      "orchestrate", "--task", "TASK-1", environment: ["PAIRCODER_TEST_STARTED": started])
    try wait { repository.scratch.exists("started") }
    let run = try repository.pair("handoff", "TASK-1", "--to", "codex", ends: 75)
    #expect(run.errors.hasPrefix("error: TASK-1 is being worked on by "))

    // After an interrupt what it left can be.
    running.send(signal: SIGINT)
    #expect(try running.wait().status == 130)
    try repository.write(task.path, Self.task.text)
    try repository.pair("handoff", "TASK-1", "--to", "codex")
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "half a greeting")
  }

  @Test func `what a killed run left can be handed over`() throws {
    let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "STANDIN: wait")
    let repository = try repository(task)
    let running = try repository.startPair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.exists("started") }
    running.send(signal: SIGKILL)
    _ = try running.wait()
    try repository.write(task.path, Self.task.text)
    try repository.pair("handoff", "TASK-1", "--to", "codex")
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "half a greeting")
  }

  @Test func `without work, agent or room for the words there is no handoff`() throws {
    let repository = try ScratchRepository.with(Self.task)
    try repository.install(standIn: "claude")
    let run = try repository.pair("handoff", "TASK-1", "--to", "claude", ends: 64)
    #expect(run.errors.hasPrefix("error: TASK-1 has neither a result on paircoder/TASK-1 nor work of a run"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("handoff", "TASK-1", "--to", "nobody", ends: 64)
    try repository.pair("handoff", "TASK-1", "--to", "codex", ends: 69)
    try repository.pair("handoff", "TASK-2", "--to", "claude", ends: 64)
    try repository.pair(
      "handoff", "TASK-1", "--to", "claude", "--note", String(repeating: "x", count: 8_001), ends: 64)
    try repository.pair("discard", "TASK-1")
    try repository.pair("handoff", "TASK-1", "--to", "claude", ends: 64)
  }
}
