@testable import PairCore
import Testing

@Suite struct TaskBudgetStatusTests {
  private let task = TaskID(rawValue: "T-1")!
  private let now = Timestamp(secondsSince1970: 0)

  private func status(limit: Double, spent: Double, on text: Int = 1) -> TaskBudgetStatus {
    var claimed = TaskEvent.Details()
    claimed.text = object(text)
    var failed = TaskEvent.Details()
    failed.costInUSD = spent
    let events = [TaskEvent(.claimed, task, "claimed", claimed), TaskEvent(.failed, task, "failed", failed)]
    let state = TaskState(
      task: task, entries: events.enumerated().map { (object($0.offset + 1), $0.element) })
    return TaskBudgetStatus(limit: Dollars(limit), state: state, text: object(1))
  }

  private func reservation(_ amount: Double) -> Reservation {
    Reservation(
      run: RunID(start: now, random: 1), task: task, agent: .claudeCode, amount: Dollars(amount), at: now,
      holder: "a test")
  }

  @Test func `what fits exactly fits, and what costs nothing always does`() throws {
    try status(limit: 2, spent: 1.5).requireRoom(for: reservation(0.5))
    try status(limit: 2, spent: 3).requireRoom(for: reservation(0))
  }

  @Test func `what another text cost does not count`() throws {
    #expect(status(limit: 2, spent: 1.5, on: 2).left == Dollars(2))
  }

  @Test func `what does not fit is refused with a way to go on`() {
    let error = #expect(throws: PairError.self) {
      try status(limit: 2, spent: 1.5).requireRoom(for: reservation(0.6))
    }
    #expect(error?.kind == .failed)
    #expect(
      error?.message
        == "claude-code is expected to cost $0.60 for T-1, and the limit of $2.00 for a task leaves $0.50 ($1.50 spent on this text)"
    )
    #expect(error?.hint?.hasSuffix(": bpsai-pair retry T-1") == true)
  }

  @Test func `what never fits is told as that`() {
    let error = #expect(throws: PairError.self) {
      try status(limit: 2, spent: 1.5).requireRoom(for: reservation(2.5))
    }
    #expect(
      error?.message
        == "claude-code is expected to cost $2.50 for T-1, which is over the limit of $2.00 for a task by itself"
    )
  }
}
