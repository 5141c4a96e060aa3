import Git
import PairCore
import TaskFiles
import Testing

@testable import Pipeline

/// What a batch does next, where tasks are busy, ended elsewhere, blocked, left alone.
@Suite(.serialized) struct TaskStarterTests {
  private let story: Story
  private let second: AgentTask
  /// Depends on T-1.
  private let third: AgentTask

  init() throws {
    story = try Story("status: pending\n---\n", programs: ["claude"])
    second = try story.add("T-2", "status: pending\n")
    third = try story.add("T-3", "status: pending\ndepends_on: [T-1]\n")
  }

  private func begin(
    _ tasks: [AgentTask], _ request: RunRequest = RunRequest(), lanes: Int = 1
  ) async throws -> (starter: TaskStarter, batch: Batch) {
    let schedule = try await PlanScheduler(story.workspace).schedule(tasks, at: nil, request, lanes: lanes)
    let starter = try TaskStarter(schedule, request, in: story.workspace)
    let batch = try Batch(
      starter.pending(), lanes: lanes, limits: schedule.limits, maxCostInUSD: request.maxCostInUSD)
    return (starter, batch)
  }

  /// How the next step ends a task; nil where it starts one, or nothing can be done.
  private func end(_ step: TaskStarter.Step?) -> BatchResult.Item? {
    if case .end(let item, _)? = step { item } else { nil }
  }

  private func started(_ step: TaskStarter.Step?) -> PreparedTask? {
    if case .start(let prepared)? = step { prepared } else { nil }
  }

  @Test func `the first task that can start does, with its agent and its base`() async throws {
    var (starter, batch) = try await begin([story.task, second])
    let prepared = try #require(started(try await starter.next(in: &batch)))
    #expect(prepared.task == story.id)
    #expect(prepared.agent == .claudeCode)
    #expect(prepared.request.base == (try story.repository.head().commit)?.hex)
    batch.start(prepared.task, cap: nil)
    let next = try #require(started(try await starter.next(in: &batch)))
    #expect(next.task == second.id)
  }

  @Test func `a task that another process works on is come back to, and told once`() async throws {
    var (starter, batch) = try await begin([story.task])
    let session = try TaskSession(of: story.id, in: story.another())
    for _ in 0..<2 { #expect(try await starter.next(in: &batch) == nil) }
    #expect(story.lines.all.count == 1)
    #expect(story.lines.all[0].hasPrefix("note: T-1 is being worked on by process 1 on host since "))
    #expect(story.lines.all[0].hasSuffix(": coming back to it"))
    #expect(try !starter.mayHaveChanged(after: true))
    session.close()
    #expect(try starter.mayHaveChanged(after: true))
    #expect(started(try await starter.next(in: &batch))?.task == story.id)
  }

  @Test func `nothing is looked at again before anything can have changed`() async throws {
    var (starter, batch) = try await begin([story.task])
    _ = try await starter.next(in: &batch)
    #expect(try !starter.mayHaveChanged(after: true))
    #expect(try starter.mayHaveChanged(after: false))
  }

  @Test func `how another process ended a task meanwhile is how it ended here`() async throws {
    var (starter, batch) = try await begin([story.task])
    let commit = try story.finish()
    let item = try #require(end(try await starter.next(in: &batch)))
    #expect(
      item.end
        == .notNeeded("another process has made its result meanwhile (\(commit.short))"))
  }

  @Test(arguments: [
    (TaskEvent.Kind.failed, FailureClass.rateLimited, PairError.Kind.tryLater),
    (.failed, .timedOut, .failed), (.unchanged, .unchanged, .failed), (.cancelled, .cancelled, .failed),
  ])
  func `a failure elsewhere is one here`(
    kind: TaskEvent.Kind, failure: FailureClass, expected: PairError.Kind
  ) async throws {
    var (starter, batch) = try await begin([story.task])
    try story.say(kind, in: 1) { $0.failure = failure }
    guard case .failed(let found)? = end(try await starter.next(in: &batch))?.end else {
      Issue.record("it has not failed")
      return
    }
    #expect(found.kind == expected)
  }

  @Test func `what ended before the batch began, or in another text, does not count`() async throws {
    try story.say(.failed, in: 1)
    var (starter, batch) = try await begin([story.task])
    try story.say(.interrupted, in: 2)
    #expect(started(try await starter.next(in: &batch)) != nil)
    try story.say(.failed, in: 3) { $0.text = story.base }
    #expect(started(try await starter.next(in: &batch)) != nil)
  }

  @Test func `a task that was taken out of the queue meanwhile is skipped`() async throws {
    var (starter, batch) = try await begin([story.task])
    try story.say(.dequeued)
    #expect(end(try await starter.next(in: &batch))?.end == .skipped("it was taken out of the queue"))
  }

