import PairCore
import TaskFiles
import Testing

@Suite struct BudgetSettingsTests {
  @Test func `a budget is read`() throws {
    let config = try parseConfig("orchestrate:\n  budget: {daily: 5.00, monthly: 60, task: 2, alert: 0.5}\n")
    #expect(
      config.budget == BudgetLimits(daily: Dollars(5), monthly: Dollars(60), task: Dollars(2), alert: 0.5))
    let daily = try parseConfig("orchestrate:\n  budget:\n    daily: 0\n").budget
    #expect(daily == BudgetLimits(daily: .zero, monthly: nil, alert: 0.8))
    #expect(try parseConfig("orchestrate:\n  timeout: 5m\n").budget.isUnlimited)
  }

  @Test(arguments: [
    ("daily: -1", "2:19", "'daily' must be from 0 to 1000000 US dollars, not '-1'"),
    ("monthly: $60", "2:21", "'monthly' must be a number, not '$60'"),
    ("task: -1", "2:18", "'task' must be from 0 to 1000000 US dollars, not '-1'"),
    ("alert: 80", "2:19", "'alert' must be a fraction above 0 and up to 1, not '80'"),
    ("alert: 0", "2:19", "'alert' must be a fraction above 0 and up to 1, not '0'"),
    ("weekly: 3", "2:12", "budget has no key 'weekly'"),
  ])
  func `what is no budget is refused where it stands`(text: String, place: String, message: String) {
    do {
      _ = try parseConfig("orchestrate:\n  budget: {\(text)}\n")
      Issue.record("it was read")
    } catch {
      #expect(error.message == message)
      #expect(error.location?.description == "config.yaml:\(place)")
    }
  }

  @Test func `prices are read beside an agent's profile and change nothing of it`() throws {
    let capabilities = try parseCapabilities(
      """
      agents:
        codex:
          prices:
            default: {input: 3, cached: 0.3, output: 15}
            "gpt-5": {input: 1.25, output: 10}
      """)
    #expect(capabilities.profiles == AgentProfile.builtIn)
    #expect(
      capabilities.prices == [
        .codexCLI: PriceList(
          models: ["gpt-5": TokenPrice(input: 1.25, cachedInput: 1.25, output: 10)],
          standard: TokenPrice(input: 3, cachedInput: 0.3, output: 15))
      ])
  }

  @Test(arguments: [
    ("prices: 3", "'prices' must be a mapping, not '3'"),
    ("prices: {gpt-5: {input: 3}}", "the price of gpt-5 has no 'input' or no 'output'"),
    (
      "prices: {gpt-5: {input: -3, output: 1}}",
      "'input' must be from 0 to 1000000 US dollars per million tokens, not '-3'"
    ),
    ("prices: {gpt-5: {input: 3, output: 1, cache: 1}}", "the price of gpt-5 has no key 'cache'"),
    ("price: {gpt-5: {input: 3, output: 1}}", "an agent has no key 'price'"),
  ])
  func `what is no price is refused`(text: String, message: String) {
    do {
      _ = try parseCapabilities("agents:\n  codex:\n    \(text)\n")
      Issue.record("it was read")
    } catch {
      #expect(error.message == message)
    }
  }
}
