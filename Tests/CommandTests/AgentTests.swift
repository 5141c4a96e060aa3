import Foundation
import TestSupport
import Testing

/// Runs of the agents that are programs of their own, played by stand-ins that ask no model.
@Suite struct AgentTests {
  struct Agent: Sendable, CustomTestStringConvertible {
    let standIn: String
    let name: String
    let author: String
    let mode: String
    /// The complexity at which a feature goes to it when both are installed.
    let complexity: Int
    let cost: String
    let session: String

    var testDescription: String { name }

    func task(_ line: String = "Greet.", title: String = "Write a greeting") -> TaskText {
      TaskText(
        "TASK-1", title: title, fields: ["type: feature", "complexity: \(complexity)"],
        body: "# Description\n\n\(line)\n\n```\n~~~~ fences `````` and \"quotes\"\n```\n\nUmlauts: äöü.")
    }
  }

  static let claude = Agent(
    standIn: "claude", name: "claude-code", author: "Claude Code", mode: "auto", complexity: 75,
    cost: "$0.0076", session: "11111111-2222-4333-8444-555555555555")
  static let codex = Agent(
    standIn: "codex", name: "codex-cli", author: "Codex", mode: "auto-edit", complexity: 20,
    cost: "$0.02", session: "01a30000-0000-7000-8000-00000000c0de")

