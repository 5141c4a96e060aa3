import Foundation
import TestSupport
import Testing

/// Plans whose tasks run side by side.
@Suite struct ParallelPlanTests {
  private func task(
    _ id: String, after: [String] = [], priority: String = "P2", files: [String] = [], _ recipe: String
  ) -> TaskText {
    let declared = files.isEmpty ? "" : "## Files to Modify\n\n" + files.map { "- `\($0)`\n" }.joined()
    return TaskText(
      id, recipe: recipe,
      fields: ["sprint: 1", "priority: \(priority)", "depends_on: [\(after.joined(separator: ", "))]"],
      body: declared)
  }

  private func trusting(_ tasks: TaskText..., config: String = "") throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for task in tasks { try repository.write(task.path, task.text) }
    if !config.isEmpty { try repository.write(".paircoder/config.yaml", config) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  /// What a recipe types to say that it runs, and to wait until all of `others` do.
  private func meet(_ own: String, _ others: String...) -> String {
    let waits = others.map { "while [ ! -e \"$PAIRCODER_TEST_FOLDER/\($0)\" ]; do sleep 0.02; done" }
    return (["touch \"$PAIRCODER_TEST_FOLDER/\(own)\""] + waits + ["echo \(own) > \(own).txt"])
      .joined(separator: "\n")
  }

  private func folder(_ repository: ScratchRepository) -> [String: String] {
    ["PAIRCODER_TEST_FOLDER": repository.scratch.path]
  }

  @Test func `as many tasks as asked for run side by side, and their lines name them`() throws {
    let repository = try trusting(
      task("TASK-1", meet("one", "two")), task("TASK-2", meet("two", "one")),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat one.txt two.txt > three.txt"))
    let before = try repository.userState()
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "2", environment: folder(repository))
    #expect(run.output.hasSuffix("3 tasks: 3 committed; $0.00 in all\n"))
    #expect(run.errors.contains("\n[TASK-1] recipe works on TASK-1 (full-auto) in "))
    #expect(run.errors.contains("\n[TASK-2] recipe works on TASK-2 (full-auto) in "))
    #expect(try repository.text(of: "three.txt", at: "paircoder/TASK-3") == "one\ntwo")
    try repository.expectUserState(before)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `the queue, too, runs side by side, after what its tasks depend on`() throws {
    let repository = try trusting(
      task("TASK-1", meet("one", "two")), task("TASK-2", meet("two", "one")),
      task("TASK-3", after: ["TASK-1"], priority: "P0", "cat one.txt > three.txt"))
    try repository.pair("queue", "TASK-3", "TASK-1", "TASK-2")
    let run = try repository.pair(
      "orchestrate", "--queued", "--parallel", "2", environment: folder(repository))
    #expect(run.output.hasSuffix("3 tasks: 3 committed; $0.00 in all\n"))
    #expect(try repository.text(of: "three.txt", at: "paircoder/TASK-3") == "one")
  }

  @Test func `tasks in the queue that depend on each other hold up nobody else`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-2"], "true"), task("TASK-2", after: ["TASK-1"], "true"),
      task("TASK-3", "echo three > three.txt"))
    try repository.pair("queue", "TASK-1", "TASK-2", "TASK-3")
    let run = try repository.pair("orchestrate", "--queued", ends: 1)
    #expect(run.output.contains("TASK-1: skipped, since it depends on TASK-2, which is not done\n"))
    #expect(run.output.contains("TASK-3: committed on"))
  }

  @Test func `a failure stops what depends on it, and nothing else`() throws {
    let repository = try trusting(
      task("TASK-1", "exit 1"), task("TASK-2", after: ["TASK-1"], "echo two > two.txt"),
      task("TASK-3", "sleep 0.3; echo three > three.txt"),
      task("TASK-4", after: ["TASK-3"], "cat three.txt > four.txt"))
    let run = try repository.pair("orchestrate", "--plan", "1", "--parallel", "3", ends: 1)
    #expect(run.output.contains("TASK-2: skipped, since TASK-1 failed\n"))
    #expect(run.output.hasSuffix("4 tasks: 2 committed, 1 failed, 1 skipped; $0.00 in all\n"))
  }

