import Git
import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct TaskBaseTests {
  private let story: Story
  private let other: AgentTask
  /// Depends on both.
  private let third: AgentTask
  private let head: ObjectID

  init() throws {
    story = try Story()
    other = try story.add("T-2")
    third = try story.add("T-3", "depends_on: [T-1, T-2]\n")
    head = try #require(try story.repository.head().commit)
  }

  private var bases: TaskBase {
    get throws { TaskBase(workspace: story.workspace, states: try TaskStates(story.workspace)) }
  }

  @Test func `without results a task starts from HEAD`() async throws {
    #expect(try await bases.base(for: third, RunRequest()) == head)
    #expect(try bases.baseWithoutMerge(for: third, [], RunRequest()) == nil)
    #expect(try bases.baseWithoutMerge(for: other, [], RunRequest()) == nil)
    #expect(try await bases.obstacle(for: third, RunRequest()) == nil)
  }

  @Test func `the result of what it depends on is its base where that holds HEAD`() async throws {
    let result = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    #expect(try await bases.base(for: third, RunRequest()) == result)
    #expect(try bases.baseWithoutMerge(for: third, [], RunRequest()) == result)
    // A result that was built on the other comes with it.
    let later = try story.finish(in: 2, other, ["b.txt": "2\n"], on: result)
    #expect(try await bases.base(for: third, RunRequest()) == later)
  }

  @Test func `results beside each other are merged, in the order of their tasks`() async throws {
    let one = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    let two = try story.finish(in: 2, other, ["b.txt": "2\n"], on: head)
    #expect(try bases.baseWithoutMerge(for: third, [], RunRequest()) == nil)
    let base = try await bases.base(for: third, RunRequest())
    let commit = try story.repository.commit(base)
    #expect(commit.parents == [one, two])
    #expect(commit.message == "Merge the result of T-2, which T-3 builds on\n")
    #expect(try await bases.obstacle(for: third, RunRequest()) == nil)
  }

  @Test func `results that conflict are named, and what to do`() async throws {
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, other, ["a.txt": "2\n"], on: head)
    var request = RunRequest()
    let error = try #require(await failure(awaiting: { try await bases.base(for: third, request) }))
    #expect(error.kind == .failed)
    #expect(
      error.message == "what T-3 depends on does not merge: T-1 and T-2 will conflict in a.txt")
    #expect(error.hint == "Merge the result branches by hand, then run it again.")
    #expect(try await bases.obstacle(for: third, request) == error)
    // In their own plan an integration has one made again.
    request.plan = PlanContext(name: "p", tasks: [story.id, other.id, third.id])
    #expect(try await bases.obstacle(for: third, request)?.hint?.contains("integrate --plan p") == true)
    request.plan = PlanContext(name: "p", tasks: [other.id, third.id])
    #expect(try await bases.obstacle(for: third, request)?.hint?.contains("by hand") == true)
  }

  @Test func `what it builds on is left out where it conflicts`() async throws {
    let result = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    let base = try story.commit(["a.txt": "base\n"], on: [head])
    var request = RunRequest()
    request.base = base.hex
    #expect(try await bases.base(for: other, buildingOn: [story.id], request) == base)
    #expect(
      story.lines.all == ["note: T-2 starts without the result of T-1, with which its base conflicts"])
    #expect(try await bases.base(for: other, buildingOn: [story.id], RunRequest()) == result)
  }

  @Test func `a result that the base holds in another way is not merged again`() async throws {
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    let squashed = try story.commit(
      ["a.txt": "1\n", Story.path("T-1"): "---\nid: T-1\nstatus: done\n---\n"], on: [head])
    var request = RunRequest()
    request.base = squashed.hex
    #expect(try await bases.base(for: third, request) == squashed)
  }
}

@Suite(.serialized) struct DoneTasksTests {
  let story: Story

  init() throws { story = try Story("status: pending\n---\n") }

  private func done(at commit: ObjectID) throws -> Bool {
    try DoneTasks(at: commit, in: story.workspace).hold(story.id, story.state.result)
  }

  private var doneFile: [String: String] { [Story.path("T-1"): "---\nid: T-1\nstatus: done\n---\n"] }

  @Test func `work is done where the files say so, and the commit itself is not there`() throws {
    let squashed = try story.commit(doneFile)
    #expect(try !done(at: squashed))
    let result = try story.finish()
    #expect(try done(at: squashed))
    #expect(try !done(at: story.base))
    let merged = try story.commit(doneFile, on: [story.base, result])
    #expect(try !done(at: merged))
  }

  @Test func `a task that was done before its run was run again`() throws {
    let before = try story.commit(doneFile)
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: before)
    #expect(try !done(at: story.commit(["b.txt": "2\n"], on: [before])))
  }
}
