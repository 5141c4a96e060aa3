import Foundation
import TestSupport
import Testing

/// Tasks of a plan that workflows carry out.
@Suite struct WorkflowPlanTests {
  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
  }

  /// Commits the workflow `auth`, and TASK-1, which names it.
  private func add(workflow: String, fields: [String] = []) throws {
    try repository.write(".paircoder/workflows/auth.yaml", workflow)
    let task = TaskText(
      "TASK-1", fields: ["workflow: auth", "sprint: sprint-1"] + fields, body: "Log people in.")
    try repository.write(task.path, task.text)
    try repository.commit("A task and its workflow")
  }

  /// The steps of the commits on a task's branch, oldest first.
  private func steps() throws -> [String] {
    try repository.git([
      "log", "--reverse", "--format=%an: %(trailers:key=PairCoder-Step,valueonly,separator=)",
      "HEAD..paircoder/TASK-1",
    ]).split(separator: "\n").map(String.init)
  }

  private var plan: [String] { ["orchestrate", "--plan", "sprint-1"] }

  private func startPlan(_ more: String..., marker: String) throws -> RunningProgram {
    let run = try repository.startPair(
      plan + more, environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/" + marker])
    try wait { repository.scratch.read(marker)?.hasSuffix("\n") == true }
    return run
  }

  private let waiting = """
    workflow:
      - {id: plan, agent: codex, mode: plan, task: Plan it, output: plan.md}
      - {id: build, agent: claude, mode: auto, task: "Build it\\nSTANDIN: wait", output: hello.txt}
      - {id: check, agent: codex, mode: review, task: Look at it}

    """

  @Test func `a pass that was begun by name goes on, though the task names no workflow`() throws {
    try repository.write(".paircoder/workflows/auth.yaml", waiting)
    let task = TaskText("TASK-1", fields: ["sprint: sprint-1"], body: "Log people in.")
    try repository.write(task.path, task.text)
    try repository.commit("A task and a workflow")
    let begun = try repository.startPair(
      "orchestrate", "--workflow", "auth", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    begun.send(signal: SIGKILL)
    _ = try begun.wait()
    let shown = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    #expect(shown.output.contains("The workflow auth on TASK-1"), "\(shown)")

    try repository.stopWaiting(standIn: "claude")
    let rest = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(rest.output.contains("TASK-1: committed on paircoder/TASK-1"), "\(rest)")
    #expect(try steps() == ["Codex: plan", "Claude Code: build", "Codex: check"])
  }

  @Test func `with another workflow it still starts from what it depends on`() throws {
    let first = TaskText("TASK-0", recipe: "echo lib > lib.txt", fields: ["sprint: sprint-1"])
    try repository.write(first.path, first.text)
    let workflow = "workflow:\n  - {agent: codex, mode: auto, task: Build it}\n"
    try add(workflow: workflow, fields: ["depends_on: [TASK-0]"])
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let run = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(run.errors.contains("step '1': codex-cli made "), "\(run)")
    #expect(!run.errors.contains("TASK-1, step '1'"))
    let done = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(done.output.contains("TASK-1: nothing to do: TASK-1 has a result for this text already"))

    try repository.write(".paircoder/workflows/auth.yaml", workflow + "# anew\n")
    try repository.commit("Another workflow")
    let again = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(again.output.contains("TASK-1: committed on paircoder/TASK-1 ("), "\(again)")
    #expect(try repository.text(of: "lib.txt", at: "paircoder/TASK-1") == "lib")
  }

  @Test func `once interrupted, it ends after the step that runs`() throws {
    let claude = try #require(repository.scratch.read("bin/claude"))
    try repository.scratch.write(
      "bin/claude",
      claude.replacingOccurrences(
        of: "exec sleep 60", with: "while [ ! -e \"$PAIRCODER_TEST_STARTED.go\" ]; do sleep 0.05; done"),
      executable: true)
    try add(workflow: waiting)
    let run = try startPlan(marker: "started")
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("started.go", "")
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(ended.errors.contains("finishing one running task; once more to stop now\n"))
    #expect(ended.output.contains("TASK-1: interrupted ("))
    #expect(try steps() == ["Codex: plan", "Claude Code: build"])

    let rest = try repository.pair("orchestrate", "--plan", "sprint-1")
    #expect(rest.output.contains("TASK-1: committed on"))
    #expect(try steps() == ["Codex: plan", "Claude Code: build", "Codex: check"])
  }

  @Test func `by itself, it is interrupted at once`() throws {
    try add(workflow: waiting)
    let run = try repository.startPair(
      "orchestrate", "--workflow", "auth",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    let start = ContinuousClock.now
    run.send(signal: SIGINT)
    let ended = try run.wait()
    #expect(ContinuousClock.now - start < .seconds(40))
    #expect(ended.status == 130, "\(ended)")
    #expect(try repository.logged("Event", of: "auth").last == "interrupted")
  }

  @Test func `what it cost counts for the command that spent it`() throws {
    try add(workflow: waiting)
    func cost(marker: String) throws -> Double {
      let run = try startPlan("--json", marker: marker)
      run.send(signal: SIGTERM)
      let ended = try run.wait()
      let item = try #require(try JSON(ended.output)["tasks"].list.first)
      #expect(item["state"] == "interrupted")
      return try #require(Double(item["costInUSD"].text))
    }
    #expect(try cost(marker: "first") > 0)
    #expect(try cost(marker: "second") == 0)
  }

  @Test func `a dry run counts the steps that are expected`() throws {
    try add(
      workflow: """
        workflow:
          - {id: build, agent: codex, mode: auto, task: Build it, on_failure: continue}
          - {id: mend, agent: claude, mode: auto, task: Mend it, when: failed}
          - {id: put-right, agent: claude, mode: auto, task: Put it right, when: findings}

        """)
    let shown = try JSON(
      repository.pair("orchestrate", "--plan", "sprint-1", "--dry-run", "--json", touching: .nothing).output)
    let item = try #require(shown["tasks"].list.first)
    #expect(item["workflow"] == "auth")
    #expect(item["steps"].list.map { $0["id"].text } == ["build", "mend", "put-right"])
    #expect(item["steps"].list.map { $0["agent"].text } == ["codex-cli", "claude-code", "claude-code"])
    let costs = item["steps"].list.map { Double($0["estimatedCostInUSD"].text) ?? 0 }
    #expect(costs.allSatisfy { $0 > 0 })
    #expect(Double(item["estimatedCostInUSD"].text) == costs.first)
    let one = try JSON(
      repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing).output)
    #expect(Double(one["estimatedCostInUSD"].text) == costs.first)
    let named = try repository.pair(
      "orchestrate", "--plan", "sprint-1", "--agent", "codex", "--dry-run", touching: .nothing)
    #expect(named.errors.contains("note: TASK-1 names the workflow auth; --agent runs it without\n"))
    let preferred = try repository.pair(
      "orchestrate", "--plan", "sprint-1", "--prefer", "codex", "--dry-run", touching: .nothing)
    #expect(
      preferred.errors.contains("note: --prefer counts for nothing in the workflow auth of TASK-1\n"))
  }

  @Test func `where too little may be spent for all of it, it does not start`() throws {
    let step = "  - {agent: codex, mode: auto, task: Build it}\n"
    try add(workflow: "workflow:\n" + step + step + step)
    let all = try JSON(
      repository.pair("orchestrate", "--plan", "sprint-1", "--dry-run", "--json", touching: .nothing).output)
    let cost = try #require(Double(all["estimatedCostInUSD"].text))
    let amount = "\(cost * 0.8)"
    let shown = try repository.pair(
      "orchestrate", "--plan", "sprint-1", "--dry-run", "--max-cost", amount, touching: .nothing)
    #expect(shown.output.contains("the workflow auth is expected to cost $"), "\(shown)")
    let run = try repository.pair("orchestrate", "--plan", "sprint-1", "--max-cost", amount, ends: 69)
    #expect(run.output.contains("TASK-1: failed: the workflow auth is expected to cost $"), "\(run)")
    #expect(try !repository.hasBranch(of: "TASK-1"))
    // Each step by itself is too dear, too.
    try repository.pair("orchestrate", "--plan", "sprint-1", "--max-cost", "\(cost * 0.1)", ends: 69)
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-1"))
  }

  @Test func `under --max-cost, too, a workflow that is not there stops its own task alone`() throws {
    try add(workflow: "workflow:\n  - {agent: codex, mode: auto, task: Build it}\n")
    let lost = TaskText("TASK-0", fields: ["workflow: none", "sprint: sprint-1"], body: "Build.")
    try repository.write(lost.path, lost.text)
    try repository.commit("A task without its workflow")
    let run = try repository.pair(
      "orchestrate", "--plan", "sprint-1", "--max-cost", "5", ends: 65)
    #expect(
      run.output.contains(
        "TASK-0: failed: .paircoder/tasks/TASK-0.task.md: TASK-0 names the workflow 'none', and there is none\n"
      ), "\(run)")
    #expect(run.output.contains("TASK-1: committed on"))
  }

  @Test func `a step that nobody can take, whoever was named, is told before it starts`() throws {
    try add(workflow: "workflow:\n  - {agent: codex, mode: auto, task: Build it, on_failure: handoff}\n")
    for agent in ["claude", "codex"] {
      try FileManager.default.removeItem(atPath: repository.scratch.path + "/bin/" + agent)
    }
    let shown = try repository.pair(
      "orchestrate", "--plan", "sprint-1", "--dry-run", ends: 69, touching: .nothing)
    #expect(shown.output.contains("nobody"))
  }
}
