import Foundation
import PairCore
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SpendingGuardTests {
  /// What was asked for, in order.
  private final class Requests: Sendable {
    let amounts = Mutex<[Dollars]>([])
  }

  /// One whose tokens cost a dollar each.
  private func make(
    maxCost: Double? = nil, reserved: Double = 1, hasLimits: Bool = true, leaves: Double = 10,
    _ requests: Requests = Requests()
  ) -> SpendingGuard {
    SpendingGuard(
      cap: maxCost.map { AgentAttempt.Cap(name: "--max-cost", amount: Dollars($0)) },
      reserved: Dollars(reserved),
      hasLimits: hasLimits,
      price: { usage, _ in Double(usage.outputTokens) }
    ) { amount in
      requests.amounts.withLock { $0.append(amount) }
      let now = Timestamp(secondsSince1970: 0)
      let status = Budget().status(.day, under: BudgetLimits(daily: Dollars(leaves)), at: now)
      return (min(amount, Dollars(leaves)), status)
    }
  }

  private func used(_ dollars: Int) -> Usage { Usage(outputTokens: dollars) }

  @Test func `within what is reserved nobody is asked`() {
    let requests = Requests()
    let guardian = make(reserved: 3, requests)
    #expect(guardian.overrun(used(3), nil) == nil)
    #expect(requests.amounts.withLock(\.self).isEmpty)
  }

  @Test func `beyond it half as much again is reserved, once for many messages`() {
    let requests = Requests()
    let guardian = make(requests)
    #expect((2...8).map { guardian.overrun(used($0), nil) } == Array(repeating: nil, count: 7))
    #expect(requests.amounts.withLock(\.self) == [Dollars(3), Dollars(6), Dollars(10.5)])
  }

  @Test func `what the limit does not leave stops it`() {
    let guardian = make(leaves: 4)
    #expect(guardian.overrun(used(4), nil) == nil)
    #expect(
      guardian.overrun(used(5), nil)
        == "it has cost $5.00 so far, and the daily limit of $4.00 leaves it $4.00")
  }

  @Test func `--max-cost stops it whatever the limits leave`() {
    let requests = Requests()
    let guardian = make(maxCost: 2, hasLimits: false, requests)
    #expect(guardian.overrun(used(2), nil) == nil)
    #expect(
      guardian.overrun(used(3), nil) == "it has cost $3.00 so far, and --max-cost leaves it $2.00")
    #expect(requests.amounts.withLock(\.self).isEmpty)
  }

  @Test func `without any limit it may cost what it likes`() {
    #expect(make(hasLimits: false).overrun(used(1_000), nil) == nil)
  }

  /// Reserving opens the repository and moves a ref, which may take as long as other processes like.
  @Test func `while more is being reserved the cap holds, and nothing waits`() throws {
    let (asked, answer) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let guardian = SpendingGuard(
      cap: AgentAttempt.Cap(name: "--max-cost", amount: Dollars(5)), reserved: Dollars(1), hasLimits: true,
      price: { usage, _ in Double(usage.outputTokens) },
      raise: { amount in
        asked.signal()
        answer.wait()
        return (amount, nil)
      })
    let words = try Race.run(2) { [used] number in
      if number == 0 { return guardian.overrun(used(2), nil) }
      asked.wait()
      // A third thread, so that what waits for the first fails the test instead of hanging it.
      let ended = DispatchSemaphore(value: 0)
      let told = Mutex<[String?]>([])
      Thread.detachNewThread {
        let words = [3, 6].map { guardian.overrun(used($0), nil) }
        told.withLock { $0 = words }
        ended.signal()
      }
      let isInTime = ended.wait(timeout: .now() + 10) == .success
      answer.signal()
      return isInTime ? told.withLock { $0.map { $0 ?? "nothing" }.joined(separator: "; ") } : "too late"
    }
    #expect(
      words == [nil, "nothing; it has cost $6.00 so far, and --max-cost leaves it $5.00"])
    #expect(guardian.overrun(used(3), nil) == nil)
  }

  @Test func `what cannot be reserved may not be spent`() {
    let guardian = SpendingGuard(
      cap: nil, reserved: .zero, hasLimits: true, price: { _, _ in 1 },
      raise: { _ in throw PairError(.internal, "the disk is full") })
    #expect(
      guardian.overrun(used(1), nil)
        == "it has cost $1.00 so far, and no more could be reserved: the disk is full")
  }
}
