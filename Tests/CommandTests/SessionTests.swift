import TestSupport
import Testing

/// An agent that is handed its own work.
@Suite struct SessionTests {
  private static let task = TaskText(
    "TASK-1", fields: ["type: feature", "complexity: 75"], body: "STANDIN: go on")

  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with(Self.task)
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
  }

  private var calls: [String: String] { ["PAIRCODER_TEST_CALLS": repository.scratch.path + "/calls"] }

  /// The session that each call was to go on with; empty for none.
  private func sessions() throws -> [String] {
    try #require(repository.scratch.read("calls")).split(separator: "\n")
      .map { String($0.split(separator: " ")[1].dropFirst("session=".count)) }
  }

  @Test func `it goes on with its session, and no other agent does`() throws {
    let session = "11111111-2222-4333-8444-555555555555"
    try repository.pair("orchestrate", "--task", "TASK-1", environment: calls)
    let run = try repository.pair("handoff", "TASK-1", "--to", "claude", environment: calls)
    #expect(run.errors.hasPrefix("TASK-1: claude-code goes on with its session \(session)\n"))
    let log = try repository.pair("log", "TASK-1", touching: .nothing).output
    #expect(
      log.contains("TASK-1: claimed for claude-code (auto), which goes on with its session \(session)\n"))
    try repository.pair("handoff", "TASK-1", "--to", "codex", environment: calls)
    try repository.pair("handoff", "TASK-1", "--to", "claude", environment: calls)
    #expect(try sessions() == ["", session, "", ""])
  }

  @Test func `a run that a person stopped is resumed in its session`() throws {
    try repository.write(Self.task.path, Self.task.text + "\nSTANDIN: wait\n")
    let marker = repository.scratch.path + "/started"
    let run = try repository.startPair(
      "orchestrate", "--task", "TASK-1", environment: calls.merging(["PAIRCODER_TEST_STARTED": marker]) { $1 }
    )
    try wait { repository.scratch.exists("started") }
    try repository.pair("cancel", "TASK-1")
    #expect(try run.wait().status == 1)
    let outcome = try JSON(try repository.text(of: "outcome.json", at: "refs/paircoder/tasks/TASK-1"))
    let session = "11111111-2222-4333-8444-555555555555"
    #expect(outcome["session"].text == session && outcome["agent"].text == "claude-code")
    #expect(outcome["end", "failure", "kind"].text == "cancelled")
    let note = try repository.text(of: "handoff.md", at: "refs/paircoder/tasks/TASK-1")
    #expect(note.contains("\nclaude-code (auto) worked on it until a person stopped it; "))

    try repository.write(Self.task.path, Self.task.text)
    let resumed = try repository.pair("resume", "TASK-1", environment: calls)
    #expect(resumed.errors.hasPrefix("TASK-1: claude-code goes on with its session \(session)\n"))
    #expect(try sessions() == ["", session])
    #expect(try repository.text(of: "seen.txt", at: "paircoder/TASK-1") == "half a greeting")
  }

  @Test func `a run pays for its own part of the session`() throws {
    try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex", environment: calls)
    // The later ones find nothing left to do, and count all the same.
    for status: Int32 in [0, 1, 1] {
      let run = try repository.pair(
        "handoff", "TASK-1", "--to", "codex", "--json", ends: status, environment: calls)
      let usage = try JSON(run.output)["outcome", "usage"]
      #expect(usage["inputTokens"] == "1600")
      #expect(usage["outputTokens"] == "100")
    }
    let thread = "01a30000-0000-7000-8000-00000000c0de"
    #expect(try sessions() == ["", thread, thread, thread])
    #expect(try repository.logged("Cost-USD", of: "TASK-1") == ["0.0170", "0.0170", "0.0170", "0.0170"])
  }

  @Test func `where the session is gone it begins a new one`() throws {
    try repository.pair("orchestrate", "--task", "TASK-1", environment: calls)
    try repository.write(Self.task.path, Self.task.text + "\nSTANDIN: forget\n")
    let run = try repository.pair("handoff", "TASK-1", "--to", "claude", environment: calls)
    #expect(run.output.hasPrefix("TASK-1: claude-code changed "))
    let remark =
      "the session 11111111-2222-4333-8444-555555555555 of claude-code is gone, so it began a new one"
    #expect(run.errors.contains("  note: \(remark)\n"))
    #expect(try sessions() == ["", "11111111-2222-4333-8444-555555555555", ""])
    #expect(try repository.text(of: "handoff.md", at: "refs/paircoder/tasks/TASK-1").contains(remark))
    // It is no failure of the agent, so nothing is held against it.
    #expect(try repository.logged("Event", of: "TASK-1").filter { $0 == "committed" }.count == 2)
    #expect(!(try repository.pair("agents", touching: .nothing).output.contains("is out until")))
  }

  @Test func `a run with a key alone has no session to go on with`() throws {
    let ci = calls.merging(["CI": "true", "ANTHROPIC_API_KEY": "a made-up value"]) { $1 }
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--json", environment: ci)
    let outcome = try JSON(run.output)["outcome"]
    #expect(outcome["state"].text == "" && outcome["session"].text == "")
    #expect(
      outcome["remarks"].list[0].text.hasPrefix("claude-code ran with the key in ANTHROPIC_API_KEY alone"))
    let call = try #require(repository.scratch.read("calls"))
    #expect(call.contains("/.git/paircoder/runs/"))
    #expect(call.contains("/home config="))
    #expect(!call.contains("home=\(repository.scratch.path)/home"))
    #expect(!(try repository.text(of: "handoff.md", at: "refs/paircoder/tasks/TASK-1").contains("session:")))
    let second = try repository.pair("handoff", "TASK-1", "--to", "claude", environment: ci)
    #expect(second.errors.hasPrefix("claude-code goes on with TASK-1\n"))
  }
}
