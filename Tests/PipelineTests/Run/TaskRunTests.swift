import AgentRuns
import Foundation
import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

/// What a run does that comes to no agent.
@Suite(.serialized) struct TaskRunTests {
  private let story: Story

  init() throws {
    story = try Story(
      "type: feature\nstatus: pending\n---\n",
      [Workspace.configPath: "orchestrate:\n  limits: {runs: 2}\n"], programs: ["claude"])
  }

  private func run(_ request: RunRequest = RunRequest(), before: () throws -> Void = {}) async throws
    -> WorkResult
  {
    let router = TaskRouter(story.workspace)
    let routed = try router.decide(story.task, request)
    let assignment = try router.assign(routed, request)
    try before()
    return try await WorkflowRunner(story.workspace).run(.run(assignment, routed), request)
  }

  @Test func `an agent that is gone before it starts has not started, and costs nothing`() async throws {
    let error = await failure(awaiting: {
      try await run {
        try FileManager.default.removeItem(atPath: story.scratch.scratch.path + "/bin/claude")
      }
    })
    #expect(error?.kind == .noAgent)
    #expect(try story.kinds == [.claimed, .interrupted])
    #expect(try story.state.costInUSD == 0)
    let budget = try SpendingAccount(story.workspace).budget()
    #expect(budget.reservations.isEmpty)
    #expect(budget.settlements.isEmpty)
    #expect(try story.repository.refs(under: "refs/paircoder/snapshots/").isEmpty)
    #expect(try !story.isHeld)
  }

  @Test func `a text that has failed often enough is not tried again by itself`() async throws {
    for run in 1...2 {
      try story.claim(in: run)
      try story.say(.failed, in: run)
    }
    let error = await failure(awaiting: { try await run() })
    #expect(error?.message == "T-1 has failed 2 times, and its text is still the same")
    #expect(error?.hint?.hasSuffix("bpsai-pair retry T-1") == true)
    #expect(try story.kinds.count == 4)
  }

  @Test func `a branch that is not ours is found before anything is claimed`() async throws {
    try story.point(at: story.commit())
    let error = await failure(awaiting: { try await run() })
    #expect(error?.kind == .unsupported)
    #expect(try story.kinds.isEmpty)
    #expect(try SpendingAccount(story.workspace).budget().reservations.isEmpty)
  }

  @Test func `what the limits refuse is not claimed`() async throws {
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  budget: {daily: 0}\n")
    let error = await failure(awaiting: { try await run() })
    #expect(error?.message.contains("the daily limit of $0.00") == true)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `what has its result, or left the queue meanwhile, is not run`() async throws {
    var request = RunRequest()
    request.isFromQueue = true
    guard case .notNeeded(let reason) = try await run(request).end else {
      Issue.record("it ran")
      return
    }
    #expect(reason == "it was taken out of the queue")
    try story.say(.queued)
    try story.finish()
    guard case .notNeeded(let other) = try await run(request).end else {
      Issue.record("it ran")
      return
    }
    #expect(other.contains("has a result for this text already"))
    #expect(try story.kinds.last == .dequeued)
    #expect(try !story.state.isQueued)
  }

  @Test func `a set-up command that has not been approved keeps a task from its claim`() async throws {
    try story.scratch.write(
      Workspace.configPath, "orchestrate:\n  worktrees: {setup: [{name: deps, run: make deps}]}\n")
    try story.scratch.commit()
    let error = await failure(awaiting: { try await run() })
    #expect(error?.message == "the set-up command 'deps' has not been approved")
    #expect(try story.kinds.isEmpty)
    #expect(try !story.isHeld)
  }
}
