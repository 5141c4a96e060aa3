import Foundation
import TestSupport
import Testing

/// Results that workflows made, and make again when they cannot be integrated.
@Suite struct IntegrateWorkflowTests {
  private static let branch = "paircoder/_plan/sprint-6"
  /// Of what an agent makes again, a line in its prompt.
  private static let why = "\n## Why its result is to be made anew\n"

  private let repository: ScratchRepository

  init() throws { repository = try Self.emptyRepository() }

  private static func emptyRepository() throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    return repository
  }

  /// Lets the stand-in for `agent` behave in another way.
  private func change(_ agent: String, _ old: String, to new: String) throws {
    let text = try #require(repository.scratch.read("bin/\(agent)"))
    try #require(text.contains(old))
    try repository.scratch.write(
      "bin/\(agent)", text.replacingOccurrences(of: old, with: new), executable: true)
  }

  /// Commits TASK-1, a recipe, and TASK-2 with its workflow, and has them carried out.
  private func run(
    _ recipe: String, workflow: String = SeedWorkflow.text, config: String = "", body: String = "Log in."
  ) throws {
    try repository.write(".paircoder/workflows/auth.yaml", workflow)
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  worktrees: {pool: 1}\n" + config)
    let one = TaskText("TASK-1", recipe: recipe, fields: ["sprint: sprint-6"])
    let two = TaskText("TASK-2", fields: ["workflow: auth", "sprint: sprint-6"], body: body)
    for task in [one, two] { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "sprint-6")
  }

  private func sentBack() throws -> Int {
    try repository.logged("Event", of: "TASK-2").count { $0 == "sent-back" }
  }

  @Test func `what conflicts is made anew by all steps, from the branch, each writer told why`() throws {
    try run("mkdir -p src/auth; echo one > src/auth/auth.txt; echo one > one.txt")
    let old = try repository.git(["rev-parse", "--short=10", "paircoder/TASK-2"])
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      dry.output.contains(
        "\n  TASK-2: left out: it conflicts with TASK-1 in src/auth/auth.txt; all steps of its workflow would make it anew\n"
      ), "\(dry)")
    let integrated = try repository.pair("integrate", "--plan", "6")
    #expect(
      integrated.errors.contains(
        "TASK-2 conflicts with TASK-1 in src/auth/auth.txt: all steps of its workflow are to make it anew\n"),
      "\(integrated)")
    #expect(integrated.errors.contains("\nstep 3 of 3: claude-code (review)"))
    #expect(integrated.output.contains("\n  made anew: TASK-2: committed on paircoder/TASK-2 ("))
    #expect(integrated.output.contains("paircoder/_plan/sprint-6 holds 2 results ("))
    #expect(try repository.text(of: "src/auth/auth.txt", at: Self.branch) == "auth from codex")
    #expect(try repository.text(of: "one.txt", at: "paircoder/TASK-2") == "one", "it started from there")
    #expect(try repository.logged("Step", of: "TASK-2").last == "3")
    #expect(try repository.snapshots(of: "TASK-2").contains { $0.hasSuffix("-result-\(old)") })

    let told = try repository.prompts().suffix(3)
    try #require(told.count == 3)
    for prompt in told.prefix(2) {
      #expect(prompt.contains(Self.why + "\n> Its result \(old) is not on paircoder/_plan/sprint-6: it"))
      #expect(prompt.contains("\n> All steps of its workflow start once more from what that branch holds ("))
      #expect(
        prompt.contains(
          "\n> In conflict:\n>   src/auth/auth.txt\n> What TASK-1 did there: git log -p paircoder/TASK-1\n"))
    }
    #expect(told.last?.contains(Self.why) == false, "it only reads")
    // That was for this pass alone.
    try repository.pair("orchestrate", "--task", "TASK-2", "--again")
    #expect(try repository.prompts().suffix(3).allSatisfy { !$0.contains(Self.why) })
  }

  @Test func `what does not pass once merged is made anew, too`() throws {
    try change("codex", "echo \"$words\" >", to: "[ ! -e a.txt ] || words=beside; echo \"$words\" >")
    try run(
      "echo one > a.txt",
      config: """
          limits: {runs: 1}
          checks: [{name: apart, run: test ! -e a.txt || ! grep -qs codex src/auth/auth.txt, timeout: 1m}]

        """)
    let integrated = try repository.pair("integrate", "--plan", "6")
    #expect(
      integrated.errors.contains(
        "TASK-2 does not pass 'apart' once merged, which exited with status 1: all steps of its workflow"),
      "\(integrated)")
    #expect(try repository.text(of: "src/auth/auth.txt", at: Self.branch) == "beside")
    let prompts = try repository.prompts()
    #expect(
      prompts.last { $0.contains("Your part: step 2 of 3") }?
        .contains("\n> What the check 'apart' said:\n> exited with status 1\n") == true)
  }

  @Test func `one text goes back only so often`() throws {
    // Red on every merge of it, and green in its own steps.
    try run(
      "echo one > a.txt",
      config: """
          limits: {runs: 2}
          checks: [{name: apart, run: test ! -e src/auth/auth.txt || ! git rev-parse -q --verify HEAD^2, timeout: 1m}]

        """)
    let integrated = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(
      integrated.output.contains("which exited with status 1; it has been sent back as often as it may\n"),
      "\(integrated)")
    #expect(try sentBack() == 2)
    let again = try JSON(repository.pair("integrate", "--plan", "6", "--json", ends: 1).output)
    #expect(again["parts"].list.map { $0["state"].text } == ["merged", "left-out"])
    #expect(again["parts"].list[1]["remedy"] == "")
    #expect(again["redone"].list.isEmpty)
    #expect(try sentBack() == 2)
  }

  @Test func `where too little may be spent for all its steps, none is started`() throws {
    try run("mkdir -p src/auth; echo one > src/auth/auth.txt")
    let before = try repository.logged("Event", of: "TASK-2")
    // Enough for each step, but not for all of them.
    let dear = try repository.pair("integrate", "--plan", "6", "--max-cost", "0.345", ends: 1)
    #expect(
      dear.output.contains(
        "  not made anew: TASK-2: failed: the workflow auth is expected to cost $"), "\(dear)")
    #expect(dear.output.contains(", and --max-cost leaves it $0.3"))
    #expect(
      dear.output.contains(
        """
            to make it anew by hand, from paircoder/_plan/sprint-6:
              all its steps   bpsai-pair orchestrate --task TASK-2 --again --base paircoder/_plan/sprint-6

        """))
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: 0.345}\n")
    let limited = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(limited.output.contains("  not made anew: TASK-2: failed: "), "\(limited)")
    #expect(limited.output.contains("$0.3"))
    #expect(try repository.logged("Event", of: "TASK-2") == before)
    // One agent alone would leave out what the others made.
    let named = try repository.pair(
      "orchestrate", "--plan", "6", "--agent", "codex", "--integrate", ends: 1)
    #expect(
      named.output.contains("TASK-2 is made anew by all steps of its workflow, and codex alone was"),
      "\(named)")
    #expect(try repository.logged("Event", of: "TASK-2") == before)
  }

  @Test func `a review that still blocks keeps it out, and a person has to look`() throws {
    try change("codex", "echo \"$words\" >", to: "[ ! -e one.txt ] || words=\"TODO $$\"; echo \"$words\" >")
    try run("mkdir -p src/auth; echo one > src/auth/auth.txt; echo one > one.txt")
    let blocked = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(
      blocked.output.contains(
        "\n  not made anew: TASK-2: failed: the review '3' still blocks after 2 rounds\n"), "\(blocked)")
    #expect(blocked.output.contains("\n  TASK-2: left out: the review '3' still blocks after 2 rounds\n"))
    let again = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(!again.errors.contains("make it anew") && !again.errors.contains("making it anew"), "\(again)")
    #expect(try sentBack() == 1)
  }

  @Test func `a step that fails keeps it out`() throws {
    try change(
      "codex", "echo 'hello from codex' > hello.txt",
      to: "if [ -e one.txt ]; then exit 3; fi; echo 'hello from codex' > hello.txt")
    try run("mkdir -p src/auth; echo one > src/auth/auth.txt; echo one > one.txt")
    let failed = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(failed.output.contains("\n  not made anew: TASK-2: failed: bad-output: "), "\(failed)")
    #expect(
      failed.output.contains("\n  TASK-2: left out: the step '2' of the workflow auth failed (bad-output)\n"))
    let again = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(
      again.output.contains("\n  TASK-2: left out: the step '2' of the workflow auth failed (bad-output)\n"))
    #expect(try sentBack() == 1)
  }

  @Test func `what --workflow made goes through that workflow once more, as it was then`() throws {
    try repository.write(".paircoder/workflows/auth.yaml", SeedWorkflow.text)
    let one = TaskText(
      "TASK-1", recipe: "mkdir -p src/auth; echo one > src/auth/auth.txt", fields: ["sprint: sprint-6"])
    let two = TaskText("TASK-2", fields: ["sprint: sprint-6"], body: "Log in.")
    for task in [one, two] { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("orchestrate", "--workflow", "auth", "--task", "TASK-2")
    try repository.git(["rm", "--quiet", ".paircoder/workflows/auth.yaml"])
    try repository.commit("No workflow")
    let integrated = try repository.pair("integrate", "--plan", "6")
    #expect(integrated.output.contains("  made anew: TASK-2: committed on"), "\(integrated)")
    #expect(try repository.logged("Step", of: "TASK-2").suffix(3) == ["3", "3", "3"])
    #expect(try repository.text(of: "review.md", at: Self.branch).contains("Verdict: passes"))
  }
}