  @Test
  func `tasks that declare the same files do not run side by side, and the later one builds on the other`()
    throws
  {
    let tasks = [
      task("TASK-1", files: ["notes.txt"], "sleep 0.3; echo one >> notes.txt"),
      task("TASK-2", files: ["*.txt"], "cat notes.txt > copy.txt || true; echo two >> notes.txt"),
      task("TASK-3", files: ["other.md"], "echo three > other.md"),
    ]
    let repository = try trusting(tasks[0], tasks[1], tasks[2])
    let words = "TASK-1 and TASK-2 may both change notes.txt: TASK-2 builds on the result of TASK-1\n"
    let dry = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--dry-run", touching: .nothing)
    #expect(dry.output.contains("\n  \(words)"))
    let run = try repository.pair("orchestrate", "--plan", "1", "--parallel", "3")
    #expect(run.errors.contains("note: \(words)"))
    #expect(try repository.text(of: "notes.txt", at: "paircoder/TASK-2") == "one\ntwo")
    #expect(try repository.text(of: "copy.txt", at: "paircoder/TASK-2") == "one")

    let warning = try trusting(
      tasks[0], tasks[1], tasks[2], config: "orchestrate:\n  conflicts: warn\n")
    let warned = try warning.pair("orchestrate", "--plan", "1", "--parallel", "3")
    #expect(
      warned.errors.contains(
        "note: TASK-1 and TASK-2 may both change notes.txt: their results may conflict\n"))
    #expect(try warning.text(of: "notes.txt", at: "paircoder/TASK-2") == "two")
  }

  /// Each recipe needs what those before it wrote, and some fail: what depends on a failure is skipped, whatever is
  /// left runs, and every result holds the work of all that it depends on.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `of a random plan exactly that is left out which depends on a failure`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var needs: [Int: [Int]] = [:]
    var lost: [Int: String] = [:]
    let repository = try ScratchRepository.with()
    for number in 0..<14 {
      let before = (0..<number).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      needs[number] = before
      let fails = Int.random(in: 0..<5, using: &random) == 0
      if before.contains(where: { lost[$0] != nil }) {
        lost[number] = "skipped"
      } else if fails {
        lost[number] = "failed"
      }
      let reads =
        before.map { "cat \($0).txt" } + (fails ? ["exit 1"] : []) + ["echo \(number) > \(number).txt"]
      let text = task(
        "TASK-\(number)", after: before.map { "TASK-\($0)" },
        priority: "P\(Int.random(in: 0...3, using: &random))", reads.joined(separator: "\n"))
      try repository.write(text.path, text.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--json", ends: lost.isEmpty ? 0 : 1)
    let states = try JSON(run.output)["tasks"].list.map { ($0["task"].text, $0["state"].text) }
    #expect(
      Dictionary(uniqueKeysWithValues: states)
        == Dictionary(uniqueKeysWithValues: (0..<14).map { ("TASK-\($0)", lost[$0] ?? "committed") }),
      "\(run)")
    for number in 0..<14 where lost[number] == nil {
      for before in needs[number] ?? [] {
        #expect(try repository.text(of: "\(before).txt", at: "paircoder/TASK-\(number)") == "\(before)")
      }
    }
  }

  @Test func `what another task builds on may fail`() throws {
    let repository = try trusting(
      task("TASK-1", files: ["a.txt"], "exit 1"), task("TASK-2", files: ["a.txt"], "echo two > a.txt"))
    let run = try repository.pair("orchestrate", "--plan", "1", "--parallel", "2", ends: 1)
    #expect(run.output.contains("TASK-2: committed on"))
  }

  @Test func `a dry run has the graph for programs, and for Mermaid`() throws {
    let repository = try trusting(
      task("TASK-1", files: ["a.txt"], "true"), task("TASK-2", after: ["TASK-1"], "true"),
      task("TASK-3", priority: "P0", files: ["a.txt"], "true"))
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "2", "--dry-run", "--json", touching: .nothing)
    let record = try JSON(run.output)
    #expect(record["schema"] == "bpsai-pair/plan/2")
    #expect(record["parallel"] == "2")
    let tasks = record["tasks"].list
    #expect(tasks.map { $0["task"].text } == ["TASK-3", "TASK-1", "TASK-2"])
    #expect(tasks.map { $0["wave"].text } == ["1", "2", "3"])
    #expect(tasks.map { $0["startInSeconds"].text } == ["0", "30", "60"])
    #expect(tasks[1]["buildsOn"].list.map(\.description) == ["TASK-3"])
    #expect(record["criticalPath"].list.map(\.description) == ["TASK-3", "TASK-1", "TASK-2"])
    #expect(record["overlaps"].list.map { $0["paths"].list.map(\.description) } == [["a.txt"]])

    let graph = try repository.pair(
      "orchestrate", "--plan", "1", "--dry-run", "--mermaid", touching: .nothing)
    #expect(
      graph.output == """
        flowchart LR
          t1["TASK-1: Write a greeting"]
          t2["TASK-2: Write a greeting"]
          t3["TASK-3: Write a greeting"]
          t3 -. same files .-> t1
          t1 --> t2

        """)
    for wrong in [["--mermaid"], ["--dry-run", "--mermaid", "--json"], ["--parallel", "0"]] {
      let arguments = ["orchestrate", "--plan", "1"] + wrong
      let refused = try Invocation.run(
        Pair.program, arguments, in: repository.path, environment: repository.scratch.environment)
      #expect(refused.status == 64, "\(arguments)")
    }
  }

  @Test func `titles are no Mermaid`() throws {
    let repository = try ScratchRepository.with(
      TaskText("end", title: "'\"]; <b>#1</b>'", fields: ["sprint: 1"], body: "Greet."))
    let graph = try repository.pair(
      "orchestrate", "--plan", "1", "--dry-run", "--mermaid", ends: 69, touching: .nothing)
    #expect(
      graph.output
        == "flowchart LR\n  t1[\"end: #34;#93;#59; #60;b#62;#35;1#60;/b#62;\"]\n")
  }

  /// A repository with three tasks, and Codex, which may work on one at a time: it leaves a file `crowd` when
  /// more of it run.
  private func withBusyCodex(_ body: String, complexity: Int = 20) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2", "TASK-3"] {
      let task = TaskText(
        id, fields: ["sprint: 1", "type: feature", "complexity: \(complexity)"], body: body)
      try repository.write(task.path, task.text)
    }
    try repository.write(".paircoder/capabilities.yaml", "agents:\n  codex: {max_parallel: 1}\n")
    try repository.commit("Tasks")
    try repository.install(
      standIn: "codex",
      doingFirst: """
        mkdir "$PAIRCODER_TEST_FOLDER/busy" || touch "$PAIRCODER_TEST_FOLDER/crowd"
        sleep 0.3
        rmdir "$PAIRCODER_TEST_FOLDER/busy" || true
        """)
    return repository
  }

  @Test func `an agent works on no more tasks at a time than it may`() throws {
    let repository = try withBusyCodex("Greet.")
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", environment: folder(repository))
    #expect(run.output.hasSuffix("3 tasks: 3 committed; $0.05 in all\n"), "\(run)")
    #expect(!repository.scratch.exists("crowd"))
    try repository.write(".paircoder/capabilities.yaml", "agents:\n  codex: {max_parallel: 3}\n")
    try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--again", environment: folder(repository))
    #expect(repository.scratch.exists("crowd"))
  }

  @Test func `an agent takes over from others on no more tasks at a time than it may`() throws {
    let repository = try withBusyCodex("STANDIN: claude fails\n", complexity: 75)
    // All three have begun when the first of them fails.
    try repository.install(
      standIn: "claude",
      doingFirst: """
        touch "$PAIRCODER_TEST_FOLDER/$PAIRCODER_TASK"
        for id in TASK-1 TASK-2 TASK-3; do
          for _ in $(seq 1000); do [ -e "$PAIRCODER_TEST_FOLDER/$id" ] && break; sleep 0.02; done
        done
        """)
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", environment: folder(repository))
    #expect(run.output.hasSuffix("3 tasks: 3 committed; $0.05 in all\n"), "\(run)")
    #expect(run.errors.contains("waiting for codex-cli, which works on other tasks (max_parallel)\n"))
    #expect(!repository.scratch.exists("crowd"))
  }

  @Test func `who waits for an agent when the user wants an end is not started`() throws {
    let repository = try withBusyCodex("STANDIN: claude fails\n", complexity: 75)
    let all = "for id in TASK-1 TASK-2 TASK-3; do"
    try repository.install(
      standIn: "claude",
      doingFirst: """
        touch "$PAIRCODER_TEST_FOLDER/$PAIRCODER_TASK"
        \(all) for _ in $(seq 1000); do [ -e "$PAIRCODER_TEST_FOLDER/$id" ] && break; sleep 0.02; done; done
        """)
    try repository.install(
      standIn: "codex",
      doingFirst: """
        touch "$PAIRCODER_TEST_FOLDER/busy"
        for _ in $(seq 1000); do [ -e "$PAIRCODER_TEST_FOLDER/go" ] && break; sleep 0.02; done
        """)
    let run = try repository.startPair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--json", environment: folder(repository))
    try wait { repository.scratch.exists("busy") }
    // The others have begun to wait.
    try wait {
      try ["TASK-1", "TASK-2", "TASK-3"].allSatisfy {
        try repository.logged("Event", of: $0).contains("handed-off")
      }
    }
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("go", "")
    let ended = try run.wait()
    #expect(ended.status == 130)
    #expect(
      try JSON(ended.output)["tasks"].list.map { $0["state"].text }.sorted()
        == ["committed", "interrupted", "interrupted"], "\(ended)")
  }

  @Test func `a check that is not approved stops the plan before anything runs, and its dry run says so`()
    throws
  {
    let repository = try withBusyCodex("Greet.")
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  checks: [{name: lint, run: 'true', timeout: 1m}]\n")
    try repository.commit("A check")
    for last in ["--json", "--dry-run"] {
      let run = try repository.pair(
        "orchestrate", "--plan", "1", "--parallel", "3", last, ends: 77, touching: .nothing)
      #expect(run.errors.components(separatedBy: "the check 'lint' has not been approved").count == 2)
    }
    try repository.pair("trust", "checks")
    try repository.pair("orchestrate", "--plan", "1", "--dry-run", touching: .nothing)
  }

  @Test func `what nobody can estimate when it is planned is estimated when it starts`() throws {
    let repository = try trusting(
      task(
        "TASK-0",
        "cp \"$PAIRCODER_TEST_FOLDER/bin/later\" \"$PAIRCODER_TEST_FOLDER/bin/codex\"; echo x > x.txt"))
    for id in ["TASK-1", "TASK-2", "TASK-3"] {
      let task = TaskText(
        id, fields: ["sprint: 1", "type: feature", "complexity: 20", "depends_on: [TASK-0]"], body: "Greet.")
      try repository.write(task.path, task.text)
    }
    try repository.commit("More tasks")
    try repository.install(standIn: "codex")
    try FileManager.default.moveItem(
      atPath: repository.scratch.path + "/bin/codex", toPath: repository.scratch.path + "/bin/later")
    // $0.10 each: a third of it would be too little for any.
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--max-cost", "0.25", environment: folder(repository))
    #expect(run.output.hasSuffix("4 tasks: 4 committed; $0.05 in all\n"), "\(run)")
  }

  @Test func `--max-cost spans what runs side by side`() throws {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2", "TASK-3"] {
      let task = TaskText(id, fields: ["sprint: 1", "type: feature", "complexity: 20"], body: "Greet.")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.install(standIn: "codex")
    // Each is estimated at $0.10 and costs $0.02: there is room for one at a time, and not for a third.
    let dry = try repository.pair(
      "orchestrate", "--plan", "1", "--max-cost", "0.12", "--dry-run", touching: .nothing)
    #expect(
      dry.output.contains("codex-cli is expected to cost $0.10, and --max-cost leaves it $0.02"))
    let run = try repository.pair(
      "orchestrate", "--plan", "1", "--parallel", "3", "--max-cost", "0.12", ends: 69)
    #expect(run.output.contains("TASK-2: committed on"))
    #expect(
      run.output.contains("TASK-3: failed: no agent can take TASK-3: codex-cli: estimate $0.10 is over"))
  }
}
