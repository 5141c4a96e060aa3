import AgentRuns
import Foundation
import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

/// What a person asks for once more, as far as no agent has to run for it.
@Suite(.serialized) struct TaskRerunTests {
  private let story: Story

  init() throws { story = try Story("type: feature\n---\n", programs: ["claude"]) }

  private var rerun: TaskRerun { TaskRerun(of: story.id, in: story.workspace) }

  @Test func `a task with a result is not resumed, and one without anything neither`() async throws {
    let nothing = await failure(awaiting: { try await rerun.resume() })
    #expect(nothing?.kind == .usage)
    #expect(
      nothing?.message
        == "T-1 has neither a result on paircoder/T-1 nor work of a run to go on with")
    try story.claim(in: 1)
    try story.finish()
    let result = await failure(awaiting: { try await rerun.resume() })
    #expect(result?.message == "T-1 has a result, so there is nothing to resume")
  }

  @Test func `what a run left standing is named, until a person has removed it`() async throws {
    let pool = try RunStorage(story.workspace).pool()
    let worktree = try await pool.acquire(for: story.id, run: story.run(1), at: story.base)
    try pool.leave(worktree, because: "it is too large")
    let standing = await failure(awaiting: { try await rerun.handOver(to: nil, words: nil) })
    #expect(standing?.kind == .unsupported)
    #expect(standing?.message.contains(worktree.path) == true)
    try story.scratch.git(["worktree", "remove", "--force", worktree.path])
    let removed = await failure(awaiting: { try await rerun.handOver(to: nil, words: nil) })
    #expect(removed?.kind == .usage)
  }

  @Test func `steps that are to come are not handed over`() async throws {
    let flow = try WorkflowStory()
    try flow.commit("plan", in: 1)
    let rerun = TaskRerun(of: flow.story.id, in: flow.story.workspace)
    let error = await failure(awaiting: { try await rerun.handOver(to: "codex", words: nil) })
    #expect(error?.message == "T-1 is at the step 'build' of the workflow flow")
    #expect(try !flow.story.isHeld)
  }

  @Test func `a recipe is not handed to an agent`() async throws {
    let recipe = try Story("---\n\n```sh recipe\nmake\n```\n", programs: ["claude"])
    try recipe.claim(in: 1)
    try recipe.finish()
    let rerun = TaskRerun(of: recipe.id, in: recipe.workspace)
    let error = await failure(awaiting: { try await rerun.handOver(to: "claude", words: nil) })
    #expect(error?.kind == .unsupported)
    #expect(error?.message == "T-1 brings its own recipe, so no agent can go on with it")
  }

  // It was read before the lease was taken.
  @Test func `nothing is handed over or retried while another process works on the task`() async throws {
    try story.claim(in: 1)
    let session = try TaskSession(of: story.id, in: story.another())
    defer { session.close() }
    for work in [{ try await rerun.retry() }, { try await rerun.resume() }] {
      #expect(await failure(awaiting: work)?.obstacle == .busyTask)
    }
    #expect(try story.kinds == [.claimed])
  }

  // It was put into the queue first, and taken out again.
  @Test func `a retry that cannot start says nothing in the log`() async throws {
    try story.scratch.write(
      Workspace.configPath, "orchestrate:\n  checks: [{name: test, run: make}]\n")
    try story.scratch.commit()
    #expect(await failure(awaiting: { try await rerun.retry() })?.kind == .notApproved)
    let other = try story.add("T-2", "depends_on: [T-1]\n")
    let dependent = TaskRerun(of: other.id, in: story.workspace)
    let error = await failure(awaiting: { try await dependent.retry() })
    #expect(error?.message == "T-2 depends on T-1, which is not done")
    #expect(try story.repository.refs(under: "refs/paircoder/tasks/").isEmpty)
  }

  @Test func `a retry that fails to start leaves the queue again`() async throws {
    try story.point(at: story.commit())
    #expect(await failure(awaiting: { try await rerun.retry() })?.kind == .unsupported)
    #expect(try story.kinds == [.queued, .dequeued])
    #expect(try story.state.last?.sentence == "T-1: taken out of the queue: it could not be started")
  }
}
