import PairCore

/// Which runs the limits would let start, one after the other, if each cost what it is expected to.
struct BudgetForecast {
  private(set) var budget: Budget
  let limits: BudgetLimits
  let now: Timestamp
  let holder: String

  /// Counts a run of `task` as spent from now on, where it fits; why it would be refused, where not.
  mutating func take(
    _ task: TaskID, _ agent: AgentName, _ amount: Dollars, _ taskBudget: TaskBudgetStatus?
  ) -> PairError? {
    if agent == .recipe { return nil }
    let run = RunID(start: now, random: 0)
    let reservation = Reservation(run: run, task: task, agent: agent, amount: amount, at: now, holder: holder)
    do {
      try taskBudget?.requireRoom(for: reservation)
      _ = try budget.reserve(reservation, under: limits, at: now)
    } catch {
      return error
    }
    budget.settle(
      Settlement(
        at: now, run: run, task: task, agent: agent, model: nil, usage: Usage(), cost: amount,
        basis: .estimated))
    return nil
  }
}
