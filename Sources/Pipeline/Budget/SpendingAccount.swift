import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

/// What runs may spend and have spent: the one place that reserves and settles money.
package final class SpendingAccount: StatelessRoom {
  /// How much of what a task may cost is used; nil without such a limit.
  func taskBudget(_ state: TaskState, text: ObjectID?, under limits: BudgetLimits) -> TaskBudgetStatus? {
    limits.task.map { TaskBudgetStatus(limit: $0, state: state, text: text) }
  }

  /// Sets aside what `attempt` is expected to cost, unless its run has done so already. Recipes cost nothing.
  /// Throws `tryLater` when the limits leave less, `failed` when they never leave that much, or the task's
  /// limit does not.
  func reserve(for attempt: AgentAttempt) throws {
    guard attempt.agent != .recipe else { return }
    let now = process.now()
    let reservation = attempt.reservation(at: now, holder: process.holder)
    try attempt.taskBudget?.requireRoom(for: reservation)
    var near: [BudgetStatus] = []
    try change { budget in
      near = []
      let own = budget.reservations.first { $0.run == attempt.run }
      if own?.agent == attempt.agent { return nil }
      near = try budget.reserve(reservation, under: attempt.spending.limits, at: now)
      return "\(attempt.task): \(reservation.amount.text) reserved for \(attempt.agent)"
    }
    for warning in near.compactMap(\.warning) { say("note: \(warning)") }
  }

  /// What stops an agent that costs too much, nil without a limit; and what it may cost, as known now.
  func guardSpending(on attempt: AgentAttempt) throws -> (guard: SpendingGuard?, maxCostInUSD: Double?) {
    let (limits, process) = (attempt.spending.limits, process)
    guard attempt.agent != .recipe, attempt.cap != nil || !limits.isUnlimited else { return (nil, nil) }
    let now = process.now()
    let allowance = try BudgetLog().read(from: repository, at: now).budget
      .allowance(for: attempt.run, under: limits, at: now)
    let watch = SpendingGuard(cap: attempt.cap, reserved: attempt.estimate, hasLimits: !limits.isUnlimited) {
      usage, told in
      attempt.spending.cost(of: usage, by: attempt.agent, model: told ?? attempt.model, attempt.profiles)
    } raise: { amount in
      // The workspace of this command belongs to the task that waits for the agent.
      try SpendingAccount(Workspace(process)).raise(attempt, to: amount)
    }
    return (watch, [attempt.cap?.amount, allowance].compactMap(\.self).min()?.amount)
  }

  private func raise(_ attempt: AgentAttempt, to amount: Dollars) throws -> SpendingGuard.Grant {
    let now = process.now()
    let limits = attempt.spending.limits
    var grant: SpendingGuard.Grant = (.zero, nil)
    try change { budget in
      let before = budget
      let raised = budget.raise(attempt.run, to: amount, under: limits, at: now)
      let tightest = budget.statuses(under: limits, at: now, without: attempt.run)
        .filter { $0.limit != nil }.min { ($0.left ?? .zero) < ($1.left ?? .zero) }
      grant = (raised ?? .zero, tightest)
      return budget == before
        ? nil : "\(attempt.task): \(grant.amount.text) reserved for \(attempt.agent), which costs more"
    }
    return grant
  }

  func settle(_ report: AgentReport, of attempt: AgentAttempt) throws {
    guard attempt.agent != .recipe else { return }
    let now = process.now()
    let cost = attempt.cost(of: report)
    var overshoot = Dollars.zero
    try change { budget in
      let left = budget.allowance(for: attempt.run, under: attempt.spending.limits, at: now)
      overshoot =
        [attempt.cap?.amount, left].compactMap(\.self).min().map { Dollars(cost.inUSD) - $0 } ?? .zero
      budget.settle(
        Settlement(
          at: now, run: attempt.run, task: attempt.task, agent: attempt.agent,
          model: report.model ?? attempt.model, usage: report.usage, cost: Dollars(cost.inUSD),
          basis: cost.basis, overshoot: overshoot))
      return "\(attempt.task): \(cost.inUSD.inDollars) settled for \(attempt.agent)"
    }
    if overshoot > .zero {
      say("  note: it cost \(cost.inUSD.inDollars), \(overshoot.text) over what it was allowed")
    }
  }

  /// Makes the change that `decide` makes to the budget, and records the sentence that it returns.
  func change(_ decide: (inout Budget) throws -> String?) throws {
    let user = try workspace.requireUser()
    try BudgetLog().change(in: repository, by: user, at: user.time, random: process.random, decide)
  }

  /// The budget of this month as it is recorded.
  func budget() throws -> Budget { try BudgetLog().read(from: repository, at: process.now()).budget }

  /// What `run` has settled since it began: its id tells when that was, to a day, since clocks are set back.
  func spent(by run: RunID) throws -> Dollars {
    let since = run.start.map { Timestamp(secondsSince1970: $0.secondsSince1970 - 86_400) }
    return try BudgetLog().settlements(since: since, in: repository).values
      .reduce(.zero) { $1.run == run ? $0 + $1.cost : $0 }
  }

  /// What `run` spent that its task's log does not say yet, in US dollars; nil for nothing.
  func unloggedCost(of run: RunID, in record: TaskRecord) throws -> Double? {
    let logged = record.events.filter { $0.details.run == run }
      .reduce(Dollars.zero) { $0 + Dollars($1.details.costInUSD ?? 0) }
    let rest = try spent(by: run) - logged
    return rest == .zero ? nil : rest.amount
  }
}