  @Test(arguments: [claude, codex])
  func `the agent that suits the task best does it`(agent: Agent) throws {
    let task = agent.task()
    let repository = try ScratchRepository.with(task)
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    let promptPath = repository.scratch.path + "/prompt"
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", environment: ["PAIRCODER_TEST_PROMPT": promptPath])
    #expect(run.errors.hasPrefix("TASK-1 → \(agent.name) (\(agent.mode)), about $"))
    #expect(run.errors.hasSuffix("\n  changed hello.txt\n"))
    #expect(run.output.hasPrefix("TASK-1: \(agent.name) changed one file on paircoder/TASK-1 ("))

    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("```````markdown\n" + task.text + "```````\n"))
    #expect(
      try repository.text(of: "hello.txt", at: "paircoder/TASK-1")
        == "hello from \(agent.standIn)")
    #expect(
      try repository.git(["log", "-1", "--format=%an|%cn", "paircoder/TASK-1"]) == "\(agent.author)|Ada")
    #expect(
      try repository.git([
        "log", "-1", "--format=%(trailers:key=PairCoder-Mode,valueonly)", "paircoder/TASK-1",
      ]).hasPrefix(agent.mode))
    #expect(
      try repository.git(["notes", "--ref=paircoder", "show", "paircoder/TASK-1"])
        .contains("\nsession: \"\(agent.session)\"\n"))
    let status = try repository.pair("status", touching: .nothing)
    #expect(
      status.output.contains("TASK-1  committed  \(agent.name)  paircoder/TASK-1  \(agent.cost)  Write"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test(arguments: [claude, codex])
  func `an agent without a valid key fails, and says so`(agent: Agent) throws {
    let repository = try ScratchRepository.with(agent.task("STANDIN: fail"))
    try repository.install(standIn: agent.standIn)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.hasPrefix("TASK-1: \(agent.name) failed (not-authenticated): "))
    #expect(run.output.hasSuffix("  start over     bpsai-pair retry TASK-1\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let log = try repository.pair("log", "TASK-1", touching: .nothing)
    #expect(log.output.contains("TASK-1: \(agent.name) failed (not-authenticated): "))
    #expect(try repository.logged("Event", of: "TASK-1").last == "failed")
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.snapshots(of: "TASK-1") == [])
  }

  @Test func `a failed agent hands over to the next, which reads its note`() throws {
    let repository = try ScratchRepository.with(Self.claude.task("STANDIN: claude fails"))
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    #expect(run.errors.contains("claude-code failed (not-authenticated); handing over to codex-cli\n"))
    #expect(run.output.hasPrefix("TASK-1: codex-cli changed one file on paircoder/TASK-1"))
    #expect(
      try repository.logged("Event", of: "TASK-1") == [
        "claimed", "started", "handed-off", "started", "committed",
      ])
    #expect(try repository.git(["log", "-1", "--format=%an", "paircoder/TASK-1"]) == "Codex")
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("Another agent worked on this before you. Its handoff note:"))
    #expect(
      prompt.contains(
        "\n# Handoff: TASK-1 Write a greeting\n\n"
          + "claude-code (auto) worked on it and failed (not-authenticated); $0.00 in all so far.\n"))
  }

  @Test(arguments: [claude, codex])
  func `an agent that changes nothing has not done the task`(agent: Agent) throws {
    let repository = try ScratchRepository.with(agent.task("STANDIN: nothing"))
    try repository.install(standIn: agent.standIn)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.hasPrefix(
        "TASK-1: \(agent.name) failed (unchanged): it ended well, but changed nothing\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
    #expect(try repository.logged("Event", of: "TASK-1").last == "unchanged")
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.map { $0["state"].text } == ["blocked"])
  }

  @Test(arguments: [claude, codex])
  func `a design task ends in a file with the agent's words`(agent: Agent) throws {
    let task = agent.task(title: "Design the greeting")
    let repository = try ScratchRepository.with(task)
    try repository.install(standIn: agent.standIn)
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.hasPrefix("TASK-1 → \(agent.name) (plan)"))
    #expect(
      try repository.changedFiles(in: "paircoder/TASK-1") == [".paircoder/results/TASK-1.md", task.path])
    #expect(
      try repository.text(of: ".paircoder/results/TASK-1.md", at: "paircoder/TASK-1")
        == "The plan: write hello.txt with a greeting.")
    #expect(
      try repository.text(of: task.path, at: "paircoder/TASK-1") + "\n"
        == task.text.replacingOccurrences(of: "status: pending", with: "status: done"))
    try repository.pair("review", "TASK-1")
  }

  @Test(arguments: [claude, codex])
  func `what an agent writes while it should only plan stays out of the result, and is kept`(agent: Agent)
    throws
  {
    let task = agent.task("STANDIN: write anyway", title: "Design the greeting")
    let repository = try ScratchRepository.with(task)
    try repository.install(standIn: agent.standIn)
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      try repository.changedFiles(in: "paircoder/TASK-1") == [".paircoder/results/TASK-1.md", task.path])
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/stray.txt", at: kept) == "a stray file")
  }

  @Test(arguments: [claude, codex])
  func `an agent that is out of its limit may work later`(agent: Agent) throws {
    let repository = try ScratchRepository.with(agent.task("STANDIN: limit"))
    try repository.install(standIn: agent.standIn)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 75)
    #expect(run.output.hasPrefix("TASK-1: \(agent.name) failed (rate-limited): "))
    #expect(try repository.logged("Failure", of: "TASK-1") == ["rate-limited"])
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `--json says how a run ended, and nothing else stands on stdout`() throws {
    let repository = try ScratchRepository.with(Self.codex.task(), Self.failing)
    try repository.install(standIn: "codex")
    let good = try JSON(repository.pair("orchestrate", "--task", "TASK-1", "--json").output)
    #expect(good["schema"] == "bpsai-pair/run/1")
    #expect(good["state"] == "committed")
    #expect(try good["commit"].text == repository.git(["rev-parse", "paircoder/TASK-1"]))
    let bad = try JSON(repository.pair("orchestrate", "--task", "TASK-2", "--json", ends: 1).output)
    #expect(bad["state"] == "failed")
    #expect(bad["branch"] == "")
  }

  @Test func `cursor does a task, and is said to be unverified`() throws {
    let repository = try ScratchRepository.with(Self.codex.task())
    try repository.install(standIn: "cursor-agent")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--json")
    let remarks = [
      "the adapter for cursor is unverified: it was written from documentation alone",
      "cursor tells neither tokens nor cost: what it cost is the estimate",
    ]
    #expect(run.errors.contains("\n  changed hello.txt\n  note: \(remarks[0])\n  note: \(remarks[1])\n"))
    let record = try JSON(run.output)
    #expect(record["state"] == "committed")
    #expect(record["outcome", "remarks"].list.map(\.text) == remarks)
    #expect(record["outcome", "costInUSD"].text != "0")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello from cursor")
    #expect(try repository.git(["log", "-1", "--format=%an", "paircoder/TASK-1"]) == "Cursor")
  }

  @Test func `cursor without a login fails, and says so`() throws {
    let repository = try ScratchRepository.with(Self.codex.task("STANDIN: fail"))
    try repository.install(standIn: "cursor-agent")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.hasPrefix("TASK-1: cursor failed (not-authenticated): Error: Not authenticated."))
  }

  @Test func `cursor is not started where the repository has hooks for it`() throws {
    let repository = try ScratchRepository.with(Self.codex.task())
    try repository.install(standIn: "cursor-agent")
    try repository.write(".cursor/hooks.json", "{}\n")
    try repository.commit("Hooks")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.hasPrefix(
        "TASK-1: cursor failed (refused): the repository has .cursor/hooks.json, and nothing keeps cursor "
          + "from running its commands\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `when a limit ends is read from codex's own file`() throws {
    let repository = try ScratchRepository.with(Self.codex.task("STANDIN: limit"))
    try repository.install(standIn: "codex")
    let record = try JSON(repository.pair("orchestrate", "--task", "TASK-1", "--json", ends: 75).output)
    #expect(record["outcome", "end", "failure", "until", "secondsSince1970"] == "1900000000")
    #expect(record["outcome", "model"] == "gpt-5.5")
  }

  @Test func `an agent whose limit is known to last is left out until then, and may come back`() throws {
    let repository = try ScratchRepository.with(Self.codex.task("STANDIN: limit"))
    try repository.install(standIn: "codex")
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 75)
    let dry = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", ends: 75, touching: .nothing)
    #expect(dry.output.contains("  out: rate limited, until 20"))
    #expect(
      dry.errors.hasSuffix(
        "\nhint: Wait until the stated time. Or, if an agent is well again, ask for it by name with --agent.\n"
      ))
    #expect(dry.output.contains("\n  codex-cli would win if asked again later, or with --agent codex-cli\n"))
    let agents = try repository.pair("agents", touching: .nothing)
    #expect(agents.output.contains("\ncodex-cli is out until 20"))
    let json = try JSON(repository.pair("agents", "--json", touching: .nothing).output)
    let codex = try #require(json["agents"].list.first { $0["name"] == "codex-cli" })
    #expect(codex["unhealthyBecause"] == "rate limited")
    let named = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--agent", "codex", "--dry-run", touching: .nothing)
    #expect(named.output.contains("it is out (rate limited, until 20"))
    #expect(named.output.contains("), but was asked for by name"))

    try repository.install(standIn: "claude")
    #expect(
      try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing).output
        .contains("  → claude-code, "))
  }

  private static let failing = TaskText("TASK-2", fields: ["complexity: 20"], body: "STANDIN: fail")
}
