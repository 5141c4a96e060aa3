import Foundation
import TestSupport
import Testing

/// An integration that is interrupted or killed goes on, and ends in the same branch.
@Suite struct IntegrateInterruptedTests {
  private static let branch = "paircoder/_plan/sprint-6"

  /// The second step waits where it starts from the plan's branch.
  private static let workflow = """
    workflow:
      - {id: plan, agent: codex, mode: plan, task: Plan it, output: plan.md}
      - {id: build, agent: claude, mode: auto, task: "Build it\\nSTANDIN: wait", output: hello.txt}
      - {id: check, agent: codex, mode: review, task: Look at it}

    """

  /// TASK-1, and TASK-2 that a workflow makes: their results conflict.
  private func conflicting() throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    let claude = try #require(repository.scratch.read("bin/claude"))
    let waits =
      claude
      .replacingOccurrences(of: "if asks 'STANDIN: wait'; then", with: "if [ -e one.txt ]; then")
      .replacingOccurrences(
        of: "exec sleep 60",
        with: #"while [ ! -e "$PAIRCODER_TEST_STARTED.go" ]; do sleep 0.05; done"#)
    try repository.scratch.write("bin/claude", waits, executable: true)
    try repository.write(".paircoder/workflows/auth.yaml", Self.workflow)
    for task in [
      TaskText(
        "TASK-1", recipe: "echo one > hello.txt; echo one > one.txt", fields: ["sprint: sprint-6"]),
      TaskText("TASK-2", fields: ["workflow: auth", "sprint: sprint-6"], body: "Greet."),
    ] {
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "sprint-6")
    return repository
  }

  private func marker(in repository: ScratchRepository) -> [String: String] {
    ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"]
  }

  /// `integrate`, once the second step of the workflow works on the result again.
  private func start(_ repository: ScratchRepository) throws -> RunningProgram {
    let run = try repository.startPair("integrate", "--plan", "6", environment: marker(in: repository))
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    return run
  }

  private func steps(_ repository: ScratchRepository) throws -> [String] {
    try repository.git([
      "log", "--reverse", "--format=%(trailers:key=PairCoder-Step,valueonly,separator=)",
      "\(Self.branch)^1..paircoder/TASK-2",
    ]).split(separator: "\n").map(String.init)
  }

  @Test func `killed while a workflow makes a result anew, it goes on with that step`() throws {
    let repository = try conflicting()
    let run = try start(repository)
    run.send(signal: SIGKILL)
    _ = try run.wait()
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      dry.output.contains(
        "\n  TASK-2: left out: it is at the step 'build' of the workflow auth, and would go on making it anew\n"
      ),
      "\(dry)")
    let record = try JSON(
      repository.pair("integrate", "--plan", "6", "--dry-run", "--json", ends: 1, touching: .nothing).output)
    #expect(record["parts"].list.map { $0["remedy"].text } == ["", "rest-of-workflow"])
    #expect(record["parts"].list[1]["state"] == "unfinished")

    try repository.scratch.write("started.go", "")
    let rest = try repository.pair("integrate", "--plan", "6", environment: marker(in: repository))
    #expect(rest.errors.contains("TASK-2: its workflow goes on making it anew\n"), "\(rest)")
    #expect(!rest.errors.contains("step 1 of 3"))
    #expect(try repository.logged("Event", of: "TASK-2").count { $0 == "sent-back" } == 1)
    #expect(try steps(repository) == ["plan", "build", "check"])
    let told = try #require(repository.prompts().last { $0.contains("Your part: step 2 of 3") })
    #expect(told.contains("\n> In conflict:\n>   hello.txt\n"), "it is told after the kill, too")

