import PairCore
import Testing

@Suite struct BudgetTextTests {
  private let at = Timestamp("2026-11-22T14:03:59Z")!

  private func settlement(model: String? = "gpt-5", cost: Double = 0.017) -> Settlement {
    Settlement(
      at: at, run: RunID("20261122T140000-00000a")!, task: TaskID(rawValue: "T29.2")!, agent: .codexCLI,
      model: model, usage: Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100),
      cost: Dollars(cost), basis: .priced, overshoot: Dollars(0.000001))
  }

  @Test func `a settlement is a line that people can read, too`() {
    #expect(
      BudgetText.line(settlement())
        == "2026-11-22T14:03:59Z\t20261122T140000-00000a\tT29.2\tcodex-cli\tgpt-5\t1600\t400\t100\t0.017000\tpriced\t0.000001\n"
    )
  }

  @Test(arguments: [nil, "gpt-5", "with words", "ümläut"] as [String?])
  func `what is written reads back`(model: String?) {
    let values = [settlement(model: model), settlement(cost: 123_456.789), settlement(cost: 0)]
    let parsed = BudgetText.settlements(Array(values.map(BudgetText.line).joined().utf8))
    #expect(parsed.values == values)
    #expect(parsed.unreadable.isEmpty)

    let reservation = Reservation(
      run: RunID("r-1")!, task: TaskID(rawValue: "T1")!, agent: .claudeCode, amount: Dollars(0.45), at: at,
      holder: "process 1 on host since now")
    #expect(BudgetText.reservations(Array(BudgetText.line(reservation).utf8)).values == [reservation])
  }

  @Test func `a model's name makes no other line or field`() {
    let parsed = BudgetText.settlements(
      Array(BudgetText.line(settlement(model: "a\tb\nc\r\u{2028}d")).utf8))
    #expect(parsed.values.map(\.model) == ["a b c d"])
    #expect(parsed.unreadable.isEmpty)
  }

  @Test(arguments: [
    "words", "2026-11-22T14:03:59Z\trun\tT1\ta\tm\t1\t1\t1\t0.5\tpriced\t0.000000",
    "2026-11-22T14:03:59Z\trun\tT1\ta\tm\t1\t1\t1\t-0.500000\tpriced\t0.000000",
    "2026-11-22T14:03:59Z\trun\tT1\ta\tm\t1\t1\t1\t0.500000\tguessed\t0.000000",
    "2026-11-22T14:03:59Z\t../run\tT1\ta\tm\t1\t1\t1\t0.500000\tpriced\t0.000000",
    "2026-11-22T14:03:59Z\trun\tT1\ta\tm\t1\t1\t1\t9999999999999.000000\tpriced\t0.000000",
  ])
  func `a line of another form is told, never guessed at`(line: String) {
    let good = BudgetText.line(settlement())
    let parsed = BudgetText.settlements(Array((good + line + "\n" + good).utf8))
    #expect(parsed.values == [settlement(), settlement()])
    #expect(parsed.unreadable == [line])
    #expect(BudgetText.reservations(Array(line.utf8)).unreadable == [line])
  }
}

@Suite struct CostReportTests {
  private func settlement(
    _ run: String, _ task: String, _ agent: AgentName, _ model: String?, day: String, _ cost: Double,
    _ basis: Settlement.Basis
  ) -> Settlement {
    Settlement(
      at: Timestamp("\(day)T23:59:59Z")!, run: RunID(run)!, task: TaskID(rawValue: task)!, agent: agent,
      model: model, usage: Usage(inputTokens: 10, cachedInputTokens: 5, outputTokens: 1), cost: Dollars(cost),
      basis: basis, overshoot: Dollars(cost == 2 ? 0.5 : 0))
  }

  private var settlements: [Settlement] {
    [
      settlement("r1", "T10", .claudeCode, "opus", day: "2026-11-20", 1, .reported),
      settlement("r1", "T10", .codexCLI, nil, day: "2026-11-21", 2, .priced),
      settlement("r2", "T9", .claudeCode, "opus", day: "2026-11-21", 0.5, .estimated),
    ]
  }

  @Test(
    arguments: [
      (.agent, ["codex-cli", "claude-code"], [2, 1.5], [1, 2]),
      (.task, ["T9", "T10"], [0.5, 3], [1, 1]),
      (.model, ["(not named)", "opus"], [2, 1.5], [1, 2]),
      (.day, ["2026-11-20", "2026-11-21"], [1, 2.5], [1, 2]),
    ] as [(CostReport.Grouping, [String], [Double], [Int])])
  func `costs are summed up by what is asked for`(
    grouping: CostReport.Grouping, keys: [String], costs: [Double], runs: [Int]
  ) {
    let report = CostReport(settlements, by: grouping)
    #expect(report.rows.map(\.key) == keys)
    #expect(report.rows.map(\.cost.amount) == costs)
    #expect(report.rows.map(\.runs) == runs)
    #expect(report.total.cost == Dollars(3.5))
    #expect(report.total.runs == 2)
    #expect(report.total.reported == Dollars(1))
    #expect(report.total.overshoot == Dollars(0.5))
    #expect(report.total.usage == Usage(inputTokens: 30, cachedInputTokens: 15, outputTokens: 3))
  }

  @Test func `the share that agents reported is known where anything was spent`() {
    let report = CostReport(settlements, by: .agent)
    #expect(report.rows.map(\.reportedShare) == [0, 1 / 1.5])
    #expect(CostReport([], by: .agent).total.reportedShare == nil)
  }
}

@Suite struct TokenPriceTests {
  private let usage = Usage(inputTokens: 1_000_000, cachedInputTokens: 2_000_000, outputTokens: 100_000)
  private let prices = PriceList(
    models: ["gpt-5": TokenPrice(input: 1.25, cachedInput: 0.125, output: 10)],
    standard: TokenPrice(input: 3, cachedInput: 0.3, output: 15))
  private let profile = AgentProfile.builtIn[1]

  @Test func `cached input has a price of its own, and is not counted twice`() {
    #expect(usage.cost(for: profile, prices: prices, model: "gpt-5") == 1.25 + 0.25 + 1)
  }

  @Test(
    arguments: [
      ("gpt-5", 2.5), ("gpt-5-20260101", 2.5), ("gpt-5-2026-01-01", 2.5), ("gpt-5-mini", 5.1),
      ("gpt-51", 5.1),
      ("gpt-5-2026010", 5.1), (nil, 5.1), ("-20260101", 5.1),
    ] as [(String?, Double)])
  func `a model's own price counts, else the agent's`(model: String?, cost: Double) {
    #expect(Dollars(usage.cost(for: profile, prices: prices, model: model)) == Dollars(cost))
  }

  @Test func `what the agent reports comes before every price, and cost_per_1k_tokens last`() {
    var reported = usage
    reported.costInUSD = 0.7
    #expect(reported.cost(for: profile, prices: prices, model: "gpt-5") == 0.7)
    #expect(usage.cost(for: profile, prices: PriceList(), model: "gpt-5") == 11)
    let narrow = PriceList(models: prices.models)
    #expect(usage.cost(for: profile, prices: narrow, model: "o9") == 11)
  }
}
