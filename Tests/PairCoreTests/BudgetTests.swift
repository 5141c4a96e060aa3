import PairCore
import TestSupport
import Testing

private let noon = Timestamp("2026-11-22T12:00:00Z")!
private let claude = AgentName.claudeCode

private func reservation(
  _ number: UInt64, _ amount: Double, task: String = "TASK-1", at now: Timestamp = noon
) -> Reservation {
  Reservation(
    run: RunID(start: noon, random: number), task: TaskID(rawValue: task)!, agent: claude,
    amount: Dollars(amount), at: now, holder: "process 1 on host")
}

private func settlement(
  _ number: UInt64, _ cost: Double, at now: Timestamp = noon, agent: AgentName = claude
) -> Settlement {
  Settlement(
    at: now, run: RunID(start: noon, random: number), task: TaskID(rawValue: "TASK-1")!, agent: agent,
    model: nil, usage: Usage(), cost: Dollars(cost), basis: .reported)
}

@Suite struct BudgetTests {
  private let limits = BudgetLimits(daily: Dollars(0.3), monthly: Dollars(1))

  @Test func `a limit can be met exactly and not be passed by a millionth`() throws {
    var budget = Budget(settlements: [settlement(1, 0.1)])
    _ = try budget.reserve(reservation(2, 0.2), under: limits, at: noon)
    #expect(budget.status(.day, under: limits, at: noon).left == .zero)
    var other = Budget(settlements: [settlement(1, 0.1)])
    #expect(throws: PairError.self) {
      _ = try other.reserve(reservation(2, 0.200001), under: limits, at: noon)
    }
    #expect(other.reservations.isEmpty)
  }

  @Test func `who does not fit today may try tomorrow, and is told when that is`() throws {
    var budget = Budget(reservations: [reservation(1, 0.1)], settlements: [settlement(2, 0.15)])
    do {
      _ = try budget.reserve(reservation(3, 0.1), under: limits, at: noon)
      Issue.record("it was let through")
    } catch {
      #expect(error.kind == .tryLater)
      #expect(
        error.message
          == "claude-code is expected to cost $0.10 for TASK-1, and the daily limit of $0.30 leaves $0.05 ($0.15 spent and $0.10 reserved)"
      )
      #expect(error.hint?.hasPrefix("The next day starts at 2026-11-23T00:00:00Z. ") == true)
    }
    let tomorrow = Timestamp("2026-11-23T00:00:00Z")!
    _ = try budget.reserve(reservation(3, 0.1), under: limits, at: tomorrow)
  }

  @Test func `a refusal does not say that one amount is more than the same`() throws {
    var budget = Budget(settlements: [settlement(2, 0.07)])
    let error = try #require(throws: PairError.self) {
      _ = try budget.reserve(reservation(3, 0.2301), under: limits, at: noon)
    }
    #expect(error.message.hasPrefix("claude-code is expected to cost $0.2301 for TASK-1, and "))
    #expect(error.message.contains(" leaves $0.2300 ("))
  }

  @Test func `the month counts what all its days cost`() throws {
    let days = (1...9).map { settlement($0, 0.1, at: Timestamp("2026-11-0\($0)")!) }
    var budget = Budget(settlements: days)
    do {
      _ = try budget.reserve(reservation(3, 0.11), under: limits, at: noon)
      Issue.record("it was let through")
    } catch {
      #expect(error.kind == .tryLater)
      #expect(error.hint?.hasPrefix("The next month starts at 2026-12-01T00:00:00Z. ") == true)
    }
    _ = try budget.reserve(reservation(3, 0.1), under: limits, at: noon)
  }

  @Test func `what is over a limit by itself never fits`() {
    var budget = Budget()
    do {
      _ = try budget.reserve(reservation(1, 0.4), under: limits, at: noon)
      Issue.record("it was let through")
    } catch {
      #expect(error.kind == .failed)
      #expect(error.message.hasSuffix("which is over the daily limit of $0.30 by itself"))
    }
  }

  @Test func `what costs nothing fits even after an overshoot`() throws {
    var budget = Budget(settlements: [settlement(1, 5)])
    _ = try budget.reserve(reservation(2, 0), under: limits, at: noon)
    #expect(throws: PairError.self) { _ = try budget.reserve(reservation(3, 0.01), under: limits, at: noon) }
  }

  @Test func `a run has one reservation, which its settlement ends`() throws {
    var budget = Budget()
    _ = try budget.reserve(reservation(1, 0.3), under: limits, at: noon)
    _ = try budget.reserve(reservation(1, 0.2), under: limits, at: noon)
    #expect(budget.reservations == [reservation(1, 0.2)])
    budget.settle(settlement(1, 0.05))
    #expect(budget.reservations.isEmpty)
    #expect(budget.status(.day, under: limits, at: noon).settled == Dollars(0.05))
  }

  @Test func `a run that costs more gets what is left and keeps what it has`() throws {
    var budget = Budget(reservations: [reservation(1, 0.1), reservation(2, 0.1)])
    let run = reservation(1, 0).run
    do {
      let got = budget.raise(run, to: Dollars(0.15), under: limits, at: noon); #expect(got == Dollars(0.15))
    }
    do {
      let got = budget.raise(run, to: Dollars(0.9), under: limits, at: noon); #expect(got == Dollars(0.2))
    }
    do {
      let got = budget.raise(run, to: Dollars(0.05), under: limits, at: noon); #expect(got == Dollars(0.2))
    }
    do {
      let got = budget.raise(run, to: Dollars(9), under: BudgetLimits(), at: noon); #expect(got == Dollars(9))
    }
    do {
      let got = budget.raise(RunID("other")!, to: Dollars(1), under: limits, at: noon); #expect(got == nil)
    }
  }

  @Test func `a dead run's reservation is ended once`() {
    var budget = Budget(reservations: [reservation(1, 0.1), reservation(2, 0.1)])
    let first = budget.end(reservation(1, 0.1), with: settlement(1, 0.02))
    #expect(first)
    let second = budget.end(reservation(1, 0.1), with: settlement(1, 0.02))
    #expect(!second)
    let other = budget.end(reservation(2, 0.1), with: nil)
    #expect(other)
    #expect(budget.reservations.isEmpty)
    #expect(budget.settlements == [settlement(1, 0.02)])
  }

  @Test func `that a limit is near is told once in its window`() throws {
    var budget = Budget()
    let far = try budget.reserve(reservation(1, 0.23), under: limits, at: noon)
    #expect(far.isEmpty)
    let near = try budget.reserve(reservation(2, 0.01), under: limits, at: noon)
    #expect(
      near.map(\.warning) == [
        "$0.24 of the daily limit of $0.30 are used (80 %, $0.24 of it reserved)"
      ])
    let told = try budget.reserve(reservation(3, 0.01), under: limits, at: noon)
    #expect(told.isEmpty)
    for number in 1...3 { budget.settle(settlement(UInt64(number), 0.08)) }
    let tomorrow = Timestamp("2026-11-23T09:00:00Z")!
    let next = try budget.reserve(reservation(4, 0.25), under: limits, at: tomorrow)
    #expect(next.map(\.window.name) == ["2026-11-23"])
    #expect(budget.alerted == ["2026-11-23"])
  }

  @Test func `a limit that is reached says so, with the end of its window`() {
    let budget = Budget(reservations: [reservation(1, 0.1)], settlements: [settlement(2, 0.25)])
    let status = budget.status(.day, under: limits, at: noon)
    #expect(status.isReached)
    #expect(
      status.warning
        == "the daily limit of $0.30 is reached ($0.35, $0.10 of it reserved); the next day starts at 2026-11-23T00:00:00Z"
    )
    #expect(status.left == .zero)
    #expect(budget.status(.month, under: limits, at: noon).warning == nil)
    #expect(budget.status(.day, under: BudgetLimits(), at: noon).warning == nil)
  }

  /// Whatever runs do, in whatever order: what starts fits, and what goes on beyond that is what it was told it
  /// may not.
  @Test(arguments: 0..<200)
  func `reserved and settled never pass a limit but by an overshoot`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let limits = BudgetLimits(
      daily: Dollars(millionths: .random(in: 0...3_000_000, using: &random)),
      monthly: Dollars(millionths: .random(in: 0...5_000_000, using: &random)))
    var budget = Budget()
    var overshoot = Dollars.zero
    var expected = Dollars.zero
    for step in 0..<60 {
      let now = Timestamp(secondsSince1970: noon.secondsSince1970 + Int64(step) * 600)
      let amount = Dollars(millionths: .random(in: 0...600_000, using: &random))
      let open = budget.reservations.randomElement(using: &random)
      switch (Int.random(in: 0..<4, using: &random), open) {
      case (0, let open?):
        let allowed = try #require(budget.allowance(for: open.run, under: limits, at: now))
        overshoot = overshoot + (amount - max(allowed, open.amount))
        budget.settle(
          Settlement(
            at: now, run: open.run, task: open.task, agent: claude, model: nil, usage: Usage(), cost: amount,
            basis: .priced))
        expected = expected + amount
      case (1, let open?):
        let before = open.amount
        let raised = budget.raise(open.run, to: amount, under: limits, at: now)
        let after = try #require(raised)
        #expect(after >= before)
      case (2, let open?):
        let ended = budget.end(open, with: nil)
        #expect(ended)
      default:
        _ = try? budget.reserve(  // Refused is as good as let through here.
          reservation(UInt64(step), amount.amount, at: now), under: limits, at: now)
      }
      for status in budget.statuses(under: limits, at: now) {
        #expect(status.used <= (try #require(status.limit)) + overshoot)
      }
      #expect(Set(budget.reservations.map(\.run)).count == budget.reservations.count)
    }
    #expect(budget.settlements.reduce(Dollars.zero) { $0 + $1.cost } == expected)
  }
}

