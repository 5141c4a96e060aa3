import Git
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct WorkflowSpecTests {
  private let flow: WorkflowStory

  init() throws { flow = try WorkflowStory() }

  private let known: [AgentName] = [.claudeCode, .codexCLI]

  @Test func `a pass is as far as its log says, while its branch stands on it`() throws {
    #expect(try flow.progress.pass == nil)
    let commit = try flow.commit("plan", in: 1)
    #expect(try flow.progress.commit == commit)
    #expect(try flow.spec.nextAgent(after: flow.progress, among: known) == .codexCLI)
    try flow.story.point(at: flow.story.commit(["x.txt": "\n"], on: [commit]))
    #expect(try flow.progress.pass == nil)
    #expect(try flow.spec.nextAgent(after: flow.progress, among: known) == .claudeCode)
    // What HEAD holds is there, too.
    try flow.story.repository.swapRef(
      "refs/heads/main", from: flow.story.base, to: commit, because: "test")
    #expect(try flow.progress.commit == commit)
  }

  @Test func `a pass of another text of the workflow, or of the task, is none of this one`() throws {
    try flow.commit("plan", in: 1)
    let other = Workflow(
      name: "flow", source: TaskSource(path: "flow.yaml", blob: flow.story.base), steps: flow.workflow.steps)
    #expect(
      try WorkflowSpec(workflow: other, task: flow.story.task).progress(in: flow.story.record).pass == nil)
    let task = AgentTask(
      id: flow.story.id, title: "", source: TaskSource(path: "x", blob: flow.story.base), text: "")
    #expect(try WorkflowSpec(workflow: flow.workflow, task: task).progress(in: flow.story.record).pass == nil)
  }

  @Test func `an agent that a step names wrongly is told with its line`() throws {
    let error = failure { try flow.spec.agent(of: flow.workflow.steps[1], among: [.claudeCode]) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.location?.description == ".paircoder/workflows/flow.yaml:7")
  }

  @Test func `a workflow by itself is a task of its name`() throws {
    let spec = try WorkflowSpec(flow.workflow)
    #expect(spec.task.id.text == "flow")
    #expect(!spec.hasTaskFile)
    #expect(spec.task.text.contains("1. Plan it\n2. Build it\n3. Check it"))
    let bad = Workflow(name: "a b", source: flow.workflow.source, steps: flow.workflow.steps)
    #expect(failure { try WorkflowSpec(bad) }?.kind == .usage)
  }

  @Test func `how a step ended is told in a line`() throws {
    let story = flow.story
    let assignment = story.assignment(1, step: flow.mark("plan"))
    let made = story.outcome(1, .committed(story.base), costing: 0.25)
    #expect(
      flow.spec.line(of: assignment, made)
        == "step 'plan': claude-code made a.txt (\(story.base.short), $0.25, 1.0 s)")
    let review = story.assignment(2, step: flow.mark("check", round: 2))
    let blocks = story.outcome(2, .committed(story.base), findings: WorkflowStory.blocking)
    #expect(
      flow.spec.line(of: review, blocks).hasPrefix("step 'check', round 2: claude-code made a.txt ("))
    #expect(flow.spec.line(of: review, blocks).hasSuffix(": it blocks with one finding"))
    let failed = story.outcome(3, .failed(Failure(.timedOut, "late")))
    #expect(
      flow.spec.line(of: assignment, failed) == "step 'plan': claude-code failed (timed-out, $0.00, 1.0 s)")
  }
}

@Suite(.serialized) struct OpenPassTests {
  private let flow: WorkflowStory

  init() throws { flow = try WorkflowStory() }

  private var open: OpenPass? { get throws { try OpenPass(flow.story.record) } }

