import Git
@testable import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct WorkflowPassTests {
  private let flow: WorkflowStory

  init() throws { flow = try WorkflowStory() }

  private func pass<Value>(
    again: Bool = false, _ work: (inout WorkflowPass) throws -> Value
  ) async throws -> Value {
    try await flow.story.open { session in
      var pass = try WorkflowPass(flow.spec, RunRequest(again: again), session)
      return try work(&pass)
    }
  }

  private func makeAll(_ verdict: ReviewVerdict, _ findings: [Finding] = []) throws -> ObjectID {
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    return try flow.commit("check", in: 3, on: build, verdict, findings: findings)
  }

  @Test func `what the steps made is the result once the last has had its turn`() async throws {
    let commit = try makeAll(.passes)
    #expect(try flow.story.state.result?.isPartial == true)
    #expect(try await pass { try $0.finish() } == .finished(.result(of: flow.story.id), commit))
    let result = try #require(try flow.story.state.result)
    #expect(!result.isPartial)
    #expect(result.base == flow.story.base)
    #expect(result.workflow == flow.workflow.source.blob)
    #expect(
      try flow.story.state.last?.sentence
        == "T-1: the workflow flow is finished on paircoder/T-1 after 3 runs")
    #expect(try flow.story.state.costInUSD == 1.5)
    // A second process that comes to the same end says nothing more.
    let count = try flow.story.kinds.count
    _ = try await pass { try $0.finish() }
    #expect(try flow.story.kinds.count == count)
  }

  @Test func `a pass that made nothing has no result`() async throws {
    #expect(try await pass { try $0.finish() } == nil)
    try flow.fail("plan", in: 1)
    #expect(try await pass { try $0.finish() } == nil)
    #expect(try await pass { $0.nothingMade }.message.hasSuffix("has made anything for T-1"))
  }

  @Test func `a review that still blocks leaves its task to a person, once`() async throws {
    _ = try makeAll(.blocks, WorkflowStory.blocking)
    let review = flow.workflow.steps[2]
    for _ in 0..<2 {
      let end = try await pass { try $0.endWithFindings(of: review) }
      #expect(end == .findingsLeft(review, rounds: 1, WorkflowStory.blocking))
    }
    #expect(try flow.story.kinds.count { $0 == .failed } == 1)
    #expect(try flow.story.state.blocked == "the review 'check' still blocks after one round")
    #expect(try flow.story.state.word == "blocked")
  }

  @Test func `what earlier commands spent is none of this one's money`() async throws {
    let plan = try flow.commit("plan", in: 1)
    try await pass { pass in
      #expect(pass.costBefore == 0.5)
      #expect(pass.progress.commit == plan)
    }
    try await pass(again: true) { pass in
      #expect(pass.costBefore == 0)
      #expect(pass.progress.pass == nil)
    }
  }

  @Test func `the work of a step is what its own run recorded`() async throws {
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    try await pass { pass in
      let ends = pass.progress.ends
      let works = try ends.map { try pass.work(of: $0) }
      #expect(works.map { $0?.base } == [plan, build])
      #expect(works[0]?.outcome.run == flow.story.run(1))
      let nobody = WorkflowProgress.StepEnd(
        step: "plan", round: 1, run: nil, agent: nil, end: .failed(.notInstalled))
      let none = try pass.work(of: nobody)
      #expect(none == nil)
    }
  }

  @Test func `a step that no agent can take is passed over by the log`() async throws {
    let flow = flow
    try await pass { pass in
      let step = flow.workflow.steps[0]
      let task = StepTask(step, round: 1, of: flow.workflow, after: pass.progress)
      try pass.recordNobody(for: task, run: flow.story.run(9))
      try pass.readProgress()
      #expect(pass.progress.failure(of: step, round: 1) == .notInstalled)
      #expect(pass.progress.ends.map(\.run) == [nil])
    }
    #expect(try flow.story.state.last?.sentence == "T-1: nobody can take the step 'plan'")
  }
}

