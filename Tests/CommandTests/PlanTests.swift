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
    #expect(try repository.hasNoWorktreeInUse())
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
    #expect(run.output.contains("TASK-3: failed: what TASK-3 depends on does not merge: TASK-1 and TASK-2"))
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
              task    agent   mode        cost  wave  minutes  title
          1.  TASK-2  recipe  full-auto  $0.00     1   0 to 1  Write a greeting
          2.  TASK-1  recipe  full-auto  $0.00     2   1 to 1  Write a greeting
          critical path, a minute: TASK-2 → TASK-1
          about $0.00 in all, in a minute, one task at a time

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
    // Each is estimated at $0.10 and costs $0.02.
    let run = try repository.pair("orchestrate", "--plan", "6", "--max-cost", "0.11", ends: 69)
    #expect(run.output.contains("TASK-1: committed on paircoder/TASK-1 ("))
    #expect(
      run.output.contains("TASK-2: failed: no agent can take TASK-2: codex-cli: estimate $0.10 is over"))
  }

  @Test func `a recipe that nobody approved fails, the others run`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    let other = task("TASK-2", "echo two > b.txt")
    try repository.write(other.path, other.text)
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 77)
    #expect(run.output.contains("TASK-1: committed on"))
    #expect(run.output.contains("TASK-2: failed: TASK-2 brings a recipe that has not been approved\n"))
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
      #expect(decisions.map { $0["inputs", "task", "id"].text }.joined(separator: ", ") == ids)
    }
  }

  @Test func `an invalid plan file holds up no other plan`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    try repository.write(".paircoder/plans/old.plan.yaml", "id: [unclosed\n")
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.errors.hasPrefix("note: this plan is left out: .paircoder/plans/old.plan.yaml:"))
    #expect(run.output.hasSuffix("one task: 1 committed; $0.00 in all\n"))
    let old = try repository.pair("orchestrate", "--plan", "old", ends: 65, touching: .nothing)
    #expect(old.errors.hasPrefix("error: .paircoder/plans/old.plan.yaml:"))
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

  @Test func `a dependency that no task has is an error that shows what there is`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-9"], "true"), task("TASK-2", after: ["TASK-1"], "true"),
      task("TASK-30", "echo three > c.txt"))
    let error = """
      error: .paircoder/tasks/TASK-1.task.md: TASK-1 depends on TASK-9, and there is no such task
      hint: Add its task file, or correct the id, or take it out. There are: TASK-2, TASK-30.

      """
    let dry = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--dry-run", ends: 65, touching: .nothing)
    #expect(dry.errors == error)
    let plan = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65, touching: .nothing)
    #expect(plan.errors == error)
    // Nobody is there to be told: what is queued beside it runs.
    try repository.pair("queue", "TASK-1", "TASK-30")
    let run = try repository.pair("orchestrate", "--queued", ends: 1)
    #expect(run.output.contains("TASK-1: skipped, since it depends on TASK-9, and there is no such task\n"))
    #expect(run.output.contains("TASK-30: committed on"))
  }

  @Test func `what prose names counts where it can be a task`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"),
      TaskText(
        "TASK-2", recipe: "cat a.txt > b.txt", fields: ["sprint: sprint-6"],
        body: "## Dependencies\n\n- TASK-1 (the first)\n- GPT-4 access\n"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.output.hasSuffix("2 tasks: 2 committed; $0.00 in all\n"))
    #expect(try repository.text(of: "b.txt", at: "paircoder/TASK-2") == "one")
    try repository.write(
      ".paircoder/tasks/TASK-3.task.md",
      "---\nid: TASK-3\nsprint: sprint-6\n---\n# Dependencies\n\nTASK-096 (Agent Invocation)\n")
    let unknown = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65, touching: .nothing)
    #expect(unknown.errors.contains("TASK-3 depends on TASK-096, and there is no such task\n"))
  }

  @Test func `a dependency that stands in two files is an error that names both`() throws {
    let repository = try trusting(
      task("TASK-1", sprint: "x", "true"), task("TASK-2", after: ["TASK-1"], "true"))
    try repository.write(".paircoder/tasks/copy.md", task("task-1", sprint: "x", "false").text)
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65, touching: .nothing)
    #expect(
      run.errors.contains(
        "error: .paircoder/tasks/TASK-2.task.md: TASK-2 depends on TASK-1, and TASK-1 stands in 2 files: .paircoder/tasks/TASK-1.task.md, .paircoder/tasks/copy.md\n"
      ))
  }

  @Test func `what is done waits for nothing, not even for what nobody knows`() throws {
    let repository = try trusting(task("TASK-2", after: ["TASK-1"], "echo two > b.txt"))
    try repository.write(
      ".paircoder/tasks/TASK-1.task.md",
      task("TASK-1", after: ["TASK-9", "TASK-2"], "true").text.replacingOccurrences(
        of: "status: pending", with: "status: done"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.output.contains("TASK-1: nothing to do: TASK-1 is done already"))
    #expect(run.output.contains("TASK-2: committed on"))
    // To run it again is to need all that it needed.
    let again = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--again", ends: 65, touching: .nothing)
    #expect(again.errors.contains("TASK-1 depends on TASK-9, and there is no such task"))
  }

  @Test func `a dependency in an archive counts`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-8"], "echo one > a.txt"), task("TASK-2", after: ["TASK-9"], "true"))
    for (id, status) in [("TASK-8", "done"), ("TASK-9", "pending")] {
      try repository.write(
        ".paircoder/tasks/archive/\(id).task.md",
        task(id, sprint: "sprint-1", "true").text.replacingOccurrences(
          of: "status: pending", with: "status: \(status)"))
    }
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 1)
    #expect(run.output.contains("TASK-1: committed on"))
    #expect(run.output.contains("TASK-2: skipped, since it depends on TASK-9, which is not done\n"))
    #expect(run.errors.hasPrefix("tasks of sprint-6: TASK-1, TASK-2\n"))
  }

  @Test func `an invalid file is left out, and the plan ends with its status`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    try repository.write(".paircoder/tasks/TASK-2.task.md", "---\nid: TASK-2\ncomplexity: 500\n---\n")
    try repository.write(".paircoder/plans/all.plan.yaml", "id: all\ntitle: A\ntasks: [TASK-1, TASK-2]\n")
    let run = try repository.pair("orchestrate", "--plan", "all", ends: 65)
    #expect(run.errors.hasPrefix("note: .paircoder/tasks/TASK-2.task.md:3:"))
    #expect(run.output.contains("TASK-1: committed on"))
    #expect(
      run.output.hasSuffix("one task: 1 committed; $0.00 in all; left out as invalid: one task file\n"))
    let again = try repository.pair("orchestrate", "--plan", "sprint-6", "--json", ends: 65)
    let record = try JSON(again.output)
    #expect(record["succeeded"] == "0")
    #expect(record["invalid"].list.map { $0["file"].text } == [".paircoder/tasks/TASK-2.task.md"])
  }

  @Test func `an invalid file in an archive is no matter`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    try repository.write(
      ".paircoder/tasks/archive/TASK-2.task.md", "---\nid: TASK-2\ncomplexity: 500\n---\n")
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    #expect(run.output.hasSuffix("one task: 1 committed; $0.00 in all\n"))
  }

  @Test func `an archived copy does not stand in for a live file that cannot be read`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"))
    let old = try repository.git(["show", "HEAD:.paircoder/tasks/TASK-2.task.md"])
    try repository.write(".paircoder/tasks/archive/TASK-2.task.md", old + "\n")
    try repository.write(".paircoder/tasks/TASK-2.task.md", "---\ntitle: [unclosed\n---\n")
    let run = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--dry-run", ends: 65, touching: .nothing)
    #expect(!run.output.contains("TASK-2"))
  }

  @Test func `of two files with one id neither runs`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"))
    try repository.write(".paircoder/tasks/copy.md", task("task-1", "echo copy > a.txt").text)
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 65)
    #expect(
      run.errors.hasPrefix(
        """
        note: TASK-1 stands in 2 files: .paircoder/tasks/TASK-1.task.md, .paircoder/tasks/copy.md
        hint: Give one of them another id, or move the old one into an 'archive' folder.
        tasks of sprint-6: TASK-2

        """))
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `each failure keeps its hint, and a common kind gives the status`() throws {
    let repository = try ScratchRepository.with(task("TASK-1", "true"), task("TASK-2", "true"))
    let hint = "  hint: Read it, then approve exactly this text: bpsai-pair trust TASK-1\n"
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", ends: 77, touching: .nothing)
    #expect(
      run.output.hasPrefix("TASK-1: failed: TASK-1 brings a recipe that has not been approved\n" + hint))
    let json = try repository.pair("orchestrate", "--plan", "6", "--json", ends: 77, touching: .nothing)
    #expect(
      try JSON(json.output)["tasks"].list.first?["hint"].text.hasSuffix("bpsai-pair trust TASK-1") == true)

    let agentless = TaskText("TASK-2", fields: ["sprint: sprint-6", "type: feature"], body: "Greet.")
    try repository.write(agentless.path, agentless.text)
    try repository.pair("orchestrate", "--plan", "sprint-6", ends: 1, touching: .nothing)
    try FileManager.default.removeItem(atPath: repository.path + "/.paircoder/tasks/TASK-1.task.md")
    try repository.pair("orchestrate", "--plan", "sprint-6", ends: 69, touching: .nothing)
  }

  @Test func `a dry run tells why nobody can take a task, and ends with that status`() throws {
    let repository = try ScratchRepository.with(
      task("TASK-1", "true"), task("TASK-2", after: ["TASK-1"], "true"))
    let run = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--dry-run", ends: 77, touching: .nothing)
    #expect(
      run.output == """
        tasks of sprint-6, in this order:
              task    agent   mode  cost  wave  minutes  title
          1.  TASK-1  nobody  auto     –     1        –  Write a greeting
              TASK-1 brings a recipe that has not been approved
              hint: Read it, then approve exactly this text: bpsai-pair trust TASK-1
          2.  TASK-2  –       –        –     2        –  Write a greeting
              skipped, since nobody can take TASK-1
          about $0.00 in all, in 0 minutes, one task at a time

        """)
  }

  @Test func `a dry run tells what has a result already, and leaves it out of the total`() throws {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2"] {
      let task = TaskText(id, fields: ["sprint: 6", "type: feature", "complexity: 20"], body: "Greet.")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.install(standIn: "codex")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let run = try repository.pair("orchestrate", "--plan", "6", "--dry-run", touching: .nothing)
    #expect(run.output.contains("\n      Nothing to do: TASK-1 has a result for this text already ("))
    #expect(run.output.hasSuffix("\n  about $0.10 in all, in 3 minutes, one task at a time\n"))
    let json = try repository.pair("orchestrate", "--plan", "6", "--dry-run", "--json", touching: .nothing)
    let tasks = try JSON(json.output)["tasks"].list
    #expect(tasks.map { $0["state"].text } == ["not-needed", "run"])
    #expect(tasks.first?["notNeeded"].text.hasPrefix("TASK-1 has a result") == true)
  }

  @Test func `a dry run decides on the results that there are`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", after: ["TASK-1"], "cat a.txt > b.txt"),
      task("TASK-3", after: ["TASK-2"], "cat b.txt > c.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    let run = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--dry-run", "--json", touching: .nothing)
    let bases = try JSON(run.output)["decisions"].list.map { $0["inputs", "base"].text }
    let head = try repository.git(["rev-parse", "HEAD"])
    #expect(bases == [head, try repository.git(["rev-parse", "paircoder/TASK-1"]), head])
  }

  @Test func `a dry run writes no merge commit`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat a.txt b.txt > c.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-2")
    let run = try repository.pair(
      "orchestrate", "--plan", "sprint-6", "--dry-run", "--json", touching: .nothing)
    let head = try repository.git(["rev-parse", "HEAD"])
    #expect(try JSON(run.output)["decisions"].list.last?["inputs", "base"].text == head)
  }

  @Test func `findings stand below the task's line`() throws {
    let one = TaskText(
      "TASK-1", recipe: "echo one > b.txt", fields: ["sprint: sprint-6"], body: "## Files\n\n- a.txt\n")
    let repository = try trusting(one)
    let run = try repository.pair("orchestrate", "--plan", "sprint-6")
    let words = "b.txt: not among the files that the task declares"
    #expect(run.output.split(separator: "\n").dropFirst().first == "  note: \(words)")
    let again = try repository.pair("orchestrate", "--plan", "sprint-6", "--again", "--json")
    let findings = try JSON(again.output)["tasks"].list.first?["findings"].list ?? []
    #expect(findings.map { $0["path"].text } == ["b.txt"])
  }

  @Test func `a task does not run before what it depends on, unless its base is named`() throws {
    let repository = try trusting(
      task("TASK-2", "echo two > b.txt"), task("TASK-3", after: ["TASK-2", "TASK-9"], "echo three > c.txt"))
    let refusal = """
      error: TASK-3 depends on TASK-2, which is not done; and on TASK-9, and there is no such task
      hint: Run TASK-2 first. To run TASK-3 all the same: --base HEAD

      """
    let dry = try repository.pair("orchestrate", "--task", "TASK-3", "--dry-run", ends: 1, touching: .nothing)
    #expect(dry.errors == refusal)
    #expect(dry.output.hasPrefix("TASK-3 "))
    let run = try repository.pair("orchestrate", "--task", "TASK-3", ends: 1, touching: .nothing)
    #expect(run.errors == refusal)
    let forced = try repository.pair("orchestrate", "--task", "TASK-3", "--base", "HEAD")
    #expect(
      forced.errors.hasPrefix(
        "note: TASK-3 depends on TASK-2, which is not done\nnote: TASK-3 depends on TASK-9,"))
  }

  @Test func `a task by itself, and a retry, start from the results of what they depend on`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat a.txt b.txt > c.txt"))
    try repository.pair("retry", "TASK-3", ends: 1)
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-2")
    try repository.pair("orchestrate", "--task", "TASK-3", "--dry-run", touching: .nothing)
    try repository.pair("orchestrate", "--task", "TASK-3")
    #expect(try repository.text(of: "c.txt", at: "paircoder/TASK-3") == "one\ntwo")
    try repository.pair("discard", "TASK-3")
    try repository.pair("retry", "TASK-3")
    #expect(try repository.text(of: "c.txt", at: "paircoder/TASK-3") == "one\ntwo")
    #expect(
      try repository.git(["merge-base", "--is-ancestor", "paircoder/TASK-1", "paircoder/TASK-3"]).isEmpty)
  }

  @Test func `a result whose branch is gone is none to build on`() throws {
    let repository = try trusting(
      task("TASK-1", sprint: "one", "echo one > a.txt"),
      task("TASK-2", sprint: "two", after: ["TASK-1"], "cp a.txt b.txt"))
    try repository.pair("orchestrate", "--plan", "one")
    try repository.git(["branch", "--quiet", "-D", "paircoder/TASK-1"])
    let run = try repository.pair("orchestrate", "--plan", "two", ends: 1)
    #expect(run.output.contains("TASK-2: skipped, since it depends on TASK-1, which is not done"))
  }
}
