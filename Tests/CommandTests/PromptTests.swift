import Foundation
import TestSupport
import Testing

@Suite struct PromptTests {
  private static func task(_ title: String = "Write a greeting", complexity: Int = 75) -> TaskText {
    TaskText(
      "TASK-1", title: title, fields: ["type: feature", "complexity: \(complexity)"],
      body: "# Acceptance Criteria\n\n- [ ] It greets\n\n{{rules}}\n")
  }

  /// What the agent that takes the task reads.
  private func prompt(
    of repository: ScratchRepository, at sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try repository.install(standIn: "claude")
    try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"], at: sourceLocation)
    return try #require(repository.scratch.read("prompt"))
  }

  @Test(
    arguments: [
      ("Write a greeting", 75, "Carry out this task", "run the project's checks"),
      ("Write a greeting", 20, "Carry out this task", "run no commands"),
      ("Design the greeting", 75, "Work out the design", "That message is all that is kept."),
      ("Review the greeting", 75, "Review the code", "the gravest first"),
    ])
  func `each mode has a template, and so has a review`(
    _ title: String, _ complexity: Int, _ opening: String, _ words: String
  ) throws {
    let type = title.hasPrefix("Write") ? "type: feature" : "tags: []"
    let task = TaskText(
      "TASK-1", title: title, fields: [type, "complexity: \(complexity)", "agent: claude-code"],
      body: "Greet.")
    let prompt = try prompt(of: ScratchRepository.with(task))
    #expect(prompt.hasPrefix(opening))
    #expect(prompt.contains(words))
    #expect(
      prompt.contains("\n```markdown\n\(task.text)```\n\nRules:") || prompt.contains("instead.\n\nRules:")
        || prompt.contains("denied.\n\nRules:"))
    #expect(!prompt.contains("{{"))
  }

  @Test func `the project's notes are passed on as the base holds them, each text once`() throws {
    let repository = try ScratchRepository.with(Self.task())
    try repository.write("AGENTS.md", "Use tabs.\n")
    try FileManager.default.createSymbolicLink(
      atPath: repository.path + "/CLAUDE.md", withDestinationPath: "AGENTS.md")
    try repository.commit()
    try repository.write("AGENTS.md", "Uncommitted.\n")
    let prompt = try prompt(of: repository)
    #expect(
      prompt.contains(
        "which holds as far as the rules allow it:\nAGENTS.md:\n```markdown\nUse tabs.\n```\n\nYou can"))
    #expect(!prompt.contains("CLAUDE.md:"))
  }

  @Test func `a team's own template is that of the base`() throws {
    let repository = try ScratchRepository.with(Self.task())
    try repository.write(
      ".paircoder/prompts/auto.md", "Do {{task_id}} our way.\n\n{{task}}\n\nMeet:\n{{criteria}}\n")
    try repository.commit()
    try repository.write(".paircoder/prompts/auto.md", "Uncommitted.\n")
    #expect(
      try prompt(of: repository)
        == "Do TASK-1 our way.\n\n```markdown\n\(Self.task().text)```\n\nMeet:\n- It greets\n")
  }

  @Test func `a template that is wrong is told before anything runs`() throws {
    let repository = try ScratchRepository.with(Self.task())
    try repository.write(".paircoder/prompts/auto.md", "{{task}}\n\nBe {{kind}}.\n")
    try repository.commit()
    try repository.install(standIn: "claude")
    for arguments in [["--dry-run"], []] {
      let run = try Invocation.run(
        Pair.program, ["orchestrate", "--task", "TASK-1"] + arguments, in: repository.path,
        environment: repository.scratch.environment)
      #expect(run.status == 65)
      #expect(
        run.errors.contains("error: .paircoder/prompts/auto.md:3:4: there is no placeholder {{kind}}\nhint: ")
      )
    }
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-1"))
  }

  @Test func `what does not fit is left out, and that is said`() throws {
    let repository = try ScratchRepository.with(Self.task(complexity: 20))
    try repository.write("CLAUDE.md", String(repeating: "Use tabs. ", count: 8_000))
    try repository.commit()
    try repository.install(standIn: "codex")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    let words = "left out of the prompt: CLAUDE.md (about 20027 tokens)"
    #expect(run.errors.contains("\n  note: \(words)\n"))
    #expect(try #require(repository.scratch.read("prompt")).contains(Self.task(complexity: 20).text))
    #expect(
      try repository.git(["notes", "--ref=paircoder", "show", "paircoder/TASK-1"])
        .contains("## Remarks\n\n- \(words)"))
  }
}