  @Test func `a task that waits for a person is skipped, with what to type`() async throws {
    try story.say(.failed, in: 1) { $0.blocked = "out-of-scope" }
    var (starter, batch) = try await begin([story.task])
    #expect(
      end(try await starter.next(in: &batch))?.end
        == .skipped("it waits for a person (out-of-scope): bpsai-pair retry T-1, or resume"))
  }

  @Test func `what depends on a failure is skipped, and on what is not done`() async throws {
    var (starter, batch) = try await begin([story.task, third])
    batch.end(.init(task: story.id, end: .interrupted))
    #expect(end(try await starter.next(in: &batch))?.end == .skipped("T-1 was interrupted"))
    var alone = try await begin([third])
    #expect(
      end(try await alone.starter.next(in: &alone.batch))?.end
        == .skipped("it depends on T-1, which is not done"))
  }

  @Test func `a task that no agent can take fails, and one whose result is there does not`() async throws {
    try story.finish()
    var (starter, batch) = try await begin([story.task, second], RunRequest(forced: "codex"))
    let first = try #require(end(try await starter.next(in: &batch)))
    guard case .notNeeded = first.end else {
      Issue.record("\(first)")
      return
    }
    batch.end(first)
    guard case .failed(let failure)? = end(try await starter.next(in: &batch))?.end else {
      Issue.record("it has not failed")
      return
    }
    #expect(failure.kind == .noAgent)
  }

  @Test func `under --max-cost a task waits for what runs to leave enough`() async throws {
    var (starter, batch) = try await begin([story.task, second], RunRequest(maxCostInUSD: 0.000_1), lanes: 2)
    // It has its turn, and is refused by its own decision.
    let item = try #require(end(try await starter.next(in: &batch)))
    guard case .failed = item.end else {
      Issue.record("\(item)")
      return
    }
  }
}

@Suite(.serialized) struct ReadinessTests {
  private let story: Story

  init() throws { story = try Story("status: blocked\n---\n") }

  private func readiness(_ request: RunRequest = RunRequest(), inPlan: Bool = true) throws -> Readiness {
    let library = try story.workspace.settings().library
    let known = DependencyResolver(library, startedBy: inPlan ? .standard : nil)
    return Readiness(
      workspace: story.workspace,
      dependencies: Dependencies(known, try TaskStates(story.workspace), in: story.workspace),
      request: request)
  }

  @Test func `a task is left alone by its status, unless it has its result or is asked for by itself`() throws
  {
    #expect(try readiness().reasonToLeave(story.task) == "its status is blocked")
    #expect(try readiness(inPlan: false).reasonToLeave(story.task) == nil)
    try story.finish()
    #expect(try readiness().reasonToLeave(story.task) == nil)
    #expect(try readiness(RunRequest(again: true)).reasonToLeave(story.task) == "its status is blocked")
  }

  @Test func `what blocked another text, or is asked for again, does not wait for a person`() throws {
    try story.say(.failed, in: 1) { $0.blocked = "refused" }
    #expect(
      try readiness().reasonToSkip(story.task, after: [:])
        == "it waits for a person (refused): bpsai-pair retry T-1, or resume")
    #expect(try readiness(RunRequest(again: true)).reasonToSkip(story.task, after: [:]) == nil)
    let changed = AgentTask(
      id: story.id, title: "", source: TaskSource(path: "x", blob: story.base), text: "")
    #expect(try readiness().reasonToSkip(changed, after: [:]) == nil)
  }

  @Test func `what is left with findings is not to be resumed`() throws {
    let flow = try WorkflowStory()
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .blocks)
    try flow.story.say(.failed) { details in
      details.pass = flow.story.run(1)
      details.workflow = flow.workflow.source.blob
      details.blocked = "findings"
    }
    let known = DependencyResolver(try flow.story.workspace.settings().library)
    let readiness = Readiness(
      workspace: flow.story.workspace,
      dependencies: Dependencies(known, try TaskStates(flow.story.workspace), in: flow.story.workspace),
      request: RunRequest())
    #expect(
      try readiness.reasonToSkip(flow.story.task, after: [:])
        == "it waits for a person (findings): bpsai-pair retry T-1")
  }

  @Test func `the fate of a dependency in the batch counts before its file`() throws {
    let task = try makeTask("T-9", needs: ["T-1"])
    #expect(try readiness().reasonToSkip(task, after: [:]) == "it depends on T-1, which is not done")
    let isDone: [String: String?] = ["t-1": nil]
    #expect(try readiness().reasonToSkip(task, after: isDone) == nil)
    #expect(try readiness().reasonToSkip(task, after: ["t-1": "T-1 failed"]) == "T-1 failed")
  }
}
