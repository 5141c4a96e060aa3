import Foundation
import TestSupport
import Testing

@Suite struct DryRunTests {
  @Test func `it shows what the task is like, every agent's score, and what would be done`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "Greet."))
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    let json = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing)
    let prompt = try JSON(json.output)["assignment", "prompt"].text
    let count = "\(prompt.count / 1000)," + String(format: "%03d", prompt.count % 1000)
    let base = try repository.git(["rev-parse", "--short=10", "HEAD"])
    #expect(
      run.output == """
        TASK-1  Write a greeting
          → claude-code, mode auto: complex implementation wants complex-reasoning; claude-code scores 0.93, codex-cli 0.42

          agent        score  strength  cost  context  available  preferred  estimate
          claude-code   0.93      1.00  0.67     1.00       1.00       1.00     $0.45  strong in complex-reasoning
          codex-cli     0.42      0.00  1.00     0.12       1.00       1.00     $0.30  weak in complex-reasoning
          cursor        0.47      0.00  0.83     1.00       0.00       1.00     $0.36  out: not installed
          codex-cli would win if complexity ≤ 30 or type is refactor, or with --max-cost 0.31

          type        implement   type: feature
          complexity  high        complexity: 75
          scope       multi-file  no files are named; taken from its high complexity
          risk        medium      high complexity
          tokens      30,024      task 24 + read 6000 (no file is known) + written 1500 + work 75 × 300; 14274 to 60024
          confidence  0.76        no files are declared

          .paircoder/tasks/TASK-1.task.md → branch paircoder/TASK-1, from \(base)
          prompt \(count) characters (about \(prompt.count / 4) tokens); estimate $0.45 ($0.21 to $0.90)
        Nothing was changed. To run it: bpsai-pair orchestrate --task TASK-1

        """)
    #expect(run.errors == "")
  }

  @Test func `the same in JSON holds the decision and the assignment that a run would consume`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    try repository.install(standIn: "codex")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing)
    let record = try JSON(run.output)
    #expect(record["schema"] == "bpsai-pair/dry-run/2")
    #expect(record["decision", "agent"] == "codex-cli")
    #expect(record["assignment", "branch"] == "paircoder/TASK-1")
  }

  @Test func `--prefer decides between agents that are close`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", title: "Document it", fields: ["type: docs", "complexity: 20"], body: "Greet."))
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    for agent in ["claude", "codex"] {
      let run = try repository.pair(
        "orchestrate", "--task", "TASK-1", "--dry-run", "--json", "--prefer", agent, touching: .nothing)
      let ranking = try JSON(run.output)["decision", "ranking"]
      #expect(ranking.list.first { $0["preference"] == "1" }?["agent"].text.hasPrefix(agent) == true)
    }
  }

  @Test func `--agent leaves no choice, and does not go with --prefer`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", title: "Design it", fields: ["type: design", "complexity: 20"], body: "Greet."))
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    func dryRun(_ option: String, _ agent: String, ends status: Int32 = 0) throws -> Invocation {
      try repository.pair(
        "orchestrate", "--task", "TASK-1", "--dry-run", option, agent, ends: status, touching: .nothing)
    }
    #expect(try dryRun("--agent", "codex").output.contains("  → codex-cli, mode plan: "))
    #expect(
      try dryRun("--agent", "codex").output.contains("  claude-code would win with --agent claude-code\n"))
    let none = try dryRun("--agent", "cursor", ends: 69)
    #expect(none.errors.contains("claude-code: --agent names cursor"))
    #expect(try dryRun("--agent", "nobody", ends: 64).errors.hasPrefix("error: no agent is called 'nobody'"))
    try repository.pair(
      "orchestrate", "--task", "TASK-1", "--agent", "codex", "--prefer", "claude", ends: 64,
      touching: .nothing)
  }

  @Test func `weights and limits of the team's own hold`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["type: feature", "complexity: 20"], body: "Greet."))
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    func agent() throws -> String {
      let run = try repository.pair(
        "orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing)
      return try JSON(run.output)["decision", "agent"].text
    }
    #expect(try agent() == "codex-cli")
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  routing:\n    complexity: {low: 10, medium: 15}\n")
    #expect(try agent() == "claude-code")
    try repository.write(
      ".paircoder/config.yaml",
      "orchestrate:\n  routing:\n    complexity: {low: 10}\n    weights: {strength: 0, cost: 100}\n")
    #expect(try agent() == "codex-cli")
  }

  @Test func `without an agent the ranking is shown, and the status says so`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["type: feature", "complexity: 20"], body: "Greet."))
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", ends: 69, touching: .nothing)
    #expect(
      run.output.contains(
        "codex-cli     0.90      1.00  1.00     1.00       0.00       1.00     $0.10  out: not installed\n"))
    #expect(run.output.contains("  → nobody: no agent can take the task\n"))
    #expect(
      run.errors == """
        error: no agent can take TASK-1: codex-cli: not installed; cursor: not installed; claude-code: not installed
        hint: Install one, and see that it is on PATH: 'claude' (Claude Code), 'codex' (Codex CLI) or 'cursor-agent' (Cursor).

        """)
  }

  @Test func `it says when there is nothing to do, as the run does`() throws {
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo one > a.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    let reason = "TASK-1 has a result for this text already ("
    #expect(run.output.contains("\n  → recipe, mode "))
    #expect(run.output.split(separator: "\n").last?.hasPrefix("Nothing to do: \(reason)") == true)
    let json = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing)
    #expect(try JSON(json.output)["notNeeded"].text.hasPrefix(reason))
  }

  @Test func `a task that is done needs no agent`() throws {
    let done = TaskText("TASK-1", body: "Greet.").text
      .replacingOccurrences(of: "status: pending", with: "status: done")
    let repository = try ScratchRepository.with()
    try repository.write(".paircoder/tasks/TASK-1.task.md", done)
    let reason = "TASK-1 is done already; --again runs it anyway\n"
    let dry = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    #expect(dry.output.hasSuffix("Nothing to do: \(reason)"))
    #expect(try repository.pair("orchestrate", "--task", "TASK-1", touching: .nothing).errors == reason)
  }

  @Test func `a task that brings no recipe never goes to recipe`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "```sh\ntouch hello\n```"))
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", "--prefer", "recipe", ends: 69, touching: .nothing)
    #expect(!run.output.contains("recipe "))
  }
}
