import Git
import Ledger
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct RejectedResultTests {
  private func part(
    _ id: String, _ fate: Integration.MergeStatus, byWorkflow: Bool = false, mayReturn: Bool = true
  ) throws -> Integration.Part {
    Integration.Part(
      try TaskID(id), result: .ofBlob([]), fate, isByWorkflow: byWorkflow, mayReturn: mayReturn)
  }

  private let conflict = Integration.MergeStatus.takenOut(.conflict(paths: ["a.txt"], with: []))

  private func next(
    _ parts: [Integration.Part], after redone: [BatchResult.Item] = []
  ) -> String? {
    let integration = Integration(
      plan: PlanID("p"), base: .ofBlob([]), parts: parts, tip: .ofBlob([]))
    return RejectedResult.next(in: integration, after: redone)?.task.text
  }

  @Test func `the first that an agent can do something about comes first`() throws {
    #expect(next([]) == nil)
    #expect(
      next([
        try part("T-1", .contained), try part("T-2", .takenOut(.impossible("x"))),
        try part("T-3", .takenOut(.buildsOn(TaskID("T-2")))), try part("T-4", conflict, mayReturn: false),
        try part("T-5", .unfinished("x")), try part("T-6", .takenOut(.outdated(TaskID("T-1")))),
        try part("T-7", conflict),
      ]) == "T-6")
    #expect(next([try part("T-1", .begun("x"))]) == "T-1")
  }

  @Test func `what was made anew and conflicts once more comes again, what failed does not`() throws {
    let id = try TaskID("t-1")
    let parts = [try part("T-1", conflict), try part("T-2", conflict)]
    let made = BatchResult.Item(task: id, end: .committed(BranchName("b"), .ofBlob([])))
    #expect(next(parts, after: [made]) == "T-1")
    let failed = BatchResult.Item(task: id, end: .interrupted)
    #expect(next(parts, after: [failed]) == "T-2")
    #expect(next(parts, after: [failed, made]) == "T-1")
    #expect(next(parts, after: [made, failed]) == "T-2")
  }

  @Test func `only what was left out is made anew`() throws {
    let story = try Story("plan: p\n---\n")
    let spec = try IntegrationSpec("p", base: nil, in: story.workspace)
    let kept = Integration.Part(story.id, result: story.base, .contained)
    let integration = Integration(plan: spec.plan, base: story.base, parts: [kept], tip: story.base)
    #expect(
      failure { try RejectedResult(kept, of: integration, spec, in: story.workspace) }?.kind == .internal)
  }

  @Test func `a result that no run made does not go back`() async throws {
    let story = try Story("plan: p\n---\n", programs: ["claude"])
    let commit = try story.commit()
    try story.point(at: commit)
    let spec = try IntegrationSpec("p", base: nil, in: story.workspace)
    let part = Integration.Part(
      story.id, result: commit, .takenOut(.conflict(paths: ["a.txt"], with: [])))
    let integration = Integration(plan: spec.plan, base: story.base, parts: [part], tip: story.base)
    let rejected = try RejectedResult(part, of: integration, spec, in: story.workspace)
    let item = try await rejected.redo(RunRequest()) { false }
    guard case .failed(let failure) = item.end else {
      Issue.record("\(item)")
      return
    }
    #expect(failure.kind == .unsupported)
    #expect(failure.message.contains("holds commits that no run made"))
    #expect(
      story.lines.all == [
        "T-1 conflicts with the results before it together in a.txt: an agent is to make it anew"
      ])
    #expect(try story.kinds.isEmpty)
    #expect(try !story.isHeld)
  }

  @Test func `a result that its workflow makes is not for one agent`() async throws {
    let flow = try WorkflowStory()
    let story = flow.story
    try story.scratch.write(".paircoder/plans/p.plan.yaml", "id: p\ntasks: [T-1]\n")
    let spec = try IntegrationSpec("p", base: nil, in: story.workspace)
    let part = Integration.Part(
      story.id, result: story.base, .takenOut(.conflict(paths: [], with: [])), isByWorkflow: true)
    let integration = Integration(plan: spec.plan, base: story.base, parts: [part], tip: story.base)
    let rejected = try RejectedResult(part, of: integration, spec, in: story.workspace)
    for (request, kind) in [
      (RunRequest(forced: "claude"), PairError.Kind.unsupported),
      (RunRequest(maxCostInUSD: 0.000_1), .noAgent),
    ] {
      guard case .failed(let failure) = try await rejected.redo(request, until: { false }).end else {
        Issue.record("it was made anew")
        return
      }
      #expect(failure.kind == kind)
    }
    #expect(try story.kinds.isEmpty)
  }
}

@Suite(.serialized) struct IntegrationSpecTests {
  private let story: Story

  init() throws {
    story = try Story(
      "plan: p\ndepends_on: [T-2]\n---\n",
      [Workspace.configPath: "orchestrate:\n  checks: [{name: test, run: make}]\n"])
    _ = try story.add("T-2", "plan: p\nstatus: done\n")
  }

  private func spec(_ base: String? = nil) throws -> IntegrationSpec {
    try IntegrationSpec("p", base: base, in: story.workspace)
  }

  @Test func `a plan is integrated by its base's checks, what is done after what it depended on`() throws {
    let spec = try spec()
    #expect(spec.tasks.map(\.id.text) == ["T-2", "T-1"])
    #expect(spec.base.name == "main")
    #expect(spec.branch == .plan(PlanID("p")))
    #expect(spec.config.checks.map(\.run) == ["make"])
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  checks: [{name: test, run: make all}]\n")
    #expect(try self.spec().checks == spec.checks)
    try story.scratch.commit()
    #expect(try self.spec().checks != spec.checks)
    #expect(try self.spec(story.base.hex).checks == spec.checks)
    #expect(failure { try self.spec("none") }?.kind == .usage)
  }

  @Test func `a check that has not been approved keeps a plan from its integration`() async throws {
    let integration = PlanIntegration(story.workspace)
    #expect(failure { try integration.requireIntegrable("p", base: nil) }?.kind == .notApproved)
    try Approvals(of: story.workspace).add("make")
    try integration.requireIntegrable("p", base: nil)
  }

  @Test func `a plan's branch is ours where our log says so`() throws {
    let spec = try spec()
    #expect(try spec.requireOwnBranch(in: story.workspace) == nil)
    try story.repository.swapRef(spec.branch.ref, from: nil, to: story.base, because: "test")
    let error = failure { try spec.requireOwnBranch(in: story.workspace) }
    #expect(error?.message.contains("holds commits that no integration made") == true)
    let user = try story.workspace.requireUser()
    try spec.log.append(PlanEvent(.published, spec.plan, commit: story.base), to: story.repository, by: user)
    #expect(try spec.requireOwnBranch(in: story.workspace) == story.base)
  }

  @Test func `a forecast merges nothing, and says what would be`() async throws {
    try story.finish(on: story.repository.head().commit)
    let refs = try story.scratch.refs()
    let report = try await PlanIntegration(story.workspace).forecast("p", base: nil)
    #expect(report.isForecast)
    #expect(report.integration.mergedCount == 1)
    #expect(report.integration.parts.map(\.task.text) == ["T-2", "T-1"])
    #expect(report.before == nil)
    #expect(try story.scratch.refs() == refs)
  }
}
