import Git
import Ledger
import PairCore
import TestSupport
import Testing

private let noon = Timestamp("2026-11-22T12:30:00Z")!
private let log = BudgetLog()

private func reservation(_ number: Int, _ amount: Double) -> Reservation {
  Reservation(
    run: RunID(start: noon, random: UInt64(number)), task: TaskID(rawValue: "T\(number)")!,
    agent: .claudeCode,
    amount: Dollars(amount), at: noon, holder: "a test")
}

private func settlement(_ number: Int, _ cost: Double, at now: Timestamp = noon) -> Settlement {
  Settlement(
    at: now, run: RunID(start: noon, random: UInt64(number)), task: TaskID(rawValue: "T\(number)")!,
    agent: .claudeCode, model: "opus", usage: Usage(inputTokens: number), cost: Dollars(cost),
    basis: .reported)
}

@Suite struct BudgetLogTests {
  let scratch: ScratchRepository
  private let limits = BudgetLimits(daily: Dollars(1))

  init() throws { scratch = try ScratchRepository() }

  private func change(
    at now: Timestamp = noon, _ decide: (inout Budget) throws -> String?
  ) throws {
    try log.change(
      in: scratch.open(), by: ada, at: now, random: { .random(in: 1 ... .max) }, decide)
  }

  @Test func `without a ref nothing is reserved or settled`() throws {
    let reading = try log.read(from: scratch.open(), at: noon)
    #expect(reading.budget == Budget())
    #expect(try log.settlements(since: nil, in: scratch.open()).values.isEmpty)
    try change { _ in nil }
    #expect(try scratch.refs().isEmpty)
  }

  @Test func `what was reserved and settled reads back, and with plain git`() throws {
    try change {
      _ = try $0.reserve(reservation(1, 0.9), under: limits, at: noon)
      return "T1: reserved"
    }
    try change {
      $0.settle(settlement(1, 0.25))
      return "T1: settled"
    }
    try change {
      _ = try $0.reserve(reservation(2, 0.3), under: limits, at: noon)
      return "T2: reserved"
    }
    let budget = try log.read(from: scratch.open(), at: noon).budget
    #expect(budget.reservations == [reservation(2, 0.3)])
    #expect(budget.settlements == [settlement(1, 0.25)])
    #expect(budget.alerted == ["2026-11-22"])
    #expect(
      try scratch.git(["log", "--format=%an: %s", BudgetLog.ref])
        == "Ada: T2: reserved\nAda: T1: settled\nAda: T1: reserved")
    #expect(
      try scratch.git(["ls-tree", "-r", "--name-only", BudgetLog.ref])
        == "2026-11/22/12.tsv\nalerts\nopen.tsv")
    #expect(
      try scratch.git(["cat-file", "blob", BudgetLog.ref + ":2026-11/22/12.tsv"]) + "\n"
        == BudgetText.line(settlement(1, 0.25)))
  }

  @Test func `the month is read for limits, all of it for costs`() throws {
    let moments = ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-22T12:30:00Z"].map {
      Timestamp($0)!
    }
    for (number, moment) in moments.enumerated() {
      try change(at: moment) {
        $0.settle(settlement(number, 0.1, at: moment))
        return "settled"
      }
    }
    #expect(try log.read(from: scratch.open(), at: noon).budget.settlements.map(\.at) == Array(moments[1...]))
    #expect(try log.settlements(since: nil, in: scratch.open()).values.map(\.at) == moments)
    #expect(
      try log.settlements(since: moments[1], in: scratch.open()).values.map(\.at) == Array(moments[1...]))
    let later = Timestamp(secondsSince1970: moments[2].secondsSince1970 + 1)
    #expect(try log.settlements(since: later, in: scratch.open()).values.isEmpty)
  }

  @Test func `what others wrote there is told, counted as nothing and kept`() throws {
    try scratch.write("open.tsv", "mine\n")
    try scratch.write("2026-11/22/12.tsv", "half a li")
    try scratch.commit()
    try scratch.git(["update-ref", BudgetLog.ref, "HEAD"])
    try change {
      $0.settle(settlement(1, 0.1))
      _ = try $0.reserve(reservation(2, 0.1), under: limits, at: noon)
      return "both"
    }
    let reading = try log.read(from: scratch.open(), at: noon)
    #expect(reading.unreadable == ["2026-11/22/12.tsv: half a li", "open.tsv: mine"])
    #expect(reading.budget.settlements == [settlement(1, 0.1)])
    #expect(reading.budget.reservations == [reservation(2, 0.1)])
  }

  /// Eight at once: exactly as many start as the limit has room for, and every cost is counted once.
  @Test func `many who reserve and settle at once share one cap`() throws {
    let started = try Race.run(8) { [scratch, limits] writer in
      let repository = try scratch.open()
      var started = 0
      for number in 0..<10 {
        let id = writer * 100 + number
        let outcome = Result {
          try log.change(in: repository, by: ada, at: noon, random: { UInt64(id + 1) }) { budget in
            _ = try budget.reserve(reservation(id, 0.1), under: limits, at: noon)
            return "\(id) reserved"
          }
        }
        if case .failure(let error) = outcome {
          guard (error as? PairError)?.kind == .tryLater else { throw error }
          continue
        }
        started += 1
        try log.change(in: repository, by: ada, at: noon, random: { UInt64(id + 1) }) { budget in
          budget.settle(settlement(id, 0.05))
          return "\(id) settled"
        }
      }
      return started
    }
    let budget = try log.read(from: scratch.open(), at: noon).budget
    let status = budget.status(.day, under: limits, at: noon)
    // Each needs 0.10 to start and costs 0.05: with 0.95 spent nobody fits any more.
    #expect(budget.reservations.isEmpty)
    #expect(budget.settlements.count == started.reduce(0, +))
    #expect(Set(budget.settlements.map(\.run)).count == budget.settlements.count)
    #expect(status.settled == Dollars(0.95))
    #expect(try scratch.git(["rev-list", "--count", BudgetLog.ref]) == "\(19 * 2)")
  }

  @Test func `many who find the same dead run settle it once`() throws {
    try change {
      _ = try $0.reserve(reservation(1, 0.5), under: limits, at: noon)
      return "reserved"
    }
    let ended = try Race.run(8) { [scratch] writer in
      var isMine = false
      try log.change(in: scratch.open(), by: ada, at: noon, random: { UInt64(writer + 1) }) { budget in
        isMine = budget.end(reservation(1, 0.5), with: settlement(1, 0.5))
        return isMine ? "ended" : nil
      }
      return isMine
    }
    #expect(ended.count { $0 } == 1)
    #expect(try log.read(from: scratch.open(), at: noon).budget.settlements == [settlement(1, 0.5)])
  }

  @Test func `a refusal changes nothing`() throws {
    #expect(throws: PairError.self) {
      try change {
        _ = try $0.reserve(reservation(1, 1.5), under: limits, at: noon)
        return "reserved"
      }
    }
    #expect(try scratch.refs().isEmpty)
  }
}
