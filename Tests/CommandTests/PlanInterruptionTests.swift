import Foundation
import TestSupport
import Testing

/// Interrupts of a plan: the first one lets what runs be finished.
@Suite struct PlanInterruptionTests {
  /// Two tasks that wait for a file, and one that waits for a lane.
  private func start(_ more: String..., lanes: Int = 2) throws -> (ScratchRepository, RunningProgram) {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2", "TASK-3"] {
      let task = TaskText.waiting(id, sprint: "1")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let run = try RunningProgram(
      Pair.program, ["orchestrate", "--plan", "1", "--parallel", "\(lanes)"] + more, in: repository.path,
      environment: repository.scratch.environment.merging(["PAIRCODER_TEST_FOLDER": repository.scratch.path])
      {
        $1
      }
    )
    try wait { (1...lanes).allSatisfy { repository.scratch.exists("TASK-\($0)") } }
    return (repository, run)
  }

  @Test func `once: what runs is finished, and nothing else starts`() throws {
    let (repository, run) = try start("--json")
    let before = try repository.userState()
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("go", "")
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(ended.errors.contains("finishing 2 running tasks; once more to stop now\n"))
    #expect(
      ended.errors.hasSuffix(
        "\ninterrupted; nothing is lost: 'bpsai-pair resume ID' goes on with what was under way, and the same command does the rest\n"
      ))
    let record = try JSON(ended.output)
    #expect(
      Set(record["tasks"].list.map { "\($0["task"].text) \($0["state"].text)" }) == [
        "TASK-1 committed", "TASK-2 committed", "TASK-3 not-started",
      ])
    try repository.expectUserState(before)
    #expect(try repository.hasNoWorktreeInUse())

    let rest = try repository.pair(
      "orchestrate", "--plan", "1", environment: ["PAIRCODER_TEST_FOLDER": repository.scratch.path])
    #expect(rest.output.contains("TASK-1: nothing to do: "))
    #expect(rest.output.contains("TASK-3: committed on"))
  }

  @Test func `once, when all runs already: what it makes is merged by the next command`() throws {
    let (repository, run) = try start("--json", "--integrate", lanes: 3)
    run.send(signal: SIGINT)
    usleep(1_000_000)
    try repository.scratch.write("go", "")
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    let record = try JSON(ended.output)
    #expect(record["tasks"].list.map { $0["state"].text } == ["committed", "committed", "committed"])
    #expect(
      record["integrationError"]["message"] == "the results are not merged, since the user interrupted")
    #expect(try !repository.hasRef("refs/heads/paircoder/_plan/sprint-1"))
    let rest = try repository.pair("orchestrate", "--plan", "1", "--integrate")
    #expect(rest.output.contains("paircoder/_plan/sprint-1 holds 3 results"))
  }

  @Test func `twice: what runs is stopped, and kept`() throws {
    let (repository, run) = try start("--json")
    run.send(signal: SIGINT)
    usleep(250_000)  // As fast as fingers are.
    run.send(signal: SIGINT)
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(
      Set(try JSON(ended.output)["tasks"].list.map { "\($0["task"].text) \($0["state"].text)" }) == [
        "TASK-1 interrupted", "TASK-2 interrupted", "TASK-3 not-started",
      ])
    for id in ["TASK-1", "TASK-2"] {
      let kept = try #require(try repository.snapshots(of: id).first)
      #expect(try repository.text(of: "files/\(id).txt", at: kept) == "half")
      #expect(try repository.logged("Event", of: id) == ["claimed", "started", "interrupted"])
    }
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func `other signals stop at once`(signal: Int32, status: Int32) throws {
    let (repository, run) = try start()
    run.send(signal: signal)
    let ended = try run.wait()
    #expect(ended.status == status, "\(ended)")
    #expect(ended.output.contains("TASK-1: interrupted ($0.00); go on with it: bpsai-pair resume TASK-1\n"))
    #expect(ended.output.contains("3 tasks: 2 interrupted, 1 not started; $0.00 in all\n"))
    #expect(!ended.errors.contains("finishing"))
    #expect(try repository.logged("Event", of: "TASK-1").last == "interrupted")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `after the first interrupt a SIGTERM stops what runs`() throws {
    let (repository, run) = try start()
    run.send(signal: SIGINT)
    usleep(200_000)
    run.send(signal: SIGTERM)
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(try repository.logged("Event", of: "TASK-2").last == "interrupted")
  }
}
