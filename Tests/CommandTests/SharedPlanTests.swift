import Foundation
import TestSupport
import Testing

/// Several processes that carry out one plan.
@Suite struct SharedPlanTests {
  private func task(_ id: String, after: [String] = [], _ recipe: String) -> TaskText {
    TaskText(id, recipe: recipe, fields: ["sprint: 1", "depends_on: [\(after.joined(separator: ", "))]"])
  }

  private func trusting(_ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  @Test func `eight processes run every task of a chain once, and all end well`() throws {
    func recipe(_ id: String) -> String {
      "echo \(id) | tee -a \"$PAIRCODER_TEST_RAN\" > \(id).txt; sleep 0.3"
    }
    let repository = try trusting(
      task("TASK-1", recipe("TASK-1")), task("TASK-2", after: ["TASK-1"], recipe("TASK-2")),
      task("TASK-3", after: ["TASK-2"], recipe("TASK-3")), task("TASK-4", recipe("TASK-4")))
    let before = try repository.userState()
    let runs = try (0..<8).map { _ in
      try repository.startPair(
        "orchestrate", "--plan", "1", environment: ["PAIRCODER_TEST_RAN": repository.scratch.path + "/ran"])
    }
    let ended = try runs.map { try $0.wait() }
    #expect(ended.map(\.status) == Array(repeating: 0, count: 8), "\(ended)")
    let ran = try #require(repository.scratch.read("ran")).split(separator: "\n").sorted()
    #expect(ran == ["TASK-1", "TASK-2", "TASK-3", "TASK-4"])
    #expect(ended.contains { $0.errors.contains("note: TASK-1 is being worked on by process ") })
    #expect(
      ended.contains { $0.output.contains("TASK-1: nothing to do: another process has made its result ") })
    #expect(try repository.text(of: "TASK-1.txt", at: "paircoder/TASK-3") == "TASK-1")
    try repository.expectUserState(before)
    #expect(try repository.hasNoWorktreeInUse())
  }

  /// TASK-1 fails where a file tells it to.
  private func withTaskUnderWay() throws -> (repository: ScratchRepository, first: RunningProgram) {
    let repository = try trusting(
      task(
        "TASK-1",
        "touch ../../../../../started; while [ ! -e ../../../../../go ]; do sleep 0.05; done; exit 1"),
      task("TASK-2", "echo two > two.txt"), task("TASK-3", after: ["TASK-1"], "echo three > three.txt"))
    let first = try repository.startPair("orchestrate", "--task", "TASK-1")
    try wait { repository.scratch.exists("started") }
    return (repository, first)
  }

  @Test func `what another process works on is waited for, and what depends on it, until it ends there`()
    throws
  {
    let (repository, first) = try withTaskUnderWay()
    let interrupted = try repository.startPair("orchestrate", "--plan", "1")
    try wait { try repository.hasBranch(of: "TASK-2") }
    interrupted.send(signal: SIGINT)
    let noteEnd = ": coming back to it\n"
    let stopped = try interrupted.wait()
    #expect(stopped.status == 130)
    #expect(
      stopped.errors.contains("note: TASK-1 is being worked on by ") && stopped.errors.contains(noteEnd))
    #expect(stopped.output.contains("TASK-3: not started, since the user interrupted\n"))

    try repository.pair("discard", "TASK-2")
    let waiting = try repository.startPair("orchestrate", "--plan", "1")
    try wait { try repository.hasBranch(of: "TASK-2") }
    try repository.scratch.write("go", "")
    #expect(try first.wait().status == 1)
    let ended = try waiting.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(
      ended.output.contains(
        "TASK-1: failed: in another process, recipe failed (crashed): the recipe ended with status 1"))
    #expect(ended.output.contains("TASK-3: skipped, since TASK-1 failed\n"))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "failed"])
  }

  @Test func `a task that a person cancels there is not waited for any longer`() throws {
    let (repository, first) = try withTaskUnderWay()
    let waiting = try repository.startPair("orchestrate", "--plan", "1")
    try wait { try repository.hasBranch(of: "TASK-2") }
    try repository.pair("cancel", "TASK-1")
    #expect(try first.wait().status == 1)
    let ended = try waiting.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.output.contains("TASK-1: failed: TASK-1 was cancelled\n  hint: To go on with it: "))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "cancelled"])
  }

  @Test func `a task that a person takes out of the queue meanwhile is not run`() throws {
    let repository = try trusting(
      task(
        "TASK-1",
        "touch ../../../../../started; while [ ! -e ../../../../../go ]; do sleep 0.05; done; echo one > one.txt"
      ), task("TASK-2", "echo two > two.txt"))
    try repository.pair("queue", "TASK-1", "TASK-2")
    let running = try repository.startPair("orchestrate", "--queued")
    try wait { repository.scratch.exists("started") }
    try repository.pair("cancel", "TASK-2")
    try repository.scratch.write("go", "")
    let ended = try running.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.output.contains("TASK-2: skipped, since it was taken out of the queue\n"))
    #expect(try repository.hasBranch(of: "TASK-1") && !repository.hasBranch(of: "TASK-2"))
  }
}
