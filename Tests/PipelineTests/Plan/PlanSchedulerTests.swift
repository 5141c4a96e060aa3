import Git
import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct PlanSchedulerTests {
  private func story(_ files: [String: String] = [:], programs: [String] = ["claude"]) throws -> Story {
    try Story(
      "status: pending\npriority: P0\nplan: p\n---\n\n## Files to Modify\n\n- a.txt\n", files,
      programs: programs)
  }

  private func schedule(
    _ story: Story, _ request: RunRequest = RunRequest(), lanes: Int = 2
  ) async throws -> Schedule {
    try await PlanScheduler(story.workspace).schedule("p", request, lanes: lanes)
  }

  private let a = "\n## Files to Modify\n\n- a.txt\n"
  private let b = "\n## Files to Modify\n\n- b.txt\n"

  @Test func `tasks run in the order of what they depend on, and beside each other otherwise`() async throws {
    let story = try story()
    _ = try story.add("T-2", "status: pending\nplan: p\n", body: b)
    _ = try story.add("T-3", "status: pending\nplan: p\ndepends_on: [T-1, T-2]\n")
    let schedule = try await schedule(story)
    #expect(schedule.items.map(\.task.id.text) == ["T-1", "T-2", "T-3"])
    #expect(schedule.items.map(\.wave) == [1, 1, 2])
    #expect(schedule.items[1].start == 0)
    #expect(schedule.items[2].start >= schedule.items[0].end)
    #expect(schedule.items[2].after.map(\.text) == ["T-1", "T-2"])
    #expect(schedule.overlaps.isEmpty)
    #expect(schedule.description == "tasks of p")
    #expect(schedule.seconds == schedule.items.map(\.end).max())
    #expect(schedule.estimatedCostInUSD > 0)
    let alone = try await self.schedule(story, lanes: 1)
    #expect(alone.items[1].start == alone.items[0].end)
  }

  @Test(arguments: [("serialise", 1), ("warn", 0)])
  func `tasks that declare the same file build on each other, where the project says so`(
    policy: String, count: Int
  ) async throws {
    let story = try story([Workspace.configPath: "orchestrate:\n  conflicts: \(policy)\n"])
    _ = try story.add("T-2", "status: pending\nplan: p\n", body: a)
    let schedule = try await schedule(story)
    #expect(schedule.overlaps.count == 1)
    #expect(schedule.items[1].buildsOn.count == count)
    #expect(schedule.items[1].wave == count + 1)
  }

  @Test func `what is done, shelved or has its result is not run`() async throws {
    let story = try story()
    let second = try story.add("T-2", "status: pending\nplan: p\n", body: b)
    _ = try story.add("T-3", "status: blocked\nplan: p\n")
    _ = try story.add("T-4", "status: pending\nplan: p\ndepends_on: [T-3]\n")
    try story.finish(in: 1, second, on: story.repository.head().commit)
    let schedule = try await schedule(story)
    let outlooks = Dictionary(
      uniqueKeysWithValues: schedule.items.map { ($0.task.id.text, $0.forecast.outlook) })
    #expect(outlooks["T-1"] == .run(.claudeCode))
    guard case .notNeeded? = outlooks["T-2"] else {
      Issue.record("\(outlooks)")
      return
    }
    #expect(outlooks["T-3"] == .leftAlone("its status is blocked"))
    #expect(outlooks["T-4"] == .skipped("T-3 would be skipped: its status is blocked"))
    // It has its turn first: nothing has to be waited for.
    #expect(schedule.items.first?.task.id == second.id)
  }

  @Test func `money that is too little refuses the later tasks, and what depends on them`() async throws {
    let story = try story()
    _ = try story.add("T-2", "status: pending\nplan: p\n", body: b)
    _ = try story.add("T-3", "status: pending\nplan: p\ndepends_on: [T-2]\n")
    let cost = try await schedule(story).items[0].estimatedCostInUSD
    let schedule = try await schedule(story, RunRequest(maxCostInUSD: cost * 1.5))
    #expect(schedule.items.map { $0.forecast.refusal != nil } == [false, true, false])
    #expect(schedule.items[2].forecast.outlook == .skipped("T-2 would be refused"))
    #expect(schedule.estimatedCostInUSD == cost)
  }

  @Test func `a plan whose tasks go round in a circle is refused, a queue of them is not`() async throws {
    let story = try story()
    let second = try story.add("T-2", "status: pending\nplan: p\ndepends_on: [T-3]\n")
    let third = try story.add("T-3", "status: pending\nplan: p\ndepends_on: [T-2]\n")
    #expect(await failure(awaiting: { try await schedule(story) })?.kind == .invalidInput)
    let queue = try await PlanScheduler(story.workspace)
      .schedule([second, third], at: nil, RunRequest(), lanes: 1)
    #expect(queue.items.count == 2)
    #expect(queue.plan == nil)
  }

  @Test func `no plan of that name, and one that names unknown tasks, are told`() async throws {
    let story = try story([".paircoder/plans/q.plan.yaml": "id: q\ntasks: [T-7]\n"])
    let scheduler = PlanScheduler(story.workspace)
    let none = await failure(awaiting: { try await scheduler.schedule("x", RunRequest(), lanes: 1) })
    #expect(none?.kind == .usage)
    let unknown = await failure(awaiting: { try await scheduler.schedule("q", RunRequest(), lanes: 1) })
    #expect(unknown?.kind == .invalidInput)
    #expect(unknown?.location?.file == ".paircoder/plans/q.plan.yaml")
  }

  @Test func `a check that has not been approved is in the way of what writes, and of nothing else`()
    async throws
  {
    let checks = "orchestrate:\n  checks: [{name: test, run: make}]\n"
    let story = try story([Workspace.configPath: checks])
    let scheduler = PlanScheduler(story.workspace)
    let schedule = try await schedule(story)
    let writes = try #require(schedule.items[0].forecast.decision).mode.writes
    #expect(try scheduler.obstacle(to: schedule, RunRequest())?.kind == (writes ? .notApproved : nil))
    try Approvals(of: story.workspace).add("make")
    #expect(try scheduler.obstacle(to: schedule, RunRequest()) == nil)
  }

  @Test func `tasks whose results do not merge keep what depends on them from starting`() async throws {
    let story = try story()
    let second = try story.add("T-2", "status: pending\nplan: p\n", body: b)
    _ = try story.add("T-3", "status: pending\nplan: p\ndepends_on: [T-1, T-2]\n")
    let head = try story.repository.head().commit
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, second, ["a.txt": "2\n"], on: head)
    guard case .impossible(let error)? = try await schedule(story).items.last?.forecast.outlook else {
      Issue.record("it would start")
      return
    }
    #expect(error.hint?.hasPrefix("'bpsai-pair integrate --plan p'") == true)
  }
}
