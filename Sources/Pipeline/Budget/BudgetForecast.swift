import Ledger
package import PairCore
import TaskFiles

/// Which runs the limits would let start, one after the other, if each cost what it is expected to.
struct BudgetForecast {
  private var budget: Budget
  private let limits: BudgetLimits
  private let now: Timestamp

  init(_ budget: Budget, under limits: BudgetLimits, at now: Timestamp) {
    self.budget = budget
    self.limits = limits
    self.now = now
  }

  /// Counts `reservation` as spent from now on, where it fits; why a run would be refused, where not.
  mutating func take(_ reservation: Reservation, _ status: TaskBudgetStatus?) -> PairError? {
    if reservation.agent == .recipe { return nil }
    do {
      try status?.requireRoom(for: reservation)
      _ = try budget.reserve(reservation, under: limits, at: now)
    } catch {
      return error
    }
    budget.settle(
      Settlement(
        at: now, run: reservation.run, task: reservation.task, agent: reservation.agent, model: nil,
        usage: Usage(), cost: reservation.amount, basis: .estimated))
    return nil
  }
}

extension Orchestrator {
  func budgetForecast() throws -> BudgetForecast {
    let now = process.now()
    return BudgetForecast(
      try livingBudget(at: now), under: try workspace.config(at: nil).budget, at: now)
  }

  /// Why the limits would refuse a run of what was decided; nil when they would not.
  package func refusal(of routed: Routed) throws -> PairError? {
    var forecast = try budgetForecast()
    return try refusal(of: routed.task, routed.decision, &forecast)
  }

  func refusal(
    of task: AgentTask, _ decision: RoutingDecision, _ forecast: inout BudgetForecast
  ) throws -> PairError? {
    guard let chosen = decision.chosen else { return nil }
    let now = process.now()
    let limits = try workspace.config(at: nil).budget
    return forecast.take(
      Reservation(
        run: RunID(start: now, random: 0), task: task.id, agent: chosen.agent,
        amount: Dollars(chosen.estimatedCostInUSD), at: now, holder: holder),
      try taskBudgetStatus(of: TaskLog(task.id), text: task.source.blob, under: limits))
  }
}
