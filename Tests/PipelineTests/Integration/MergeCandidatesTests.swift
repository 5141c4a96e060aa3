import Git
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

/// What becomes of each task of a plan without a merge.
@Suite(.serialized) struct MergeCandidatesTests {
  private let story: Story
  private let second: AgentTask
  private let head: ObjectID

  init() throws {
    story = try Story("status: pending\nplan: p\n---\n", [".paircoder/plans/p.plan.yaml": "id: p\n"])
    second = try story.add("T-2", "status: pending\nplan: p\n")
    head = try #require(try story.repository.head().commit)
  }

  private func candidates() throws -> MergeCandidates {
    try MergeCandidates(of: IntegrationSpec("p", base: nil, in: story.workspace), in: story.workspace)
  }

  /// What becomes of a task, where all before it ended so.
  private func status(
    of task: AgentTask, after parts: [Integration.Part] = []
  ) throws -> Integration.MergeStatus? {
    let candidates = try candidates()
    let candidate = try #require(candidates.all.first { $0.task.id == task.id })
    return try candidates.status(of: candidate, on: [head], after: parts)
  }

  @Test func `a task without a result is missing, or done by its file`() throws {
    #expect(try status(of: story.task) == .missing)
    let done = try story.add("T-3", "status: done\nplan: p\n")
    #expect(try status(of: done) == .done)
  }

  @Test func `a result is merged, unless the base holds it`() throws {
    let commit = try story.finish(in: 1, nil, on: head)
    #expect(try status(of: story.task) == nil)
    #expect(try candidates().all.first?.result == commit)
    #expect(try candidates().all.first?.isByWorkflow == false)
    try story.repository.swapRef("refs/heads/main", from: head, to: commit, because: "test")
    let candidates = try candidates()
    #expect(try candidates.status(of: candidates.all[0], on: [commit], after: []) == .contained)
  }

  @Test func `what a person put on top of a result belongs to it`() throws {
    let commit = try story.finish(in: 1, nil, on: head)
    let more = try story.commit(["more.txt": "\n"], on: [commit])
    try story.point(at: more)
    #expect(try candidates().all.first?.result == more)
    #expect(try candidates().all.first?.earlier == [commit])
  }

  @Test func `work that the base holds in another way is done`() throws {
    try story.finish(in: 1, nil, on: head)
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: done\nplan: p\n---\n")
    try story.scratch.commit()
    #expect(try status(of: story.task) == .done)
  }

  @Test func `what comes after one that was not tried is not tried, and what builds on one left out neither`()
    throws
  {
    let one = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, second, ["b.txt": "2\n"], on: one)
    #expect(try candidates().all.map(\.task.id) == [story.id, second.id])
    #expect(try status(of: second) == nil)
    let untried = Integration.Part(story.id, result: one, .notTried)
    #expect(try status(of: second, after: [untried]) == .notTried)
    let out = Integration.Part(story.id, result: one, .takenOut(.impossible("x")))
    #expect(try status(of: second, after: [out]) == .takenOut(.buildsOn(story.id)))
  }

  @Test func `what builds on a result that was replaced is outdated`() throws {
    let one = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, second, ["b.txt": "2\n"], on: one)
    try story.finish(in: 3, nil, ["a.txt": "3\n"], on: head)
    #expect(try status(of: second) == .takenOut(.outdated(story.id)))
  }

  @Test func `a result goes back only as often as a run may fail`() throws {
    let commit = try story.finish(in: 1, nil, on: head)
    func mayReturn() throws -> Bool { try candidates().all.first?.mayReturn == true }
    for round in 0..<4 {
      let runs = try story.workspace.settings().config.limits.runs
      #expect(try mayReturn() == (round < runs))
      try story.say(.rejected) { details in
        details.commit = round == 0 ? commit : story.base
        details.base = head
      }
      try story.say(.failed, in: 5 + round)
    }
  }

  @Test(arguments: [
    (false, "the step 'build' of the workflow flow failed (timed-out)"),
    (true, "it is at the step 'build' of the workflow flow"),
  ])
  func `a workflow that has not come to its end is unfinished`(isAtStep: Bool, words: String) throws {
    let flow = try WorkflowStory()
    let plan = try flow.commit("plan", in: 1)
    if !isAtStep {
      try flow.claim("build", in: 2, on: plan)
      try flow.story.say(.failed, in: 2) { details in
        details.mark(flow.mark("build"))
        details.failure = .timedOut
      }
    }
    #expect(try fate(of: flow) == .unfinished(words))
  }

  @Test func `a workflow whose review blocks is blocked`() throws {
    let flow = try WorkflowStory()
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .blocks)
    #expect(try fate(of: flow) == .blocked("the review 'check' blocks it"))
  }

  @Test func `a workflow that makes a rejected result anew goes on after an interruption`() throws {
    let flow = try WorkflowStory()
    let result = try flow.story.finish(in: 7)
    try flow.story.say(.rejected) { details in
      details.commit = result
      details.base = flow.story.base
    }
    try flow.commit("plan", in: 1)
    #expect(try fate(of: flow) == .begun("it is at the step 'build' of the workflow flow"))
  }

  private func fate(of flow: WorkflowStory) throws -> Integration.MergeStatus? {
    try flow.story.scratch.write(".paircoder/plans/p.plan.yaml", "id: p\ntasks: [T-1]\n")
    let spec = try IntegrationSpec("p", base: nil, in: flow.story.workspace)
    let candidates = try MergeCandidates(of: spec, in: flow.story.workspace)
    #expect(candidates.all[0].isByWorkflow)
    return try candidates.status(of: candidates.all[0], on: [flow.story.base], after: [])
  }
}
