import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct BudgetForecastTests {
  private let now = Timestamp(secondsSince1970: StoryClock.start)

  private func forecast(_ limits: BudgetLimits, spent: Double = 0) throws -> BudgetForecast {
    var budget = Budget()
    budget.settle(
      Settlement(
        at: now, run: RunID(start: now, random: 9), task: try TaskID("T-0"), agent: .claudeCode, model: nil,
        usage: Usage(), cost: Dollars(spent), basis: .estimated))
    return BudgetForecast(budget: budget, limits: limits, now: now, holder: "a test")
  }

  @Test func `each run that fits leaves less to those after it`() throws {
    var forecast = try forecast(BudgetLimits(daily: Dollars(5)), spent: 1)
    let id = try TaskID("T-1")
    #expect(forecast.take(id, .claudeCode, Dollars(3), nil) == nil)
    #expect(forecast.take(id, .claudeCode, Dollars(2), nil)?.kind == .tryLater)
    // One that is refused costs nothing.
    #expect(forecast.take(id, .claudeCode, Dollars(1), nil) == nil)
    #expect(forecast.take(id, .claudeCode, Dollars(0.01), nil)?.kind == .tryLater)
    #expect(forecast.take(id, .claudeCode, Dollars(6), nil)?.kind == .failed)
  }

  @Test func `recipes, and what costs nothing, always fit`() throws {
    var forecast = try forecast(BudgetLimits(daily: .zero))
    #expect(forecast.take(try TaskID("T-1"), .recipe, Dollars(9), nil) == nil)
    #expect(forecast.take(try TaskID("T-1"), .claudeCode, .zero, nil) == nil)
  }

  @Test func `the limit of a task refuses it and uses nothing of the day`() throws {
    var forecast = try forecast(BudgetLimits(daily: Dollars(5)))
    let id = try TaskID("T-1")
    let status = TaskBudgetStatus(limit: Dollars(1), state: TaskState(task: id), text: nil)
    #expect(forecast.take(id, .claudeCode, Dollars(2), status)?.kind == .failed)
    #expect(forecast.take(id, .claudeCode, Dollars(5), nil) == nil)
  }

  @Test func `what a task would cost is refused by its own limit and by the day's`() throws {
    let story = try Story(
      "---\n", [Workspace.configPath: "orchestrate:\n  budget: {daily: 5, task: 2}\n"])
    let account = SpendingAccount(story.workspace)
    var forecast = try account.forecast()
    func refusal(_ cost: Double) throws -> PairError? {
      try account.refusal(of: story.task, by: .codexCLI, costing: cost, &forecast)
    }
    #expect(try refusal(2) == nil)
    #expect(try refusal(3)?.message.contains("the limit of $2.00 for a task") == true)
    #expect(try refusal(2) == nil)
    #expect(try refusal(2)?.message.contains("the daily limit of $5.00 leaves $1.00") == true)
  }
}
