@testable import PairCore
import Testing

/// Agents, teammates' logs and the budget's ref say numbers; none of them may end the program.
@Suite struct NumbersFromOutsideTests {
  private let numbers = [Int.min, Int.min + 1, -1_000_000, -1, 0, 1, 1_000_000, Int.max - 1, Int.max]
  private let amounts = [-Double.infinity, -1e308, -1.5, -0.0, 0, 1e-300, 0.5, 1e15, 1e308, .infinity, .nan]
  private let noon = Timestamp("2026-11-22T12:00:00Z")!

  private func event(_ trailers: String) throws -> TaskEvent {
    try #require(
      TaskEvent(message: "S\n\nPairCoder-Event: claimed\nPairCoder-Task: T-1\n\(trailers)\n"))
  }

  private func settlement(_ usage: Usage, _ cost: Dollars) -> Settlement {
    Settlement(
      at: noon, run: RunID("r-1")!, task: TaskID(rawValue: "T-1")!, agent: .codexCLI, model: nil,
      usage: usage, cost: cost, basis: .priced, overshoot: cost)
  }

  @Test func `token counts of any size add up to no less than the largest number`() {
    for a in numbers {
      for b in numbers {
        let one = Usage(inputTokens: a, cachedInputTokens: a, outputTokens: a, costInUSD: Double(a))
        let other = Usage(inputTokens: b, cachedInputTokens: b, outputTokens: b, costInUSD: Double(b))
        let sum = (one + other).outputTokens
        let (exact, overflow) = a.addingReportingOverflow(b)
        #expect(sum == (overflow ? (a < 0 ? .min : .max) : exact))
        #expect((one - other).inputTokens >= 0)
        #expect((one + other).cost(for: AgentProfile.builtIn[1]).isFinite)
        #expect(
          one.cost(
            for: AgentProfile.builtIn[1],
            prices: PriceList(standard: .init(input: 1e6, cachedInput: 1e6, output: 1e6))
          ).isFinite)
      }
    }
    #expect((Usage(costInUSD: 1e308) + Usage(costInUSD: 1e308)).costInUSD == .greatestFiniteMagnitude)
    #expect((Usage(inputTokens: .max) - Usage(inputTokens: .min)).inputTokens == .max)
  }

  @Test func `a budget of the largest numbers is summed up and shown`() {
    let line =
      "2026-11-22T14:03:59Z\tr-1\tT1\ta\tm\t\(Int.max)\t\(Int.max)\t\(Int.max)\t999999999999.999999\tpriced\t999999999999.999999\n"
    let parsed = BudgetText.settlements(Array(String(repeating: line, count: 20).utf8))
    #expect(parsed.values.count == 20)
    let total = CostReport(parsed.values, by: .model).total
    #expect(total.usage == Usage(inputTokens: .max, cachedInputTokens: .max, outputTokens: .max))
    #expect(total.cost == Dollars(millionths: .max))
    let budget = Budget(settlements: parsed.values)
    for status in budget.statuses(
      under: BudgetLimits(daily: Dollars(1), monthly: Dollars(.infinity)), at: noon)
    {
      #expect(status.isReached)
      #expect(status.warning?.isEmpty == false)
    }
  }

  @Test func `every amount is written so that it reads back`() {
    for cost in amounts.map({ Dollars($0) }) + numbers.map(Dollars.init(millionths:)) {
      let written = BudgetText.line(settlement(Usage(inputTokens: .max, outputTokens: .min), cost))
      let parsed = BudgetText.settlements(Array(written.utf8))
      #expect(parsed.unreadable.isEmpty, "\(written)")
      #expect(parsed.values.map(\.usage.outputTokens) == [.min])
      let most = Dollars(millionths: 999_999_999_999_999_999)
      #expect(parsed.values.map(\.cost) == [min(max(cost, .zero), most)])
    }
  }

  @Test(arguments: [
    "\(Int.max)", "\(Int.min)", "-1", "0", "1000000001", "1e308", "NaN", "99999999999999999999",
  ])
  func `a count in a log that nobody can have reached says nothing`(_ number: String) throws {
    let event = try event("PairCoder-Fence: \(number)\nPairCoder-Round: \(number)")
    #expect(event.details.fence == nil)
    #expect(event.details.round == nil)
    let state = TaskState(task: event.task, entries: [event, event].map { (object(1), $0) })
    #expect(state.claims == 2)
  }

  @Test(
    arguments: [
      ("NaN", nil), ("nan", nil), ("inf", nil), ("-inf", nil), ("-1", nil), ("-1e308", nil), ("words", nil),
      ("1e308", 1_000_000_000), ("0.5", 0.5), ("0.0000", 0),
    ] as [(String, Double?)])
  func `a cost in a log is an amount of money, or nothing`(_ text: String, _ cost: Double?) throws {
    #expect(try event("PairCoder-Cost-USD: \(text)").details.costInUSD == cost)
  }

  @Test(arguments: [Int64.min, Int64.min + 1, -62_167_219_201, 253_402_300_800, .max - 1, .max])
  func `a moment beyond all years is the first or the last`(_ seconds: Int64) {
    let moment = Timestamp(secondsSince1970: seconds)
    #expect(moment.description == (seconds < 0 ? "0000-01-01T00:00:00Z" : "9999-12-31T23:59:59Z"))
    #expect(Timestamp(moment.description) == moment)
    let failure = Failure(.rateLimited, "words", until: moment)
    let policy = FailurePolicy(
      limits: RunLimits(),
      candidates: [.init(agent: .claudeCode, estimatedCostInUSD: .nan, contextLimit: .max)])
    let step = policy.step(
      after: [.init(.claudeCode, failure)], at: Timestamp(secondsSince1970: ~seconds), elapsed: .max,
      money: nil)
    #expect(step == .end(.later))
  }

  @Test func `scopes and complexities of any size have an estimate`() throws {
    for number in numbers {
      var metadata = TaskMetadata()
      metadata.complexity = number
      let file = ResolvedScope.File(path: "a.py", sizeInBytes: number)
      let scope = ResolvedScope(existing: [file, file], missing: ["b.py"], mentioned: [file, file])
      let brief = TaskBrief(of: try makeTask(metadata: metadata))
      let found = TaskCharacteristics(of: brief, in: scope)
      #expect((0...100).contains(found.complexityPoints))
      #expect(found.tokenRange.low >= 0)
      #expect(found.tokenRange.high < 1_000_000_000)
    }
  }

  @Test func `amounts are shown whatever they are`() {
    for amount in amounts {
      #expect(!Dollars(amount).text.isEmpty)
      #expect(!amount.inDollars.isEmpty)
      #expect(!amount.fixed(digits: 6).isEmpty)
      #expect(Dollars(amount) - Dollars(-amount) >= .zero)
      #expect(
        CostShare.cap(left: amount, estimate: amount, others: [amount], isAnyRunning: false)?.isInfinite
          != true || amount.isInfinite)
    }
    for one in numbers {
      for other in numbers { #expect(Dollars(millionths: one) - Dollars(millionths: other) >= .zero) }
    }
  }
}
