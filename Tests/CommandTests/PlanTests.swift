import Foundation
import TestSupport
import Testing

@Suite struct PlanTests {
  private func task(_ id: String, sprint: String = "sprint-6", after: [String] = [], _ recipe: String)
    -> TaskText
  {
    TaskText(
      id, recipe: recipe,
      fields: ["sprint: \(sprint)", "depends_on: [\(after.joined(separator: ", "))]"])
  }

  private func trusting(_ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  @Test func `tasks run after what they depend on, and see its work`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-3", "TASK-2"], "cat b.txt c.txt > a.txt"),
      task("TASK-2", after: ["TASK-3"], "cat c.txt > b.txt"),
      task("TASK-3", "echo three > c.txt"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.errors.hasPrefix("tasks of sprint-6: TASK-3, TASK-2, TASK-1\n"))
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(
      lines.map { String($0.prefix { $0 != "(" }) } == [
        "TASK-3: committed on paircoder/TASK-3 ", "TASK-2: committed on paircoder/TASK-2 ",
        "TASK-1: committed on paircoder/TASK-1 ", "3 tasks: 3 committed; $0.00 in all",
      ])
    #expect(try repository.text(of: "a.txt", at: "paircoder/TASK-1") == "three\nthree")
    #expect(try repository.hasOneWorktree())
  }

