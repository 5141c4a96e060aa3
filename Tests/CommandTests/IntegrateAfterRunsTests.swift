import Foundation
import TestSupport
import Testing

/// What stops an integration, or interrupts it, loses nothing of the runs before it.
@Suite struct IntegrateAfterRunsTests {
  private static let branch = "paircoder/_plan/sprint-6"

  private func repository(config: String = "", _ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    try repository.write("shared.txt", "one\n")
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  worktrees: {pool: 1}\n" + config)
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  private func task(_ id: String, _ recipe: String) -> TaskText {
    TaskText(id, recipe: recipe, fields: ["sprint: sprint-6"])
  }

  @Test func `a branch that is not ours stops it before anything runs`() throws {
    let repository = try repository(task("TASK-1", "echo one > a.txt"))
    try repository.git(["branch", Self.branch])
    let run = try repository.pair(
      "orchestrate", "--plan", "6", "--integrate", "--json", ends: 78, touching: .nothing)
    #expect(run.errors.contains("holds commits that no integration made"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `whatever stops it, the record of the runs is printed`() throws {
    let repository = try repository(
      config: """
          checks: [{name: once, run: 'echo >> "$PAIRCODER_TEST_COUNT"; test "$(wc -l < "$PAIRCODER_TEST_COUNT")" = 1', timeout: 1m}]

        """, task("TASK-1", "echo one > a.txt"))
    let run = try repository.pair(
      "orchestrate", "--plan", "6", "--integrate", "--json", ends: 1,
      environment: ["PAIRCODER_TEST_COUNT": repository.scratch.path + "/count"])
    let record = try JSON(run.output)
    #expect(record["tasks"].list.map { $0["state"].text } == ["committed"])
    #expect(record["succeeded"] == "0")
    #expect(
      record["integrationError"]["message"]
        == "the check 'once' fails on main itself, so no result can pass it")
    #expect(record["integrationError"]["hint"].text.hasPrefix("Correct that first: "))
    #expect(run.errors.contains("error: the check 'once' fails on main itself"))
  }

  @Test func `the sums are those of both`() throws {
    let repository = try repository(
      task("TASK-1", "echo one > hello.txt"),
      TaskText(
        "TASK-2", fields: ["type: feature", "complexity: 75", "sprint: sprint-6"], body: "Greet."))
    try repository.install(standIn: "claude")
    let all = try JSON(repository.pair("orchestrate", "--plan", "6", "--integrate", "--json").output)
    #expect(all["succeeded"] == "1")
    #expect(all["integration"]["costInUSD"] == "0.00762")
    #expect(all["costInUSD"] == "0.01524")
    // Merged, and one of them does not pass.
    let apart = try self.repository(
      config: "  checks: [{name: apart, run: test ! -e a.txt || test ! -e b.txt, timeout: 1m}]\n",
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"))
    let part = try JSON(
      apart.pair("orchestrate", "--plan", "6", "--integrate", "--json", ends: 1).output)
    #expect(part["tasks"].list.map { $0["state"].text } == ["committed", "committed"])
    #expect(part["succeeded"] == "0")
  }

  @Test func `interrupted while a result is made anew, that is finished, and the next is not begun`() throws {
    let repository = try repository(
      task("TASK-1", "echo ONE > shared.txt"),
      task(
        "TASK-2",
        """
        if grep -qx ONE shared.txt; then
          touch "$PAIRCODER_TEST_FOLDER/there"
          while [ ! -e "$PAIRCODER_TEST_FOLDER/go" ]; do sleep 0.05; done
        fi
        echo two > shared.txt
        """), task("TASK-3", "echo three > shared.txt"))
    let environment = ["PAIRCODER_TEST_FOLDER": repository.scratch.path]
    try repository.pair("orchestrate", "--plan", "6", environment: environment)
    let run = try repository.startPair("integrate", "--plan", "6", environment: environment)
    try wait { repository.scratch.exists("there") }
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("go", "")
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(
      ended.errors.contains(
        "finishing what is under way, then nothing more is started; once more to stop now\n"))
    #expect(ended.errors.hasSuffix("interrupted; nothing is lost: the same command goes on\n"))
    #expect(ended.output.contains("  made anew: TASK-2: committed on paircoder/TASK-2 ("), "\(ended)")
    #expect(ended.output.contains("  TASK-2: not tried, since the user interrupted\n  TASK-3: not tried"))
    #expect(try !repository.logged("Event", of: "TASK-3").contains("sent-back"))
    try repository.pair("integrate", "--plan", "6", environment: environment)
    #expect(try repository.text(of: "shared.txt", at: Self.branch) == "three")
  }
}
