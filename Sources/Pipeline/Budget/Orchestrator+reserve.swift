import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Sets aside what `turn` is expected to cost, unless its run has done so already. Recipes cost nothing.
  ///
  /// - Throws: `PairError` of kind `tryLater` when the limits leave less, `failed` when they never leave that
  ///   much, or when the task's limit does not.
  func reserve(for turn: AgentAttempt) throws {
    guard turn.agent != .recipe else { return }
    let now = process.now()
    let reservation = turn.reservation(at: now, holder: holder)
    try turn.status?.requireRoom(for: reservation)
    var near: [BudgetStatus] = []
    try change(budgetBy: turn.user, at: now) { budget in
      near = []
      let own = budget.reservations.first { $0.run == turn.run }
      if own?.agent == turn.agent { return nil }
      near = try budget.reserve(reservation, under: turn.spending.limits, at: now)
      return "\(turn.task): \(reservation.amount.text) reserved for \(turn.agent)"
    }
    for warning in near.compactMap(\.warning) { process.say("note: \(warning)") }
  }

  /// What stops an agent whose turn costs too much, nil where nothing limits it, and what it may cost as far as
  /// is known before it starts.
  func guardSpending(on turn: AgentAttempt) throws -> (guard: SpendingGuard?, maxCostInUSD: Double?) {
    let (limits, process) = (turn.spending.limits, process)
    guard turn.agent != .recipe, turn.cap != nil || !limits.isUnlimited else { return (nil, nil) }
    let now = process.now()
    let allowance = try BudgetLog().read(from: repository, at: now).budget
      .allowance(for: turn.run, under: limits, at: now)
    let watch = SpendingGuard(cap: turn.cap, reserved: turn.estimate, hasLimits: !limits.isUnlimited) {
      usage, told in
      turn.spending.cost(of: usage, by: turn.agent, model: told ?? turn.model, turn.profiles)
    } raise: { amount in
      // The one of this command belongs to the task that waits for the agent.
      let orchestrator = Orchestrator(try Workspace(process))
      return try orchestrator.raise(turn, to: amount)
    }
    return (watch, [turn.cap?.amount, allowance].compactMap(\.self).min()?.amount)
  }

  private func raise(_ turn: AgentAttempt, to amount: Dollars) throws -> SpendingGuard.Grant {
    let now = process.now()
    let limits = turn.spending.limits
    var grant: SpendingGuard.Grant = (.zero, nil)
    try change(budgetBy: turn.user, at: now) { budget in
      let before = budget
      let raised = budget.raise(turn.run, to: amount, under: limits, at: now)
      let tightest = budget.statuses(under: limits, at: now, without: turn.run)
        .filter { $0.limit != nil }.min { ($0.left ?? .zero) < ($1.left ?? .zero) }
      grant = (raised ?? .zero, tightest)
      return budget == before
        ? nil : "\(turn.task): \(grant.amount.text) reserved for \(turn.agent), which costs more"
    }
    return grant
  }

  /// Settles what a turn cost.
  func settle(_ report: AgentReport, of turn: AgentAttempt) throws {
    guard turn.agent != .recipe else { return }
    let now = process.now()
    let cost = turn.cost(of: report)
    var overshoot = Dollars.zero
    try change(budgetBy: turn.user, at: now) { budget in
      let left = budget.allowance(for: turn.run, under: turn.spending.limits, at: now)
      overshoot =
        [turn.cap?.amount, left].compactMap(\.self).min().map { Dollars(cost.inUSD) - $0 } ?? .zero
      budget.settle(
        Settlement(
          at: now, run: turn.run, task: turn.task, agent: turn.agent, model: report.model ?? turn.model,
          usage: report.usage, cost: Dollars(cost.inUSD), basis: cost.basis, overshoot: overshoot))
      return "\(turn.task): \(cost.inUSD.inDollars) settled for \(turn.agent)"
    }
    if overshoot > .zero {
      process.say(
        "  note: it cost \(cost.inUSD.inDollars), \(overshoot.text) over what it was allowed")
    }
  }

  func change(
    budgetBy user: Signature, at now: Timestamp, _ decide: (inout Budget) throws -> String?
  ) throws {
    let signature = Signature(name: user.name, email: user.email, time: now)
    try BudgetLog().change(
      in: repository, by: signature, at: now, random: process.random, decide)
  }
}