  @Test func `results that do not build on each other are merged for what depends on both`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat a.txt b.txt > c.txt"))
    try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(try repository.text(of: "c.txt", at: "paircoder/TASK-3") == "one\ntwo")
  }

  @Test func `a failure skips what depends on it, and nothing else`() throws {
    let repository = try trusting(
      task("TASK-1", "exit 1"), task("TASK-2", after: ["TASK-1"], "echo two > b.txt"),
      task("TASK-3", after: ["TASK-2"], "echo three > c.txt"), task("TASK-4", "echo four > d.txt"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 1)
    #expect(run.output.contains("TASK-1: failed: crashed: the recipe ended with status 1\n"))
    #expect(run.output.contains("TASK-2: skipped, since TASK-1 failed\n"))
    #expect(run.output.contains("TASK-3: skipped, since TASK-2 was skipped\n"))
    #expect(run.output.contains("TASK-4: committed on paircoder/TASK-4 ("))
    #expect(run.output.hasSuffix("4 tasks: 1 committed, 1 failed, 2 skipped; $0.00 in all\n"))
    #expect(try repository.git(["branch", "--list", "paircoder/*"]) == "  paircoder/TASK-4")
  }

  @Test func `results that conflict fail what depends on both`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > a.txt"),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat a.txt > c.txt"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 1)
    #expect(run.output.contains("TASK-3: failed: what TASK-3 depends on does not merge: TASK-2 conflicts"))
    #expect(try !repository.hasBranch(of: "TASK-3"))
  }

  @Test func `a plan whose tasks have results has nothing to do`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", after: ["TASK-1"], "cat a.txt > b.txt"))
    try repository.pair("orchestrate", "--plan", "sprint-6")
    let refs = try repository.refs()
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.output.hasSuffix("2 tasks: 2 with nothing to do; $0.00 in all\n"))
    #expect(try repository.refs() == refs)
  }

  @Test func `a dry run shows the order and changes nothing`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-2"], "echo one > a.txt"), task("TASK-2", "echo two > b.txt"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", "--dry-run", touching: .nothing)
    #expect(
      run.output == """
        tasks of sprint-6, in this order:
          1.  TASK-2  recipe  full-auto  $0.00  Write a greeting
          2.  TASK-1  recipe  full-auto  $0.00  Write a greeting
          about $0.00 in all

        """)
  }

  @Test func `--max-cost spans all tasks`() throws {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2"] {
      let task = TaskText(id, fields: ["sprint: 6", "type: feature", "complexity: 20"], body: "Greet.")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.install(standIn: "codex")
    // Each is estimated at $0.06 and costs $0.02.
    let run = try repository.pair("orchestrate", "--plan", "6", "--max-cost", "0.07", ends: 1)
    #expect(run.output.contains("TASK-1: committed on paircoder/TASK-1 ("))
    #expect(
      run.output.contains("TASK-2: failed: no agent can take TASK-2: codex-cli: estimate $0.06 is over"))
  }

  @Test func `a recipe that nobody approved fails, the others run`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    let other = task("TASK-2", "echo two > b.txt")
    try repository.write(other.path, other.text)
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 1)
    #expect(run.output.contains("TASK-1: committed on"))
    #expect(run.output.contains("TASK-2: failed: TASK-2 brings a recipe that has not been approved\n"))
  }

  @Test func `an interrupt ends the whole plan`() throws {
    let repository = try trusting(
      task("TASK-1", "echo half > a.txt; touch \"$PAIR_TEST_STARTED\"; exec sleep 60"),
      task("TASK-2", "echo two > b.txt"))
    let before = try repository.userState()
    let run = try repository.startPair(
      "orchestrate", "--plan", "sprint-6",
      environment: ["PAIR_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.exists("started") }
    run.send(signal: SIGINT)
    #expect(try run.wait().status == 130)
    try repository.expectUserState(before)
    #expect(try !repository.hasBranch(of: "TASK-2"))
    #expect(try repository.logged("Event", of: "TASK-1").last == "interrupted")
    #expect(try repository.hasOneWorktree())
  }

  @Test func `a number is the sprint of that number`() throws {
    let repository = try trusting(task("TASK-1", sprint: "sprint-27", "echo one > a.txt"))
    let run = try repository.pair("orchestrate", "--plan", "27", "--json")
    let record = try JSON(run.output)
    #expect(record["schema"] == "bpsai-pair/batch/1")
    #expect(record["tasks"].list.map { $0["state"].text } == ["committed"])
  }

  @Test func `a plan file names its tasks`() throws {
    let repository = try trusting(
      task("TASK-1", sprint: "x", "echo one > a.txt"), task("TASK-2", sprint: "y", "echo two > b.txt"))
    try repository.write(
      ".paircoder/plans/2025-greetings.plan.yaml",
      "id: greetings\ntitle: Greetings\nsprints:\n  - id: first\n    tasks: [TASK-2]\ntasks:\n  - id: TASK-1\n"
    )
    for (name, ids) in [
      ("greetings", "TASK-1, TASK-2"), ("2025-greetings", "TASK-1, TASK-2"), ("first", "TASK-2"),
    ] {
      let run = try repository.pair("orchestrate", "--plan", name, "--dry-run", "--json", touching: .nothing)
      let decisions = try JSON(run.output)["decisions"].list
      #expect(decisions.map { $0["inputs", "task"].text }.joined(separator: ", ") == ids)
    }
  }

  @Test func `an unknown plan is an error that lists the known ones`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-7", ends: 64, touching: .nothing)
    #expect(
      run.errors == """
        error: no plan or sprint called 'sprint-7' has tasks
        hint: There are: sprint-6

        """)
  }

  @Test func `a circle is an error that shows it`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-3"], "true"), task("TASK-2", after: ["TASK-1"], "true"),
      task("TASK-3", after: ["TASK-2"], "true"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65, touching: .nothing)
    #expect(
      run.errors == """
        error: the plan's tasks depend on each other in a circle: TASK-1 → TASK-3 → TASK-2 → TASK-1
        hint: Remove one of these dependencies.

        """)
  }

  @Test func `a dependency that no task has is an error`() throws {
    let repository = try trusting(task("TASK-1", after: ["TASK-9"], "true"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65, touching: .nothing)
    #expect(
      run.errors.hasPrefix(
        "error: .paircoder/tasks/TASK-1.task.md: TASK-1 depends on TASK-9, and there is no such task\n"))
  }
}
