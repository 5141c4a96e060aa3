import Foundation
import TestSupport
import Testing

/// Workflows whose agents do as they are told.
@Suite struct WorkflowTests {
  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    try repository.write(".paircoder/workflows/auth.yaml", SeedWorkflow.text)
    try repository.commit("A workflow")
  }

  /// Commits a task that the workflow carries out.
  private func addTask(_ body: String = "", id: String = "TASK-1", fields: [String] = []) throws {
    let task = TaskText(id, fields: ["workflow: auth"] + fields, body: "Log people in.\n\n\(body)\n")
    try repository.write(task.path, task.text)
    try repository.commit("A task")
  }

  private func write(workflow: String) throws {
    try repository.write(".paircoder/workflows/auth.yaml", workflow)
    try repository.commit("Another workflow")
  }

  /// The steps of the commits on a task's branch, oldest first.
  private func steps(of task: String) throws -> [String] {
    try repository.git([
      "log", "--reverse", "--format=%an: %(trailers:key=PairCoder-Step,valueonly,separator=)",
      "HEAD..paircoder/\(task)",
    ]).split(separator: "\n").map(String.init)
  }

  private func state(of task: String) throws -> JSON {
    let tasks = try JSON(repository.pair("status", "--json", touching: .nothing).output)["tasks"].list
    return try #require(tasks.first { $0["task"] == task })
  }

  @Test func `the seed's workflow, from the design to the review`() throws {
    let base = try repository.git(["rev-parse", "--short=10", "HEAD"])
    let run = try repository.pair("orchestrate", "--workflow", ".paircoder/workflows/auth.yaml")
    let tip = try repository.git(["rev-parse", "--short=10", "paircoder/auth"])
    #expect(
      run.output.hasSuffix(
        """
        auth: the workflow auth is finished on paircoder/auth (\(tip), 3 runs, $0.03)

          see it      git diff \(base)...paircoder/auth
          its steps   git log \(base)..paircoder/auth
          take it     git merge paircoder/auth
          drop it     bpsai-pair discard auth

        """), "\(run)")
    #expect(run.errors.contains("step 2 of 3: codex-cli (full-auto), about $"))
    #expect(try steps(of: "auth") == ["Claude Code: 1", "Codex: 2", "Claude Code: 3"])
    #expect(
      try repository.changedFiles(in: "paircoder/auth")
        == ["design.md", "hello.txt", "review.md", "src/auth/auth.txt"])
    #expect(try repository.text(of: "design.md", at: "paircoder/auth").hasPrefix("The plan: write hello.txt"))
    #expect(
      try repository.text(of: "review.md", at: "paircoder/auth") == """
        # Review implementation against design

        Verdict: passes

        It greets.

        ## Findings

        - note: `hello.txt:1`: A full stop is missing.
        """)
    let events = ["claimed", "started", "committed"]
    #expect(try repository.logged("Event", of: "auth") == events + events + events + ["committed"])
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.snapshots(of: "auth") == [])
    #expect(try state(of: "auth")["state"] == "committed")

    let again = try repository.pair("orchestrate", "--workflow", "auth", touching: .ours)
    #expect(again.output == "")
    #expect(again.errors == "the workflow has a result already (\(tip)); --again runs it anew\n")
    #expect(try repository.logged("Event", of: "auth").count == 10)
  }

  @Test func `each step is told its part, what is there, and what was said before`() throws {
    try repository.pair("orchestrate", "--workflow", "auth")
    let said = try repository.prompts()
    try #require(said.count == 3)
    #expect(said[0].contains("\n## Your part: step 1 of 3 of the workflow auth\n"))
    #expect(said[0].contains("\nDesign authentication system\n"))
    #expect(said[0].contains("\n- Your final message is put into `design.md`.\n"))
    #expect(said[0].contains("\n- The next step is not yours: Implement basic auth per design.md\n"))
    #expect(!said[0].contains("is there, made by"))
    #expect(
      said[1].contains(
        "\n- `design.md` is there, made by claude-code in step 1: Design authentication system\n"))
    #expect(said[1].contains("\n> The plan: write hello.txt with a greeting.\n"), "its note")
    #expect(
      said[2].contains(
        "\n- `src/auth/` is there, made by codex-cli in step 2: Implement basic auth per design.md\n"))
    #expect(said[2].contains("\n> Wrote hello.txt.\n"))
    #expect(said[2].contains(#"by this JSON Schema: {"type":"object","#))
    #expect(said[2].contains("\n- design.md\n"), "what is under review")
    let log = "refs/paircoder/tasks/auth"
    let steps = try JSON(repository.text(of: "workflow.json", at: log))["steps"].list
    #expect(steps.map { $0["output"].text } == ["design.md", "src/auth/", "review.md"])
  }

  @Test func `findings are sent back until the review passes, and then the task is done`() throws {
    try addTask("STANDIN: sloppy\n\n# Acceptance Criteria\n- [ ] People can log in\n")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.output.contains("step '2', round 2: codex-cli made src/auth/auth.txt ("))
    #expect(run.output.contains("TASK-1: the workflow auth is finished on paircoder/TASK-1 ("))
    #expect(
      try steps(of: "TASK-1")
        == ["Claude Code: 1", "Codex: 2", "Claude Code: 3", "Codex: 2", "Claude Code: 3"])
    #expect(try repository.logged("Verdict", of: "TASK-1") == ["blocks", "passes"])
    #expect(try repository.logged("Round", of: "TASK-1").filter { $0 == "2" }.count == 6)
    let branch = "paircoder/TASK-1"
    #expect(
      try repository.text(of: "review.md", at: branch + "~2").contains(
        "src/auth/auth.txt:1`: Something is left"))
    #expect(
      try repository.text(of: ".paircoder/tasks/TASK-1.task.md", at: branch).contains("\nstatus: done\n"))
    #expect(
      try repository.text(of: ".paircoder/tasks/TASK-1.task.md", at: branch + "~1").contains(
        "\nstatus: pending\n"))
    // The finding reached the agent that was to put it right, or it would have left it.
    #expect(try repository.text(of: "src/auth/auth.txt", at: branch) == "auth from codex")
    #expect(try state(of: "TASK-1")["state"] == "committed")
    #expect(
      try repository.pair("orchestrate", "--task", "TASK-1").errors.contains(
        "TASK-1 has a result for this text already"))
    let reviewed = try repository.pair("review", "TASK-1")
    #expect(reviewed.output.hasSuffix("Nothing blocks.\n"))
  }

  @Test func `what is still found after the last round waits for a person`() throws {
    try addTask("STANDIN: stubborn")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--json", ends: 1)
    let record = try JSON(run.output)
    #expect(record["state"] == "findings-left")
    #expect(record["reason"] == "the review '3' still blocks after 2 rounds")
    #expect(
      record["steps"].list.map { "\($0["step"].text)/\($0["round"].text)" } == [
        "1/1", "2/1", "3/1", "2/2", "3/2",
      ])
    #expect(record["findings"].list.map { $0["message"].text } == ["Something is left to do."])
    #expect(try state(of: "TASK-1")["state"] == "blocked")
    #expect(try repository.logged("Event", of: "TASK-1").suffix(2) == ["committed", "failed"])
    let count = try repository.logged("Event", of: "TASK-1").count

    let again = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      again.output.hasPrefix(
        "TASK-1: the review '3' of auth still blocks after 2 rounds ($0.05)\n  block: src/auth/auth.txt:1: Something is left to do.\n"
      ), "\(again)")
    #expect(try repository.logged("Event", of: "TASK-1").count == count, "nothing ran")
    // Nothing is to be paid for, however little may be spent.
    try repository.pair("orchestrate", "--task", "TASK-1", "--max-cost", "0.001", ends: 1)
    let shown = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      shown.output.hasSuffix(
        "\nthe review '3' still blocks after 2 rounds. To start over: bpsai-pair orchestrate --task TASK-1 --again\n"
      ), "\(shown)")
    // The agent that found it is not to put it right.
    let resumed = try repository.pair("resume", "TASK-1", ends: 64)
    #expect(
      resumed.errors.hasPrefix(
        "error: the review '3' still blocks TASK-1, so there is nothing to resume\nhint: To start over: bpsai-pair orchestrate --workflow .paircoder/workflows/auth.yaml --task TASK-1 --again. To give it to one agent: bpsai-pair handoff TASK-1 --to AGENT. To drop it: bpsai-pair discard TASK-1\n"
      ), "\(resumed)")
    #expect(try repository.logged("Event", of: "TASK-1").count == count, "nothing ran")
    // Another agent may take it up, and then it is the task's result.
    try repository.pair("handoff", "TASK-1", "--to", "claude")
    #expect(try state(of: "TASK-1")["state"] == "committed")
  }

  @Test func `without its output a step does not count, and the same command goes on with it`() throws {
    try addTask("STANDIN: astray")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.contains(
        "TASK-1: codex-cli failed at the step '2' of auth: checks-failed: the step's output src/auth/ is not there\n"
      ))
    #expect(run.output.contains("  go on with it  bpsai-pair orchestrate --task TASK-1\n"))
    #expect(
      try repository.logged("Event", of: "TASK-1")
        == ["claimed", "started", "committed", "claimed", "started", "retrying", "started", "failed"])
    #expect(try steps(of: "TASK-1") == ["Claude Code: 1"])
    #expect(try state(of: "TASK-1")["state"] == "blocked")

    let codex = try #require(repository.scratch.read("bin/codex"))
    try repository.scratch.write(
      "bin/codex", codex.replacingOccurrences(of: "STANDIN: astray", with: "STANDIN: nobody"),
      executable: true)
    let next = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(!next.output.contains("step '1'"))
    #expect(try steps(of: "TASK-1") == ["Claude Code: 1", "Codex: 2", "Claude Code: 3"])
  }

  @Test func `a file that was there before is an output, an untouched folder is none`() throws {
    try repository.write("src/auth/old.txt", "old\n")
    try write(
      workflow: SeedWorkflow.text + "  - {agent: claude, mode: auto, task: Greet, output: README.md}\n")
    try addTask("STANDIN: astray")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.contains("checks-failed: nothing in the step's output src/auth/ is new or changed\n"))
    try repository.pair("orchestrate", "--workflow", "auth")
    #expect(try steps(of: "auth").count == 4)
  }

  @Test func `killed in a step, it goes on with that step`() throws {
    try write(
      workflow: """
        workflow:
          - {id: plan, agent: codex, mode: plan, task: Plan it, output: plan.md}
          - {id: build, agent: claude, mode: auto, task: "Build it\\nSTANDIN: wait", output: hello.txt}
          - {id: check, agent: codex, mode: review, task: Look at it}
        """)
    let started = repository.scratch.path + "/started"
    let first = try repository.startPair(
      "orchestrate", "--workflow", "auth", environment: ["PAIRCODER_TEST_STARTED": started])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    first.send(signal: SIGKILL)
    _ = try first.wait()
    #expect(try steps(of: "auth") == ["Codex: plan"])
    let shown = try repository.pair("orchestrate", "--workflow", "auth", "--dry-run", touching: .nothing)
    #expect(shown.output.contains("done ("))

    try repository.stopWaiting(standIn: "claude")
    try repository.pair("resume", "auth")
    #expect(try steps(of: "auth") == ["Codex: plan", "Claude Code: build", "Codex: check"])
    #expect(
      try repository.logged("Event", of: "auth") == [
        "claimed", "started", "committed", "claimed", "started", "interrupted", "claimed", "started",
        "committed",
        "claimed", "started", "committed", "committed",
      ])
    let snapshots = try repository.snapshots(of: "auth")
    #expect(try snapshots.map { try repository.text(of: "files/hello.txt", at: $0) } == ["half a greeting"])
    #expect(try repository.changedFiles(in: "paircoder/auth").contains(".paircoder/results/auth-check.md"))
  }

  @Test func `what follows a failure is the workflow's to say`() throws {
    func workflow(_ answer: String) -> String {
      """
      workflow:
        - {id: build, agent: codex, mode: auto, task: Build it, on_failure: \(answer)}
        - {id: mend, agent: claude, mode: auto, task: Mend it, when: failed}
      """
    }
    try repository.scratch.write("bin/codex", "#!/bin/sh\nexit 3\n", executable: true)
    try write(workflow: workflow("handoff"))
    try repository.pair("orchestrate", "--workflow", "auth")
    #expect(try steps(of: "auth") == ["Claude Code: build"])

    try write(workflow: workflow("continue"))
    try repository.pair("orchestrate", "--workflow", "auth")
    #expect(try steps(of: "auth") == ["Claude Code: mend"])
    #expect(try state(of: "auth")["state"] == "committed")

    // Nobody there to start with.
    try FileManager.default.removeItem(atPath: repository.scratch.path + "/bin/codex")
    try write(workflow: workflow("stop"))
    let none = try repository.pair("orchestrate", "--workflow", "auth", ends: 69)
    #expect(none.errors.contains("codex-cli: not installed"))
    try write(workflow: workflow("continue") + "# anew\n")
    let left = try repository.pair("orchestrate", "--workflow", "auth")
    #expect(left.errors.contains("note: the step 'build' is left out: no agent can take auth: "))
    #expect(try steps(of: "auth") == ["Claude Code: mend"])
    try write(workflow: workflow("handoff") + "# anew\n")
    let taken = try repository.pair("orchestrate", "--workflow", "auth")
    #expect(
      taken.errors.contains(
        "note: claude-code takes the step 'build', since codex-cli cannot (not installed)\n"))
  }

  @Test func `a dry run shows the steps and changes nothing`() throws {
    try addTask()
    let shown = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "The workflow auth on TASK-1  Write a greeting")
    #expect(lines.contains("      up to 2 rounds with step 2"))
    #expect(
      lines.contains {
        $0.hasPrefix("  2.    codex-cli    full-auto  $")
          && $0.hasSuffix("Implement basic auth per design.md")
      })
    #expect(lines.last == "Nothing was changed. To run it: bpsai-pair orchestrate --task TASK-1")
    let json = try JSON(
      repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing).output)
    #expect(json["schema"] == "bpsai-pair/workflow-dry-run/1")
    #expect(json["steps"].list.map { $0["agent"].text } == ["claude-code", "codex-cli", "claude-code"])
    #expect(json["steps"].list.map { $0["mode"].text } == ["plan", "full-auto", "plan"])
    #expect(json["next"] == "1")
  }

  @Test func `a plan's tasks go through their workflows, and what depends on them waits`() throws {
    try addTask("STANDIN: stubborn", fields: ["sprint: sprint-1"])
    let next = TaskText("TASK-2", fields: ["sprint: sprint-1", "depends_on: [TASK-1]"], body: "More.")
    try repository.write(next.path, next.text)
    try repository.commit("Another")
    let run = try repository.pair("orchestrate", "--plan", "sprint-1", ends: 1)
    #expect(run.output.contains("TASK-1: failed: the review '3' still blocks after 2 rounds\n"))
    #expect(run.output.contains("TASK-2: skipped, since TASK-1 failed\n"))
    // What its first steps made is no result to build on.
    let again = try repository.pair("orchestrate", "--plan", "sprint-1", ends: 1)
    #expect(
      again.output.contains(
        "TASK-1: skipped, since it waits for a person (the review '3' still blocks after 2 rounds): bpsai-pair retry TASK-1\n"
      ), "\(again)")
    #expect(try !repository.hasBranch(of: "TASK-2"))

    try addTask("STANDIN: sloppy", fields: ["sprint: sprint-1"])
    let good = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(good.output.contains("TASK-1: committed on paircoder/TASK-1 ("))
    #expect(try repository.text(of: "src/auth/auth.txt", at: "paircoder/TASK-2") == "auth from codex")
  }

  /// What it depends on is in the base of its first step, however often that was begun.
  @Test func `killed in its first step, a plan's task goes on from what it depends on`() throws {
    try write(
      workflow: """
        workflow:
          - {id: build, agent: claude, mode: auto, task: "Build it\\nSTANDIN: wait", output: hello.txt}
        """)
    let first = TaskText("TASK-0", recipe: "echo lib > lib.txt", fields: ["sprint: sprint-1"])
    try repository.write(first.path, first.text)
    try addTask(fields: ["sprint: sprint-1", "depends_on: [TASK-0]"])
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let plan = try repository.startPair(
      "orchestrate", "--plan", "sprint-1",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    let running = try state(of: "TASK-1")
    #expect(running["state"] == "running")
    #expect(running["note"] == "step 'build' of its workflow")
    plan.send(signal: SIGKILL)
    _ = try plan.wait()
    #expect(
      try state(of: "TASK-1")["note"]
        == "its run, step 'build' of its workflow, never ended; the next one picks it up")

    try repository.stopWaiting(standIn: "claude")
    try repository.pair("resume", "TASK-1")
    #expect(try repository.text(of: "lib.txt", at: "paircoder/TASK-1") == "lib")
  }

  @Test func `one agent for the whole task is asked for by name`() throws {
    try addTask()
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex")
    #expect(run.errors.contains("note: TASK-1 names the workflow auth; --agent runs it without\n"))
    #expect(try steps(of: "TASK-1") == ["Codex: "])
    #expect(
      try repository.text(of: ".paircoder/tasks/TASK-1.task.md", at: "paircoder/TASK-1").contains(
        "status: done"))
    try repository.pair("retry", "TASK-1")
    #expect(try steps(of: "TASK-1") == ["Claude Code: 1", "Codex: 2", "Claude Code: 3"])
  }

  @Test func `a limit spans the workflow`() throws {
    // Enough for each step, but not for all.
    let ahead = try repository.pair(
      "orchestrate", "--workflow", "auth", "--max-cost", "0.8", "--dry-run", ends: 69, touching: .nothing)
    #expect(
      ahead.errors.contains("the workflow auth is expected to cost $0.87, and --max-cost leaves it $0.80"))
    let refused = try repository.pair("orchestrate", "--workflow", "auth", "--max-cost", "0.8", ends: 69)
    #expect(refused.errors.contains("the workflow auth is expected to cost $0.87"), "\(refused)")

    // The second step costs more than it was expected to.
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  codex:\n    prices: {default: {input: 400, cached: 40, output: 400}}\n")
    try repository.commit("Prices")
    let run = try repository.pair("orchestrate", "--workflow", "auth", "--max-cost", "0.9", ends: 1)
    #expect(run.errors.contains("what is left of --max-cost is too little for the step '3'"), "\(run)")
    #expect(try steps(of: "auth").count == 2)
    #expect(
      try state(of: "auth")["note"] == "step '2' of its workflow is done, others are still to come")
    // What the first command spent is no part of what the second may spend.
    try repository.pair("orchestrate", "--workflow", "auth", "--max-cost", "0.9")
    #expect(try steps(of: "auth").count == 3)
  }

  @Test func `wrong words are refused before anything runs`() throws {
    try write(
      workflow:
        "workflow:\n  - {agent: claude, mode: auto, task: x}\n  - agent: claud\n    mode: auto\n    task: x\n"
    )
    let unknown = try repository.pair("orchestrate", "--workflow", "auth", ends: 65, touching: .nothing)
    #expect(unknown.errors.contains(".paircoder/workflows/auth.yaml:3"))
    #expect(unknown.errors.contains("no agent is called 'claud'"))
    try repository.pair("orchestrate", "--workflow", "nothing", ends: 64, touching: .nothing)
    try repository.pair("orchestrate", "--workflow", "auth", "--agent", "codex", ends: 64, touching: .nothing)
    try repository.pair("orchestrate", "--workflow", "auth", "--plan", "x", ends: 64, touching: .nothing)
    try repository.pair(
      "orchestrate", "--workflow", "auth", "--parallel", "2", ends: 64, touching: .nothing)
    let task = TaskText("auth", fields: ["workflow: missing"], body: "x")
    try repository.write(task.path, task.text)
    try repository.commit("A task")
    let missing = try repository.pair("orchestrate", "--task", "auth", ends: 65, touching: .nothing)
    #expect(missing.errors.contains("auth names the workflow 'missing', and there is none"))
    let clash = try repository.pair("orchestrate", "--workflow", "auth", ends: 64, touching: .nothing)
    #expect(clash.errors.contains("there is a task called auth"))
  }
}
