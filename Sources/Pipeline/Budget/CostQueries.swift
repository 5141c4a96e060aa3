import Git
import Ledger
package import PairCore
import TaskFiles

/// What was spent, and what may be.
package struct Costs: Sendable {
  package let report: CostReport
  /// Today's and this month's, whether there is a limit or not.
  package let statuses: [BudgetStatus]
  /// Lines of the budget's ref that cannot be read.
  package let unreadable: [String]
}

// What people ask about money.
extension SpendingAccount {
  /// What runs cost since `2026-11-22`, or in `7d`: today and seven days before; throws `usage` for other
  /// texts.
  package func costs(by grouping: CostReport.Grouping, since: String?) throws -> Costs {
    let start = try since.map { try self.start(of: $0) }
    let (settlements, unreadable) = try BudgetLog().settlements(since: start, in: repository)
    return Costs(
      report: CostReport(settlements, by: grouping), statuses: try statuses(), unreadable: unreadable)
  }

  /// How much of the limits is used. Reservations of dead processes do not count: the next run ends them.
  package func statuses() throws -> [BudgetStatus] {
    try livingBudget().statuses(under: workspace.settings().config.budget, at: process.now())
  }

  private func livingBudget() throws -> Budget {
    let read = try budget()
    let living = try read.reservations.filter { try Lease.isHeld($0.task, in: repository) }
    return Budget(reservations: living, settlements: read.settlements)
  }

  private func start(of text: String) throws(PairError) -> Timestamp {
    if text.utf8.count == 10, let day = Timestamp(text) { return day }
    if text.hasSuffix("d"), let days = Int64(text.dropLast()), (0...36_500).contains(days) {
      let today = BudgetWindow(.day, at: process.now()).name
      if let start = Timestamp(today) {
        return Timestamp(secondsSince1970: start.secondsSince1970 - days * 86_400)
      }
    }
    throw PairError(
      .usage, "--since: '\(text.escapedForTerminal(limit: 40))' is neither a day nor a number of days",
      hint: "Write it as 2026-11-22 (in UTC), or as 7d.")
  }

  func forecast() throws -> BudgetForecast {
    BudgetForecast(
      budget: try livingBudget(), limits: try workspace.settings().config.budget, now: process.now(),
      holder: process.holder)
  }

  /// Why the limits would refuse a run of `task` as decided; nil when they would not.
  package func refusal(of task: AgentTask, _ decision: RoutingDecision) throws -> PairError? {
    guard let chosen = decision.chosen else { return nil }
    var forecast = try forecast()
    return try refusal(of: task, by: chosen.agent, costing: chosen.estimatedCostInUSD, &forecast)
  }

  /// Why the limits would refuse a run by `agent`, at a cost in US dollars, after those that `forecast` has counted.
  func refusal(
    of task: AgentTask, by agent: AgentName, costing cost: Double, _ forecast: inout BudgetForecast
  ) throws -> PairError? {
    let state = try workspace.state(of: task.id)
    return forecast.take(
      task.id, agent, Dollars(cost), taskBudget(state, text: task.source.blob, under: forecast.limits))
  }
}

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
