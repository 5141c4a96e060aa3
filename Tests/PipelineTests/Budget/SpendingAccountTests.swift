import Git
import Ledger
import PairCore
import TaskFiles
import Testing

@testable import Pipeline

@Suite(.serialized) struct SpendingAccountTests {
  private func story(_ budget: String = "{daily: 5, monthly: 60}") throws -> Story {
    try Story("---\n", [Workspace.configPath: "orchestrate:\n  budget: \(budget)\n"])
  }

  private func attempt(
    _ story: Story, run: Int = 1, by agent: AgentName = .claudeCode, costing amount: Double = 1,
    taskBudget: TaskBudgetStatus? = nil
  ) throws -> AgentAttempt {
    AgentAttempt(
      run: story.run(run), task: story.id, agent: agent, model: nil, estimate: Dollars(amount), maxCost: nil,
      taskBudget: taskBudget, profiles: AgentProfile.builtIn, spending: try Spending(of: story.workspace))
  }

  private func report(_ cost: Double) -> AgentReport {
    var report = AgentReport()
    report.take(.usage(Usage(inputTokens: 10, costInUSD: cost)))
    return report
  }

  @Test func `a run reserves once, and its next agent in place of the one before`() throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    try account.reserve(for: attempt(story))
    try account.reserve(for: attempt(story, costing: 3))
    #expect(try account.budget().reservations.map(\.amount) == [Dollars(1)])
    try account.reserve(for: attempt(story, by: .codexCLI, costing: 2))
    #expect(try account.budget().reservations.map(\.agent) == [.codexCLI])
    try account.reserve(for: attempt(story, run: 2))
    #expect(try account.budget().reservations.map(\.amount) == [Dollars(2), Dollars(1)])
  }

  @Test(
    arguments: [
      (.claudeCode, 6, .failed), (.claudeCode, 4.5, .tryLater), (.recipe, 6, nil), (.claudeCode, 0, nil),
      (.claudeCode, 4, nil),
    ] as [(AgentName, Double, PairError.Kind?)])
  func `the limits refuse what they do not leave`(
    agent: AgentName, amount: Double, kind: PairError.Kind?
  ) throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    try account.reserve(for: attempt(story, run: 1))
    let error = failure { try account.reserve(for: attempt(story, run: 2, by: agent, costing: amount)) }
    #expect(error?.kind == kind)
    #expect(try account.budget().reservations.count == (kind == nil && agent != .recipe ? 2 : 1))
  }

  @Test func `what a task may cost refuses its run, whatever the day leaves`() throws {
    let story = try story("{task: 2}")
    try story.claim(in: 1)
    try story.say(.failed, in: 1) { $0.costInUSD = 1.5 }
    let account = SpendingAccount(story.workspace)
    let limits = try story.workspace.settings().config.budget
    let text = story.task.source.blob
    let status = try #require(account.taskBudget(story.state, text: text, under: limits))
    #expect(status.left == Dollars(0.5))
    let error = failure { try account.reserve(for: attempt(story, taskBudget: status)) }
    #expect(error?.message.contains("leaves $0.50") == true)
    #expect(try account.budget().reservations.isEmpty)
    // Another text has cost nothing yet, and without a limit nothing is counted.
    #expect(try account.taskBudget(story.state, text: .ofBlob([]), under: limits)?.left == Dollars(2))
    #expect(try account.taskBudget(story.state, text: text, under: BudgetLimits()) == nil)
  }

  @Test func `what a run cost takes the place of what it reserved, and is told where it is over its cap`()
    throws
  {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    try account.reserve(for: attempt(story))
    try account.settle(report(0.25), of: attempt(story))
    #expect(try account.budget().reservations.isEmpty)
    #expect(try account.spent(by: story.run(1)) == Dollars(0.25))
    #expect(story.lines.all.isEmpty)
    let status = TaskBudgetStatus(limit: Dollars(1), state: try story.state, text: nil)
    try account.settle(report(3), of: attempt(story, run: 2, taskBudget: status))
    #expect(story.lines.all == ["  note: it cost $3.00, $2.00 over what it was allowed"])
    #expect(try account.budget().settlements.map(\.overshoot) == [.zero, Dollars(2)])
    try account.settle(report(3), of: attempt(story, run: 3, by: .recipe))
    #expect(try account.spent(by: story.run(3)) == .zero)
  }

  @Test func `that a limit is near is told once in its window`() throws {
    let story = try story("{daily: 5}")
    let account = SpendingAccount(story.workspace)
    for run in 1...5 { try account.reserve(for: attempt(story, run: run, costing: 0.9)) }
    #expect(story.lines.all.count == 1)
    #expect(story.lines.all.first?.hasPrefix("note: $4.50 of the daily limit of $5.00 are used") == true)
  }

  // The settlements of the present month alone were looked at, so the cost of a run that ended after midnight of the
  // last day was missing from its log.
  @Test func `what a run spent counts whichever month it began in`() throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    let attempt = try attempt(story)
    try account.settle(report(0.5), of: attempt)
    story.clock.advance(by: 31 * 86_400)
    #expect(try account.budget().settlements.isEmpty)
    #expect(try account.spent(by: attempt.run) == Dollars(0.5))
    try account.settle(report(0.25), of: attempt)
    #expect(try account.spent(by: attempt.run) == Dollars(0.75))
    #expect(try account.spent(by: story.run(2)) == .zero)
  }

  // A clock that is set back while an agent works hid what that cost.
  @Test func `what a run spent counts whatever became of the clock meanwhile`() throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    let attempt = try attempt(story)
    story.clock.advance(by: -3600)
    try account.settle(report(0.5), of: attempt)
    #expect(try account.spent(by: attempt.run) == Dollars(0.5))
  }

  @Test func `the cost that a log does not say yet is what it lacks`() throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    try story.claim(in: 1)
    #expect(try account.unloggedCost(of: story.run(1), in: story.record) == nil)
    try account.settle(report(0.5), of: attempt(story))
    try account.settle(report(0.25), of: attempt(story))
    try story.say(.retrying, in: 1) { $0.costInUSD = 0.5 }
    #expect(try account.unloggedCost(of: story.run(1), in: story.record) == 0.25)
    try story.say(.failed, in: 1) { $0.costInUSD = 0.25 }
    #expect(try account.unloggedCost(of: story.run(1), in: story.record) == nil)
  }

  @Test func `what dead processes reserved does not count against the limits that people are shown`() throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    try account.reserve(for: attempt(story))
    #expect(try account.statuses().map(\.reserved) == [.zero, .zero])
    let session = try TaskSession(of: story.id, in: story.workspace)
    #expect(try account.statuses().map(\.reserved) == [Dollars(1), Dollars(1)])
    session.close()
  }

  @Test(
    arguments: [
      (nil, 3), ("2027-01-15", 2), ("0d", 2), ("3d", 2), ("20d", 3), ("2027-01-16", 0),
    ] as [(String?, Int)])
  func `costs count from the day that is asked for`(since: String?, count: Int) throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    story.clock.advance(by: -10 * 86_400)
    try account.settle(report(1), of: attempt(story, run: 1))
    story.clock.advance(by: 10 * 86_400)
    for run in 2...3 { try account.settle(report(1), of: attempt(story, run: run)) }
    let costs = try account.costs(by: .task, since: since)
    #expect(costs.report.total.cost == Dollars(Double(count)))
  }

  @Test(arguments: ["yesterday", "-1d", "2027-13-01", "d", "99999d"])
  func `what is no day is refused`(text: String) throws {
    let story = try story()
    let account = SpendingAccount(story.workspace)
    #expect(failure { try account.costs(by: .task, since: text) }?.kind == .usage)
  }
}
