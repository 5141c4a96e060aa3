import Git
import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct RunNeedTests {
  private let story: Story

  init() throws { story = try Story("status: pending\n---\n") }

  private func reason(_ task: AgentTask? = nil, again: Bool = false) throws -> String? {
    try RunNeed(story.workspace).reasonForNone(task ?? story.task, nil, RunRequest(again: again))
  }

  @Test func `a task is run while it has no result for its text`() throws {
    #expect(try reason() == nil)
    let commit = try story.finish()
    #expect(
      try reason() == "T-1 has a result for this text already (\(commit.short)); --again runs it anew")
    #expect(try reason(again: true) == nil)
    let changed = AgentTask(
      id: story.id, title: "", source: TaskSource(path: "x", blob: story.base), text: "")
    #expect(try reason(changed) == nil)
    try story.repository.deleteRef(BranchName.result(of: story.id).ref, expecting: commit)
    #expect(try reason() == nil)
  }

  @Test func `what its file calls done is not run`() throws {
    let done = try story.add("T-2", "status: integrated\n")
    #expect(try reason(done) == "T-2 is integrated already; --again runs it anyway")
    #expect(try reason(done, again: true) == nil)
  }

  @Test func `a workflow has a result where it made that, and may go on though its task is done`() throws {
    let flow = try WorkflowStory()
    let need = RunNeed(flow.story.workspace)
    let plan = try flow.commit("plan", in: 1)
    #expect(try need.reasonForNone(flow.story.task, flow.spec, RunRequest()) == nil)
    var metadata = flow.story.task.metadata
    metadata.status = .done
    let done = AgentTask(
      id: flow.story.id, title: "", source: flow.story.task.source, metadata: metadata, text: "")
    let spec = WorkflowSpec(workflow: flow.workflow, task: done)
    #expect(try need.reasonForNone(done, spec, RunRequest()) == nil)
    try flow.story.say(.committed, in: 1) { details in
      details.commit = plan
      details.workflow = flow.workflow.source.blob
      details.pass = flow.story.run(1)
    }
    #expect(
      try need.reasonForNone(flow.story.task, flow.spec, RunRequest())?.contains(plan.short) == true)
    let other = Workflow(
      name: "flow", source: TaskSource(path: "x", blob: flow.story.base), steps: flow.workflow.steps)
    #expect(
      try need.reasonForNone(
        flow.story.task, WorkflowSpec(workflow: other, task: flow.story.task), RunRequest()) == nil)
  }
}

@Suite(.serialized) struct TaskStartTests {
  private let story: Story
  /// Depends on T-1 and on T-2.
  private let task: AgentTask
  private let head: ObjectID

  init() throws {
    story = try Story()
    _ = try story.add("T-2", "status: done\n")
    task = try story.add("T-3", "depends_on: [T-1, T-2]\n")
    head = try #require(try story.repository.head().commit)
  }

  private func start(
    _ task: AgentTask? = nil, base: String? = nil, isDryRun: Bool = false
  ) async throws -> TaskStart {
    try await TaskStart(
      of: task ?? self.task, RunRequest(base: base), in: story.workspace, isDryRun: isDryRun)
  }

  @Test func `a task that depends on nothing starts from HEAD`() async throws {
    let start = try await start(story.task)
    #expect(start.request == RunRequest())
    #expect(start.obstacle == nil)
  }

  // It was only a note, while money was spent.
  @Test(arguments: [true, false])
  func `a task does not start before what it depends on`(isDryRun: Bool) async throws {
    let start = try await start(isDryRun: isDryRun)
    #expect(start.obstacle?.kind == .failed)
    #expect(start.obstacle?.message == "T-3 depends on T-1, which is not done")
    #expect(start.obstacle?.hint == "Run T-1 first. To run T-3 all the same: --base HEAD")
    #expect(failure { try start.get() } == start.obstacle)
    #expect(start.request.base == nil)
  }

  // It started from HEAD.
  @Test(arguments: [true, false])
  func `a task starts from the results of what it depends on`(isDryRun: Bool) async throws {
    let result = try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    let request = try await start(isDryRun: isDryRun).get()
    #expect(request.base == result.hex)
    #expect(request.configuration == head)
    #expect(request.target == nil)
  }

  @Test func `a base that a person names stays, and what is missing in it is noted`() async throws {
    let start = try await start(base: "HEAD")
    #expect(start.obstacle == nil)
    #expect(start.request.base == "HEAD")
    #expect(story.lines.all == ["note: T-3 depends on T-1, which is not done"])
  }

  @Test(arguments: [true, false])
  func `results that do not merge keep a task from its start`(isDryRun: Bool) async throws {
    let other = try story.add("T-4")
    let both = try story.add("T-5", "depends_on: [T-1, T-4]\n")
    let head = try #require(try story.repository.head().commit)
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, other, ["a.txt": "2\n"], on: head)
    let error = await failure(awaiting: { try await start(both, isDryRun: isDryRun).get() })
    #expect(error?.message == "what T-5 depends on does not merge: T-1 and T-4 will conflict in a.txt")
  }

  @Test func `a dry run writes no merge, so its base is HEAD where one has to be made`() async throws {
    let other = try story.add("T-4")
    let both = try story.add("T-5", "depends_on: [T-1, T-4]\n")
    let head = try #require(try story.repository.head().commit)
    try story.finish(in: 1, nil, ["a.txt": "1\n"], on: head)
    try story.finish(in: 2, other, ["b.txt": "2\n"], on: head)
    #expect(try await start(both, isDryRun: true).get().base == nil)
    let base = try await start(both).get().base
    #expect(try story.repository.commit(named: #require(base)).hex == base)
    #expect(base != head.hex)
  }
}