@Suite struct BudgetWindowTests {
  @Test(
    arguments: [
      ("2026-11-22T00:00:00Z", "2026-11-22", "2026-11-23T00:00:00Z", "2026-11", "2026-12-01T00:00:00Z"),
      ("2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01T00:00:00Z", "2026-12", "2027-01-01T00:00:00Z"),
      ("2028-02-28T10:00:00Z", "2028-02-28", "2028-02-29T00:00:00Z", "2028-02", "2028-03-01T00:00:00Z"),
      ("1969-12-31T10:00:00Z", "1969-12-31", "1970-01-01T00:00:00Z", "1969-12", "1970-01-01T00:00:00Z"),
    ])
  func `days and months are those of UTC`(
    moment: String, day: String, dayEnd: String, month: String, monthEnd: String
  ) throws {
    let now = try #require(Timestamp(moment))
    #expect(BudgetWindow(.day, at: now).name == day)
    #expect(BudgetWindow(.day, at: now).end.description == dayEnd)
    #expect(BudgetWindow(.month, at: now).name == month)
    #expect(BudgetWindow(.month, at: now).end.description == monthEnd)
    #expect(!BudgetWindow(.day, at: now).contains(BudgetWindow(.day, at: now).end))
  }

  @Test func `what a moment writes it reads`() {
    for seconds in stride(from: Int64(-3_000_000_000), to: 5_000_000_000, by: 86_399 * 211) {
      let moment = Timestamp(secondsSince1970: seconds)
      #expect(Timestamp(moment.description) == moment)
    }
  }

  @Test(arguments: [
    "", "2026", "2026-13-01", "2026-02-30", "2026-00-10", "2026-1-1", "2026-11-22T24:00:00Z",
    "2026-11-22 10:00:00Z", "2026-11-22T10:00:00+", "yesterday!", "20261-1-22",
  ])
  func `what is no moment is none`(text: String) { #expect(Timestamp(text) == nil) }
}

@Suite struct DollarsTests {
  @Test func `sums do not depend on their order`() {
    let amounts = (0..<1_000).map { Dollars(Double($0) * 0.0001 + 0.1) }
    #expect(amounts.reduce(.zero, +) == amounts.reversed().reduce(.zero, +))
    #expect(Dollars(0.1) + Dollars(0.2) == Dollars(0.3))
    #expect(Dollars(0.1) - Dollars(0.2) == .zero)
  }

  @Test func `amounts beyond all bounds stay in bounds`() {
    #expect(Dollars(.nan) == .zero)
    #expect(Dollars(.infinity).amount == 1_000_000_000)
    let most = Dollars(millionths: .max)
    #expect(most + most == most)
    #expect(Dollars(0.0000004) == .zero)
    #expect(Dollars(0.0000006) == Dollars(millionths: 1))
  }
}
