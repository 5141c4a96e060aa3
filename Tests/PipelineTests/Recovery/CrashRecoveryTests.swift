import Git
import Ledger
import PairCore
import Testing
import TestSupport

@testable import Pipeline

/// What a process finds that died at each point of a run, and what the next one makes of it.
@Suite(.serialized) struct CrashRecoveryTests {
  let story: Story

  init() throws { story = try Story("---\n\n- [ ] Greet\n") }

  private func reserve(_ amount: Double, in run: Int) throws {
    let reservation = Reservation(
      run: story.run(run), task: story.id, agent: .claudeCode, amount: Dollars(amount), at: story.clock.now,
      holder: "a dead process")
    try SpendingAccount(story.workspace).change { budget in
      _ = try budget.reserve(reservation, under: BudgetLimits(), at: story.clock.now)
      return "reserved"
    }
  }

  private func reconcile() async throws { try await story.open { _ in } }

  @Test func `a task without a log stays without one`() async throws {
    try await reconcile()
    #expect(try story.repository.refs(under: "refs/paircoder/").isEmpty)
  }

  @Test func `a run that was claimed and no more is interrupted, and costs nothing`() async throws {
    try story.claim(in: 1)
    try reserve(1, in: 1)
    try await reconcile()
    #expect(try story.kinds == [.claimed, .interrupted])
    let last = try #require(try story.state.last)
    #expect(last.sentence == "T-1: run \(story.run(1)) never ended")
    #expect(last.details.agent == nil)
    #expect(last.details.costInUSD == nil)
    #expect(try story.record.file("outcome.json") == nil)
    let account = SpendingAccount(story.workspace)
    #expect(try account.budget().reservations.isEmpty)
    #expect(try account.spent(by: story.run(1)) == .zero)
  }

  @Test func `a run whose agent was started costs its estimate, and leaves a note`() async throws {
    try story.claim(in: 1)
    try reserve(1.5, in: 1)
    try story.say(.started, in: 1) { $0.agent = .claudeCode }
    try await reconcile()
    #expect(try story.kinds == [.claimed, .started, .interrupted])
    let details = try #require(try story.state.last).details
    #expect(details.agent == .claudeCode)
    #expect(details.costInUSD == 1.5)
    let outcome = try #require(try story.record.value(RunOutcome.self, "outcome.json"))
    #expect(outcome.run == story.run(1))
    #expect(outcome.failure?.kind == .crashed)
    #expect(outcome.failure?.detail == "its run never ended")
    #expect(try story.record.file("handoff.md") != nil)
    #expect(try SpendingAccount(story.workspace).budget().settlements.map(\.basis) == [.estimated])
    // Once is enough.
    try await reconcile()
    #expect(try story.kinds.count == 3)
    #expect(try SpendingAccount(story.workspace).spent(by: story.run(1)) == Dollars(1.5))
  }

  @Test func `an agent that had handed over is not the one that was cut off`() async throws {
    try story.claim(in: 1)
    try story.say(.started, in: 1) { $0.agent = .claudeCode }
    try story.say(.handedOff, in: 1) { $0.agent = .claudeCode }
    try await reconcile()
    #expect(try story.state.last?.details.agent == nil)
    #expect(try story.record.file("outcome.json") == nil)
  }

  @Test func `a result that reached its branch and not the log is said there`() async throws {
    let assignment = try story.claim(in: 1)
    try story.say(.started, in: 1) { $0.agent = .claudeCode }
    let commit = try story.commit(
      message: "Work\n\nPairCoder-Run: \(story.run(1))\nPairCoder-Cost-USD: 0.2500\n")
    try CommitNotes().write("What I did", on: commit, in: story.repository, by: story.workspace.requireUser())
    try story.point(at: commit)
    try await reconcile()
    #expect(try story.kinds == [.claimed, .started, .committed])
    let result = try #require(try story.state.result)
    #expect(result.commit == commit)
    #expect(result.base == assignment.origin)
    #expect(result.text == story.task.source.blob)
    #expect(try story.state.costInUSD == 0.25)
    #expect(try story.record.file("handoff.md") == Array("What I did".utf8))
    try await reconcile()
    #expect(try story.kinds.count == 3)
  }

  @Test func `a branch that a person made is no result`() async throws {
    try story.claim(in: 1)
    try story.point(at: story.commit())
    try await reconcile()
    #expect(try story.kinds == [.claimed, .interrupted])
    #expect(try story.state.result == nil)
  }

  @Test func `a run that came from the queue gets its place back`() async throws {
    try story.say(.queued) {
      $0.base = story.base; $0.branch = BranchName("main")
    }
    try story.claim(in: 1)
    #expect(try !story.state.isQueued)
    try await reconcile()
    #expect(try story.kinds == [.queued, .claimed, .interrupted, .queued])
    #expect(try story.state.queued?.commit == story.base)
    #expect(try story.state.queued?.branch == BranchName("main"))
    #expect(try story.state.last?.sentence == "T-1: put back into the queue: its run never ended")
  }

  @Test func `a review that was killed is said, and what its agent cost`() async throws {
    try story.finish()
    try await story.open { try AnnouncedReview(session: $0).announce(story.run(2)) }
    #expect(try AnnouncedReview.running(of: story.id, in: story.workspace) == nil)
    try reserve(0.5, in: 2)
    try story.scratch.write(
      ".git/paircoder/runs/\(story.run(2))/1-claude-code/transcript.jsonl",
      #"{"type":"result","subtype":"success","result":"No.","total_cost_usd":0.25,"usage":{"input_tokens":9}}"#
    )
    try await reconcile()
    #expect(try story.kinds == [.committed, .reviewBrokeOff])
    let event = try #require(try story.record.events.last)
    #expect(event.sentence == "T-1: the review by claude-code never ended")
    #expect(event.details.costInUSD == 0.25)
    try await reconcile()
    #expect(try story.kinds.count == 2)
  }

  @Test func `a task that another process works on is left to it`() async throws {
    try story.claim(in: 1)
    let session = try TaskSession(of: story.id, in: story.another())
    defer { session.close() }
    let error = await failure(awaiting: { try await reconcile() })
    #expect(error?.obstacle == .busyTask)
    #expect(try story.kinds == [.claimed])
  }

  @Test func `a dead claim is freed, and that there was one is told`() async throws {
    let recovery = CrashRecovery(story.workspace)
    #expect(try await !recovery.unlock(story.id))
    try story.claim(in: 1)
    #expect(try await recovery.unlock(story.id))
    #expect(try story.kinds == [.claimed, .interrupted])
    #expect(try await !recovery.unlock(story.id))
  }

  @Test func `reservations of living runs of other tasks stay`() async throws {
    let other = try story.add("T-2")
    let reservation = Reservation(
      run: story.run(2), task: other.id, agent: .codexCLI, amount: Dollars(1), at: story.clock.now,
      holder: "it"
    )
    let account = SpendingAccount(story.workspace)
    try account.change { budget in
      _ = try budget.reserve(reservation, under: BudgetLimits(), at: story.clock.now)
      return "reserved"
    }
    try story.claim(in: 1)
    let session = try TaskSession(of: other.id, in: story.another())
    try await reconcile()
    #expect(try account.budget().reservations == [reservation])
    session.close()
    try await reconcile()
    #expect(try account.budget().reservations.isEmpty)
  }
}