@Suite(.serialized) struct WorkflowForecasterTests {
  private func forecast(
    _ flow: WorkflowStory, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> Forecast {
    var request = RunRequest()
    change(&request)
    return try WorkflowForecaster(flow.story.workspace).forecast(flow.spec, request)
  }

  @Test func `each step that is to come has its agent and its cost`() throws {
    let flow = try WorkflowStory()
    let ahead = try forecast(flow)
    #expect(ahead.steps.map(\.agent) == [.claudeCode, .codexCLI, .claudeCode])
    #expect(ahead.next?.id == "plan")
    #expect(ahead.obstacle == nil)
    #expect(ahead.refusal == nil)
    #expect(ahead.notNeeded == nil)
    #expect(ahead.estimatedCostInUSD == ahead.steps.reduce(0) { $0 + $1.estimatedCostInUSD })
    #expect((ahead.estimatedCostInUSD ?? 0) > 0)
    let refused = try forecast(flow) { $0.maxCostInUSD = (ahead.estimatedCostInUSD ?? 0) * 0.9 }
    #expect(refused.refusal?.kind == .noAgent)
    #expect(refused.refusal?.message.hasPrefix("the workflow flow is expected to cost ") == true)
  }

  @Test func `steps that have ended come no more, unless all is made anew`() throws {
    let flow = try WorkflowStory()
    let plan = try flow.commit("plan", in: 1)
    let ahead = try forecast(flow)
    #expect(ahead.next?.id == "build")
    guard case .ended(let end) = ahead.steps[0].outlook else {
      Issue.record("the first step has not ended")
      return
    }
    #expect(end.commit == plan)
    #expect(!ahead.steps[0].isExpected)
    #expect(try forecast(flow) { $0.again = true }.next?.id == "plan")
    try flow.fail("build", in: 2)
    #expect(try forecast(flow).next?.id == "build")
  }

  @Test func `a review that blocks leaves nothing to come`() throws {
    let flow = try WorkflowStory()
    let plan = try flow.commit("plan", in: 1)
    let build = try flow.commit("build", in: 2, on: plan)
    try flow.commit("check", in: 3, on: build, .blocks)
    let ahead = try forecast(flow)
    #expect(ahead.next == nil)
    #expect(ahead.findingsLeft == "the review 'check' still blocks after one round")
  }

  @Test func `a step that nobody can take is an obstacle`() throws {
    let flow = try WorkflowStory(programs: ["claude"])
    let ahead = try forecast(flow)
    #expect(ahead.steps.map(\.agent) == [.claudeCode, nil, .claudeCode])
    #expect(ahead.obstacle?.kind == .noAgent)
    #expect(!ahead.isTooDear)
  }

  @Test func `another agent takes over where the step says so, and a step may be left out`() throws {
    let steps = WorkflowStory.text.replacing(
      "    task: Build it\n", with: "    task: Build it\n    on_failure: handoff\n")
    let handoff = try forecast(WorkflowStory(steps, programs: ["claude"]))
    #expect(handoff.steps[1].agent == .claudeCode)
    let goOn = try forecast(
      WorkflowStory(steps.replacing("handoff", with: "continue"), programs: ["claude"]))
    #expect(goOn.steps[1].agent == nil)
    #expect(goOn.obstacle == nil)
  }

  @Test func `money that is too little is asked for before the first step`() async throws {
    let flow = try WorkflowStory()
    let forecaster = WorkflowForecaster(flow.story.workspace)
    let record = try flow.story.record
    try forecaster.requireMoney(for: flow.spec, RunRequest(), record)
    try forecaster.requireMoney(for: flow.spec, RunRequest(maxCostInUSD: 100), record)
    let error = failure {
      try forecaster.requireMoney(for: flow.spec, RunRequest(maxCostInUSD: 0.000_1), record)
    }
    #expect(error?.kind == .noAgent)
  }
}