    let undisturbed = try conflicting()
    try undisturbed.scratch.write("started.go", "")
    try undisturbed.pair("integrate", "--plan", "6", environment: marker(in: undisturbed))
    let tree = ["rev-parse", Self.branch + "^{tree}"]
    #expect(try repository.git(tree) == undisturbed.git(tree))
  }

  @Test func `killed before it could say anything of the first step, it is sent back once`() throws {
    let repository = try conflicting()
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  limits: {runs: 1}\n")
    try repository.commit("Once")
    let codex = try #require(repository.scratch.read("bin/codex"))
    let waits = codex.replacingOccurrences(
      of: "say '{\"type\":\"turn.started\"}'",
      with: "if [ -e one.txt ]; then echo $$ > \"$PAIRCODER_TEST_STARTED\"; exec sleep 60; fi")
    try #require(waits != codex)
    try repository.scratch.write("bin/codex", waits, executable: true)
    let run = try start(repository)
    run.send(signal: SIGKILL)
    _ = try run.wait()
    try repository.scratch.write("bin/codex", codex, executable: true)
    try repository.scratch.write("started.go", "")
    let rest = try repository.pair("integrate", "--plan", "6", environment: marker(in: repository))
    #expect(rest.output.contains("  made anew: TASK-2: committed on"), "\(rest)")
    #expect(try repository.logged("Event", of: "TASK-2").count { $0 == "sent-back" } == 1)
    #expect(try steps(repository) == ["plan", "build", "check"])
  }

  @Test func `interrupted while a workflow makes a result anew, it ends after the step`() throws {
    let repository = try conflicting()
    let run = try start(repository)
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("started.go", "")
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(ended.output.contains("\n  not made anew: TASK-2: interrupted ("), "\(ended)")
    #expect(
      ended.output.contains(
        """

          TASK-2: left out: it is at the step 'check' of the workflow auth
            go on: bpsai-pair integrate --plan 6

        """), "\(ended)")
    #expect(!ended.errors.contains("step 3 of 3"))
    let rest = try repository.pair("integrate", "--plan", "6", environment: marker(in: repository))
    #expect(rest.errors.contains("step 3 of 3"), "\(rest)")
    #expect(!rest.errors.contains("step 2 of 3"))
    #expect(try steps(repository) == ["plan", "build", "check"])
    #expect(try repository.text(of: "hello.txt", at: Self.branch) == "hello from claude")
  }

  @Test func `interrupted in a check, that is finished, and nothing more is merged or checked`() throws {
    let repository = try ScratchRepository.with()
    try repository.write(
      ".paircoder/config.yaml",
      """
      orchestrate:
        checks:
          - {name: slow, run: '[ ! -e b.txt ] || [ -z "$PAIRCODER_TEST_FOLDER" ] || { touch "$PAIRCODER_TEST_FOLDER/there"; while [ ! -e "$PAIRCODER_TEST_FOLDER/go" ]; do sleep 0.05; done; }', timeout: 1m}
          - {name: second, run: "true", timeout: 1m}
      """)
    for (id, file) in [("TASK-1", "a"), ("TASK-2", "b"), ("TASK-3", "c")] {
      let task = TaskText(id, recipe: "echo > \(file).txt", fields: ["sprint: sprint-6"])
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "6", environment: ["PAIRCODER_TEST_FOLDER": ""])
    let folder = ["PAIRCODER_TEST_FOLDER": repository.scratch.path]
    func interrupt(_ arguments: String...) throws -> Invocation {
      for name in ["there", "go"] {
        try? FileManager.default.removeItem(atPath: repository.scratch.path + "/" + name)
      }
      let run = try repository.startPair(["integrate", "--plan", "6"] + arguments, environment: folder)
      try wait { repository.scratch.exists("there") }
      run.send(signal: SIGINT)
      usleep(1_000_000)
      try repository.scratch.write("go", "")
      return try run.wait()
    }
    let ended = try interrupt()
    #expect(ended.status == 130, "\(ended)")
    #expect(
      ended.errors.contains(
        "finishing what is under way, then nothing more is started; once more to stop now\n"))
    #expect(
      ended.errors.split(separator: "\n").filter { $0.contains("check:") } == [
        "  check: slow with TASK-1", "  check: second with TASK-1", "  check: slow with TASK-2",
      ])
    #expect(ended.output.contains("\n  TASK-1: merged ("), "\(ended)")
    #expect(
      ended.output.contains("\n  TASK-2: not tried, since the user interrupted\n  TASK-3: not tried"),
      "\(ended)")
    #expect(
      ended.output.hasSuffix(
        "\npaircoder/_plan/sprint-6 stays where it is until all of them have been tried: bpsai-pair integrate --plan 6\n"
      ))
    #expect(try !repository.hasRef("refs/heads/" + Self.branch))

    let rest = try repository.pair("integrate", "--plan", "6", environment: folder)
    #expect(!rest.errors.contains("with TASK-1"), "it is not checked twice: \(rest)")
    let whole = try repository.git(["rev-parse", Self.branch])
    #expect(try repository.changedFiles(in: Self.branch).filter { $0.hasSuffix(".txt") }.count == 3)
    // Where there is one, it is not set back to a part of what it holds.
    try repository.write("README.md", "Another.\n")
    try repository.commit("On")
    let record = try JSON(try interrupt("--json").output)
    #expect(record["parts"].list.map { $0["state"].text } == ["merged", "not-tried", "not-tried"])
    #expect(["isComplete", "isUnchanged", "commit"].map { record[$0].text } == ["0", "0", ""])
    #expect(try repository.git(["rev-parse", Self.branch]) == whole)
  }
}
