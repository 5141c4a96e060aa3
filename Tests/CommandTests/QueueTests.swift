import TestSupport
import Testing

@Suite struct QueueTests {
  private func repository() throws -> ScratchRepository {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", recipe: "echo 1 > one", fields: ["type: chore", "priority: P2"]),
      TaskText("TASK-2", recipe: "echo 2 > two", fields: ["type: chore", "priority: P0"]),
      TaskText("TASK-3", recipe: "echo 3 > three", fields: ["type: chore"]))
    for task in 1...3 { try repository.pair("trust", "TASK-\(task)") }
    return repository
  }

  @Test func `what is queued runs once, the most urgent first`() throws {
    let repository = try repository()
    let empty = try repository.pair("queue", touching: .nothing)
    #expect(empty.errors == "The queue is empty.\n")
    let queued = try repository.pair("queue", "task-3", "TASK-1", "TASK-2")
    #expect(queued.output == "TASK-3: queued\nTASK-1: queued\nTASK-2: queued\n")
    #expect(try repository.pair("queue", "TASK-1").output == "TASK-1: is in the queue already\n")
    let shown = try repository.pair("queue", touching: .nothing).output
    #expect(shown.split(separator: "\n").map { $0.prefix(6) } == ["TASK-2", "TASK-1", "TASK-3"])
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.map { $0["state"].text } == ["queued", "queued", "queued"])

    #expect(try repository.pair("cancel", "TASK-3").output == "TASK-3: taken out of the queue\n")
    let run = try repository.pair("orchestrate", "--queued")
    #expect(run.output.split(separator: "\n").map { $0.prefix(6) } == ["TASK-2", "TASK-1", "2 task"])
    #expect(try repository.pair("orchestrate", "--queued").output.hasPrefix("0 tasks"))
    #expect(try !repository.hasBranch(of: "TASK-3"))
  }

  @Test func `a task that has its result leaves the queue without a run`() throws {
    let repository = try repository()
    try repository.pair("orchestrate", "--task", "TASK-1")
    let result = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.pair("queue", "TASK-1")
    let run = try repository.pair("orchestrate", "--queued")
    #expect(run.output.hasPrefix("TASK-1: nothing to do: TASK-1 has a result for this text already"))
    #expect(try repository.pair("queue", touching: .nothing).errors == "The queue is empty.\n")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == result)
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.first?["state"].text == "committed")
  }

  @Test func `only what is queued or running can be cancelled`() throws {
    let repository = try repository()
    let cancelled = try repository.pair("cancel", "TASK-1", ends: 64, touching: .nothing)
    #expect(cancelled.errors.contains("TASK-1 is neither queued nor being worked on: it is pending\n"))
    #expect(try repository.pair("unlock", "TASK-1").output == "TASK-1: nobody holds a claim on it\n")
  }
}
