@testable import PairCore
import TestSupport
import Testing

@Suite struct FailurePolicyTests {
  private typealias Attempt = FailurePolicy.Attempt
  private let now = Timestamp(secondsSince1970: 1_000_000)
  private let claude = AgentName.claudeCode
  private let codex = AgentName.codexCLI
  private let other = AgentName("other")

  private func candidate(
    _ agent: AgentName, cost: Double = 0.1, context: Int? = nil
  ) -> FailurePolicy.Candidate {
    .init(agent: agent, estimatedCostInUSD: cost, contextLimit: context)
  }

  private func policy(
    _ limits: RunLimits = RunLimits(), _ candidates: [FailurePolicy.Candidate]? = nil
  ) -> FailurePolicy {
    FailurePolicy(
      limits: limits, candidates: candidates ?? [candidate(claude), candidate(codex), candidate(other)])
  }

  private func step(
    _ attempts: [(AgentName, FailureClass)], _ policy: FailurePolicy? = nil, until: Int64? = nil,
    elapsed: Int = 0, money: Double? = nil
  ) -> FailurePolicy.Step {
    let attempts = attempts.map { agent, kind in
      Attempt(
        agent,
        Failure(
          kind, "words", until: until.map { Timestamp(secondsSince1970: now.secondsSince1970 + $0) }))
    }
    return (policy ?? self.policy()).step(after: attempts, at: now, elapsed: elapsed, money: money)
  }

  @Test(arguments: [
    FailureClass.notInstalled, .notAuthenticated, .contextExceeded, .refused, .crashed, .badOutput, .timedOut,
    .stalled, .unchanged, .rateLimited,
  ])
  func `another agent takes over at once where the same one would fail again`(_ kind: FailureClass) {
    #expect(step([(claude, kind)]) == .start(codex, afterSeconds: 0))
  }

  @Test(arguments: [FailureClass.outOfScope, .overBudget])
  func `what a person must look at goes to nobody else`(_ kind: FailureClass) {
    #expect(step([(claude, kind)]) == .end(.blocked(kind.rawValue)))
  }

  @Test func `an overloaded agent is asked again, later each time, and then another`() {
    #expect(step([(claude, .overloaded)]) == .start(claude, afterSeconds: 10))
    #expect(step([(claude, .overloaded), (claude, .overloaded)]) == .start(claude, afterSeconds: 30))
    #expect(
      step([(claude, .overloaded), (claude, .overloaded), (claude, .overloaded)])
        == .start(codex, afterSeconds: 0))
    #expect(
      step([(claude, .overloaded)], policy(RunLimits(retries: 0))) == .start(codex, afterSeconds: 0))
  }

  @Test func `a wait never exceeds two minutes`() {
    let many = Array(repeating: (claude, FailureClass.overloaded), count: 9)
    #expect(step(many, policy(RunLimits(attempts: 20, retries: 20))) == .start(claude, afterSeconds: 120))
  }

  @Test(arguments: [(5, 6), (-3, 1), (119, 120)] as [(Int64, Int)])
  func `a rate limit that ends soon is waited for`(until: Int64, wait: Int) {
    #expect(step([(claude, .rateLimited)], until: until) == .start(claude, afterSeconds: wait))
  }

  @Test func `a rate limit that ends late, or nobody knows when, is left to another agent`() {
    #expect(step([(claude, .rateLimited)], until: 120) == .start(codex, afterSeconds: 0))
    #expect(
      step(Array(repeating: (claude, .rateLimited), count: 3), until: 5) == .start(codex, afterSeconds: 0))
  }

  @Test(arguments: [FailureClass.checksFailed, .cannotCommit])
  func `what its author can set right goes back to it once, then to the next`(_ kind: FailureClass) {
    #expect(step([(claude, kind)]) == .start(claude, afterSeconds: 0))
    #expect(step([(claude, kind), (claude, kind)]) == .start(codex, afterSeconds: 0))
    #expect(step([(claude, .crashed), (codex, kind)]) == .start(codex, afterSeconds: 0))
    #expect(
      step([(.recipe, kind)], policy(RunLimits(), [candidate(.recipe)]))
        == .end(.blocked("\(kind.rawValue), and no other agent may take it")))
  }

  @Test func `a prompt that was too long goes only to an agent that can take more`() {
    let small = [candidate(claude, context: 200_000), candidate(codex, context: 128_000)]
    let large = policy(RunLimits(), small + [candidate(other, context: 1_000_000)])
    #expect(step([(claude, .contextExceeded)], large) == .start(other, afterSeconds: 0))
    let unknown = policy(RunLimits(), small + [candidate(other)])
    #expect(step([(claude, .contextExceeded)], unknown) == .start(other, afterSeconds: 0))
    let none = policy(RunLimits(), small)
    #expect(
      step([(claude, .contextExceeded)], none)
        == .end(.blocked("context-exceeded, and no other agent may take it")))
  }

  @Test func `an agent that is too dear or was tried already does not take over`() {
    #expect(
      step(
        [(claude, .crashed)],
        policy(RunLimits(), [candidate(claude), candidate(codex, cost: 2), candidate(other)]), money: 1)
        == .start(other, afterSeconds: 0))
    #expect(
      step([(claude, .crashed), (codex, .crashed), (other, .crashed)])
        == .end(.blocked("crashed, and no other agent may take it")))
  }

  @Test func `attempts and time are bounded`() {
    #expect(
      step([(claude, .crashed), (codex, .refused)], policy(RunLimits(attempts: 2)))
        == .end(.blocked("refused, and 2 agents were started, which is the limit of a run")))
    #expect(
      step([(claude, .crashed)], policy(RunLimits(timeInSeconds: 60)), elapsed: 60)
        == .end(.blocked("crashed, and the time of a run (60 s) is up")))
    #expect(step([(claude, .overloaded)], policy(RunLimits(timeInSeconds: 60)), elapsed: 55) == .end(.later))
  }

  @Test func `trouble that is not the task's does not block it`() {
    let alone = policy(RunLimits(retries: 0), [candidate(claude)])
    for kind in [FailureClass.notInstalled, .notAuthenticated, .rateLimited, .overloaded] {
      #expect(step([(claude, kind)], alone) == .end(.later))
    }
  }

  /// Whatever fails in whatever order: a run ends, within its limits, and nobody is tried after the end.
  @Test(arguments: 0..<200) func `every sequence of failures ends`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let limits = RunLimits(attempts: Int.random(in: 1...6, using: &random), retries: 2)
    var attempts: [Attempt] = []
    var agent = claude
    while true {
      let kind = FailureClass.allCases.randomElement(using: &random) ?? .crashed
      attempts.append(Attempt(agent, Failure(kind, "words")))
      #expect(attempts.count <= limits.attempts)
      guard
        case .start(let next, let wait) = policy(limits).step(
          after: attempts, at: now, elapsed: 0, money: nil)
      else { return }
      #expect((0...120).contains(wait))
      if next != agent { #expect(!attempts.map(\.agent).contains(next)) }
      agent = next
    }
  }
}