  @Test func `a pass is open until its last step has had its turn`() throws {
    #expect(try open == nil)
    let plan = try flow.commit("plan", in: 1)
    #expect(try open?.next == .run(flow.workflow.steps[1], round: 1))
    #expect(try open?.hasTaskFile == true)
    #expect(
      try open?.command(for: flow.story.id)
        == "bpsai-pair orchestrate --workflow .paircoder/workflows/flow.yaml --task T-1")
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .passes)
    #expect(try open == nil)
  }

  @Test func `a task at a step is not handed over, one that is blocked may be`() throws {
    try OpenPass.requireNone(flow.story.record)
    let plan = try flow.commit("plan", in: 1)
    let error = failure { try OpenPass.requireNone(flow.story.record) }
    #expect(error?.message == "T-1 is at the step 'build' of the workflow flow")
    #expect(try !OpenPass.isLeftWithFindings(flow.story.record))
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .blocks)
    try OpenPass.requireNone(flow.story.record)
    #expect(try OpenPass.isLeftWithFindings(flow.story.record))
  }

  @Test func `a pass goes on with the file that it began with`() throws {
    try flow.commit("plan", in: 1)
    let finder = WorkflowFinder(flow.story.workspace)
    #expect(try finder.open(flow.story.record) == flow.spec)
    try flow.story.scratch.write(".paircoder/workflows/flow.yaml", WorkflowStory.text + "# More\n")
    let error = failure { try finder.open(flow.story.record) }
    #expect(error?.kind == .usage)
    #expect(error?.message.hasPrefix(".paircoder/workflows/flow.yaml ") == true)
  }

  @Test func `a pass whose review blocks is not resumed`() throws {
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .blocks)
    let error = failure { try WorkflowFinder(flow.story.workspace).open(flow.story.record) }
    #expect(error?.message == "the review 'check' still blocks T-1, so there is nothing to resume")
    #expect(error?.hint?.contains("bpsai-pair handoff T-1 --to AGENT") == true)
  }

  @Test func `a run of the whole task ends a pass`() throws {
    try flow.commit("plan", in: 1)
    try flow.story.claim(in: 2)
    #expect(try open == nil)
  }
}

@Suite(.serialized) struct WorkflowFinderTests {
  private let flow: WorkflowStory

  init() throws { flow = try WorkflowStory() }

  private var finder: WorkflowFinder { WorkflowFinder(flow.story.workspace) }

  @Test func `a task that names none is carried out by one run, or by what was begun`() throws {
    let plain = try flow.story.add("T-2")
    #expect(try finder.spec(for: plain) == nil)
    let unknown = try flow.story.add("T-3", "workflow: none\n")
    let error = failure { try finder.spec(for: unknown) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.location?.file == Story.path("T-3"))
    // The text of the file is the same without the workflow's name in what was read of it.
    try flow.commit("plan", in: 1)
    var metadata = flow.story.task.metadata
    metadata.workflow = nil
    let same = AgentTask(
      id: flow.story.id, title: "", source: flow.story.task.source, metadata: metadata, text: "")
    #expect(try finder.spec(for: same)?.workflow == flow.workflow)
  }

  @Test func `a workflow is found by its path and by its name`() throws {
    for file in [".paircoder/workflows/flow.yaml", "flow"] {
      #expect(try finder.spec(file, on: flow.story.id).workflow == flow.workflow)
      #expect(try finder.spec(file, on: nil).task.id.text == "flow")
    }
    #expect(failure { try finder.spec("none", on: nil) }?.kind == .usage)
    _ = try flow.story.add("flow")
    #expect(
      failure { try finder.spec("flow", on: nil) }?.message.hasPrefix("there is a task called flow") == true)
    try flow.story.scratch.scratch.write("outside.yaml", WorkflowStory.text)
    #expect(
      failure { try finder.spec(flow.story.scratch.scratch.path + "/outside.yaml", on: nil) }?.message
        .hasSuffix("is not in this repository") == true)
  }

  @Test func `the workflow that makes a result is the one that made it last`() throws {
    let other = try flow.story.add("T-2")
    #expect(
      failure { try finder.spec(making: other, TaskRecord(of: other.id, in: flow.story.workspace)) }?.kind
        == .unsupported)
    #expect(try finder.spec(making: flow.story.task, flow.story.record) == flow.spec)
  }
}
