import Git
import Ledger
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct RunSpecTests {
  private func spec(
    _ config: String = "", maxCost: Double? = nil
  ) throws -> (story: Story, spec: RunSpec) {
    let story = try Story(
      "type: feature\n---\n\n## Acceptance Criteria\n\n- [ ] It greets\n",
      [Workspace.configPath: "orchestrate:\n  timeout: 5m\n" + config], programs: ["claude"])
    let routed = try TaskRouter(story.workspace).decide(story.task)
    let request = RunRequest(maxCostInUSD: maxCost)
    let assignment = try TaskRouter(story.workspace).assign(routed, request)
    return (story, try RunSpec(assignment, routed, request, in: story.workspace))
  }

  @Test func `an attempt asks for the model of its complexity, and is capped by the tightest limit`() throws {
    let (story, spec) = try spec("  models: {claude-code: opus}\n  budget: {task: 2}\n", maxCost: 3)
    let attempt = spec.attempt(spec.assignment, try story.state)
    #expect(attempt.model == "opus")
    #expect(attempt.agent == .claudeCode)
    #expect(attempt.estimate == Dollars(spec.assignment.estimatedCostInUSD))
    #expect(attempt.cap?.amount == Dollars(2))
    #expect(attempt.cap?.name == "the limit of $2.00 for a task")
    try story.claim(in: 1)
    try story.say(.failed, in: 1) { $0.costInUSD = 1.5 }
    #expect(spec.attempt(spec.assignment, try story.state).cap?.amount == Dollars(0.5))
  }

  @Test func `without limits nothing caps an attempt`() throws {
    let (story, spec) = try spec()
    #expect(spec.attempt(spec.assignment, try story.state).cap == nil)
    #expect(spec.attempt(spec.assignment, try story.state).model == nil)
  }

  @Test func `what --max-cost leaves caps an attempt by its name`() throws {
    let (story, spec) = try spec("  budget: {task: 2}\n", maxCost: 1)
    let cap = spec.attempt(spec.assignment, try story.state).cap
    #expect(cap?.name == "--max-cost")
    #expect(cap?.amount == Dollars(1))
  }

  @Test func `a note counts what the run cost that the log does not hold yet`() throws {
    let (story, spec) = try spec()
    try story.say(.failed, in: 1) { $0.costInUSD = 1 }
    let outcome = story.outcome(2, .failed(Failure(.timedOut, "late")), costing: 0.5)
    let note = spec.note(on: outcome, of: spec.assignment, try story.state, Redaction())
    #expect(note.spentInUSD == 1.5)
    #expect(note.criteria.map(\.text) == ["It greets"])
  }

  @Test func `a run goes by the configuration of its commit, and by today's budget`() throws {
    let (story, before) = try spec("  budget: {daily: 1}\n")
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  timeout: 9m\n  budget: {daily: 7}\n")
    let spec = try RunSpec(before.assignment, before.routed, before.request, in: story.workspace)
    #expect(spec.config.runTimeoutInSeconds == 300)
    #expect(spec.spending.limits.daily == Dollars(7))
  }

  @Test func `a claim's details are those of its assignment`() throws {
    let (_, spec) = try spec()
    let details = spec.assignment.details
    #expect(details.run == spec.assignment.run)
    #expect(details.text == spec.task.source.blob)
    #expect(details.step == nil)
    #expect(details.mode == spec.assignment.mode)
  }
}

@Suite(.serialized) struct PlanResultTests {
  private let story: Story
  private let spec: RunSpec

  init() throws {
    story = try Story("type: docs\nstatus: pending\n---\n\nDescribe it.\n", programs: ["claude"])
    let routed = try TaskRouter(story.workspace).decide(story.task)
    spec = try RunSpec(story.assignment(1, .claudeCode, .plan), routed, RunRequest(), in: story.workspace)
  }

  private func plan(_ message: String, isDone: Bool = true) throws -> PlanResult {
    try PlanResult(message, of: spec, spec.assignment, isDone: isDone, in: story.workspace)
  }

  private func text(_ path: String, in tree: ObjectID) throws -> String? {
    try story.repository.entry(at: path, in: tree)
      .map { String(decoding: try story.repository.blob($0.id), as: UTF8.self) }
  }

  @Test func `a message becomes a file of its own beside the base's, and the task is done`() throws {
    let plan = try plan("What to do")
    #expect(plan.path == ".paircoder/results/T-1.md")
    #expect(plan.findings.isEmpty)
    #expect(try text(plan.path, in: plan.tree) == "What to do\n")
    #expect(try text(Story.path("T-1"), in: plan.tree)?.contains("status: done") == true)
    let changed = try story.repository.changedPaths(
      from: story.repository.tree(of: story.base), to: plan.tree)
    #expect(changed == [plan.path, Story.path("T-1")].sorted())
  }

  @Test func `where more steps come the task keeps its status`() throws {
    let plan = try plan("What to do\n", isDone: false)
    #expect(try text(plan.path, in: plan.tree) == "What to do\n")
    #expect(try text(Story.path("T-1"), in: plan.tree)?.contains("status: pending") == true)
  }

  @Test func `a secret in it is refused`() throws {
    let plan = try plan("The key:\n-----BEGIN RSA " + "PRIVATE KEY-----\n")
    #expect(plan.findings.map(\.severity) == [.refuse])
    #expect(plan.findings.first?.line == 2)
  }
}

@Suite(.serialized) struct ResultCommitTests {
  @Test func `the last agent is the author, the user commits, and trailers tell the rest`() throws {
    let story = try Story(programs: ["claude"])
    let routed = try TaskRouter(story.workspace).decide(story.task)
    let spec = try RunSpec(story.assignment(1), routed, RunRequest(), in: story.workspace)
    let commit = ResultCommit(
      spec: spec, assignment: spec.assignment, costInUSD: 0.5, workspace: story.workspace)
    let tree = try story.repository.tree(of: story.base)
    let check = CheckResult(name: "test", passed: true, detail: "", durationInSeconds: 1)
    let id = try commit.write(tree, of: [.codexCLI, .claudeCode], checks: [check], verdict: .passes)
    let made = try story.repository.commit(id)
    #expect(made.parents == [story.base])
    #expect(made.message.hasPrefix("T-1: Greet\n\n"))
    let trailers = Trailers(readFrom: made.message)
    #expect(trailers["PairCoder-Task"] == "T-1")
    #expect(trailers["PairCoder-Run"] == story.run(1).text)
    #expect(trailers["PairCoder-Mode"] == "auto")
    #expect(trailers["PairCoder-Cost-USD"] == "0.5000")
    #expect(trailers["PairCoder-Checks"] == "test passed")
    #expect(trailers["PairCoder-Verdict"] == "passes")
    #expect(trailers["PairCoder-Step"] == nil)
    let coAuthors = trailers.pairs.filter { $0.key == "Co-Authored-By" }.map(\.value)
    #expect(
      coAuthors.map { $0.split(separator: "<").last } == [
        "claude-code@agents.bpsai-pair.invalid>", "codex-cli@agents.bpsai-pair.invalid>",
      ])
    let author = try story.scratch.git(["log", "-1", "--format=%ae %ce", id.hex])
    #expect(author == "claude-code@agents.bpsai-pair.invalid ada@example.com")
    #expect(failure { try commit.write(tree, of: [], checks: []) }?.kind == .internal)
  }
}
