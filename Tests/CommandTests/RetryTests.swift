import Foundation
import TestSupport
import Testing

/// What follows a failure: the same agent, another one, or a task that waits for a person.
@Suite struct RetryTests {
  private func repository(
    _ task: TaskText, config: String, agents: [String] = ["claude", "codex"]
  ) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(task)
    try repository.write(".paircoder/config.yaml", "orchestrate:\n\(config)\n")
    try repository.write(".gitignore", "*.tmp\n")
    try repository.commit()
    if config.contains("checks") { try repository.pair("trust", "checks") }
    for agent in agents { try repository.install(standIn: agent) }
    return repository
  }

  private static let task = TaskText(
    "TASK-1", fields: ["type: feature", "complexity: 75"],
    body: "# Acceptance Criteria\n\n- [x] It writes\n- [ ] It greets\n\nSTANDIN: go on\n")

  @Test func `failed checks go back to the agent, which sees its work and what they said`() throws {
    // The stand-in copies what it finds.
    let repository = try repository(
      Self.task, config: "  checks: [{name: c, run: 'test -e seen.txt || { echo is missing >&2; false; }'}]")
    let prompt = repository.scratch.path + "/prompt"
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", environment: ["PAIRCODER_TEST_PROMPT": prompt])
    #expect(run.errors.contains("\nclaude-code failed (checks-failed); it is asked again\n"))
    #expect(run.output.contains("\n  1 of 2 acceptance criteria are ticked\n    [ ] It greets\n"))
    #expect(
      try repository.logged("Event", of: "TASK-1")
        == ["claimed", "started", "retrying", "started", "committed"])
    #expect(try #require(repository.scratch.read("prompt")).contains("is missing"))
    // Each attempt keeps its own transcript.
    let runs = repository.path + "/.git/paircoder/runs/"
    let id = try #require(try FileManager.default.contentsOfDirectory(atPath: runs).first)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: runs + id).sorted()
        == ["1-claude-code", "2-claude-code"])
  }

  @Test func `a task that no agent gets done waits for a person, who may try again`() throws {
    let repository = try repository(
      Self.task, config: "  checks: [{name: c, run: 'false'}]\n  limits: {runs: 2, attempts: 3}")
    for _ in 0..<2 {
      try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    }
    #expect(
      Array(try repository.logged("Event", of: "TASK-1").prefix(7))
        == ["claimed", "started", "retrying", "started", "handed-off", "started", "failed"])
    #expect(
      try repository.logged("Blocked", of: "TASK-1").first
        == "checks-failed, and 3 agents were started, which is the limit of a run")
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.map { $0["state"].text } == ["blocked"])

    let third = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(third.errors.contains("TASK-1 has failed 2 times, and its text is still the same\n"))
    #expect(third.errors.contains("bpsai-pair retry TASK-1"))
    try repository.write(".paircoder/config.yaml", "orchestrate: {limits: {runs: 2}}\n")
    try repository.commit()
    let retried = try repository.pair("retry", "task-1")
    #expect(retried.output.hasPrefix("TASK-1: claude-code changed"))
    #expect(
      try repository.logged("Event", of: "TASK-1").suffix(4) == ["queued", "claimed", "started", "committed"])
  }

  @Test func `a refused key is remembered until there is another`() throws {
    let task = TaskText(
      "TASK-1", fields: ["type: feature", "complexity: 75"], body: "STANDIN: claude fails\n")
    let repository = try repository(task, config: "  timeout: 1m", agents: ["claude"])
    let environment = ["ANTHROPIC_API_KEY": "no-key-at-all-one"]
    let first = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1, environment: environment)
    #expect(first.errors.contains("not-authenticated") || first.output.contains("not-authenticated"))
    let second = try repository.pair("orchestrate", "--task", "TASK-1", ends: 75, environment: environment)
    #expect(second.errors.contains("not authenticated, until 20"))
    try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 1, environment: ["ANTHROPIC_API_KEY": "no-key-at-all-two"])
  }

  @Test func `what a recipe left is gone on with by resume`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "if [ -e a ]; then cp a b; else echo half > a; exit 3; fi"))
    let none = try repository.pair("resume", "TASK-1", ends: 64)
    #expect(none.errors.contains("nor work of a run to go on with"))
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    let run = try repository.pair("resume", "TASK-1")
    #expect(run.output.hasPrefix("TASK-1: recipe changed 2 files on paircoder/TASK-1"))
    try repository.pair("review", "TASK-1")
    let done = try repository.pair("resume", "TASK-1", ends: 64)
    #expect(done.errors.contains("TASK-1 has a result, so there is nothing to resume"))
  }

  /// Else what a check wrote would be committed as the agent's.
  @Test func `nobody goes on where the checks changed files themselves`() throws {
    let repository = try repository(
      Self.task, config: "  checks: [{name: c, run: 'date > report.txt; false'}]")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.errors.hasSuffix(
        "note: TASK-1 waits for a person: checks-failed, and the checks changed files themselves\n"))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "failed"])
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try !repository.git(["ls-tree", "-r", "--name-only", kept]).contains("report.txt"))
  }

  @Test func `a plan leaves a blocked task alone until its text changes`() throws {
    let task = TaskText("TASK-1", recipe: "exit 3", fields: ["type: chore", "sprint: sprint-1"])
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--plan", "sprint-1", ends: 1)
    let second = try repository.pair("orchestrate", "--plan", "sprint-1", ends: 1)
    #expect(
      second.output.hasPrefix(
        "TASK-1: skipped, since it waits for a person (crashed, and no other agent may take it): bpsai-pair retry TASK-1"
      ))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "failed"])
    try repository.write(task.path, task.text.replacingOccurrences(of: "exit 3", with: "echo x > x"))
    try repository.commit()
    try repository.pair("trust", "TASK-1")
    try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
  }

  @Test func `a run that changes nothing leaves an earlier result as it was`() throws {
    let repository = try repository(Self.task, config: "  timeout: 1m")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let result = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.scratch.write(
      "bin/codex",
      """
      #!/bin/sh
      if [ "$1" = --version ]; then echo codex-cli 0.163.0; exit; fi
      echo '{"type":"thread.started","thread_id":"01a30000-0000-7000-8000-00000000c0de"}'
      echo '{"type":"item.completed","item":{"id":"0","type":"agent_message","text":"Nothing to do."}}'
      echo '{"type":"turn.completed","usage":{"input_tokens":1,"cached_input_tokens":0,"output_tokens":1}}'
      """, executable: true)
    try repository.pair("handoff", "TASK-1", "--to", "codex", ends: 1)
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == result)
    #expect(try repository.logged("Blocked", of: "TASK-1") == [])
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.first?["state"].text == "committed")
    #expect(status["tasks"].list.first?["note"].text == "a later run left it as it is (unchanged)")
  }

  @Test func `what a person is told while an agent works holds no credential`() throws {
    let repository = try repository(Self.task, config: "  timeout: 1m", agents: [])
    let secret = "made-up-" + UUID().uuidString
    try repository.scratch.write(
      "bin/claude",
      """
      #!/bin/sh
      if [ "$1" = --version ]; then echo '2.1.330 (Claude Code)'; exit; fi
      key=$(cat <&9)
      echo '{"type":"system","subtype":"permission_denied","tool_name":"Bash","tool_input":{"command":"curl '$key'"}}'
      echo '{"type":"system","subtype":"api_retry","attempt":1,"error_status":500,"error":"'$key'"}'
      exit 1
      """, executable: true)
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 1, environment: ["ANTHROPIC_API_KEY": secret])
    #expect(run.errors.contains("[ANTHROPIC_API_KEY was here]"))
    #expect(!(run.errors + run.output).contains(secret))
  }
}
