import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Sets aside what `assignment` is expected to cost, unless its run has done so already. Recipes cost nothing.
  ///
  /// - Throws: `PairError` of kind `tryLater` when the limits leave less, `failed` when they never leave that much.
  func reserve(for assignment: Assignment, _ spending: Spending, by user: Signature) throws {
    guard assignment.agent != .recipe else { return }
    let now = surroundings.now()
    let reservation = Reservation(
      run: assignment.run, task: assignment.task, agent: assignment.agent,
      amount: Dollars(assignment.estimatedCostInUSD), at: now, holder: holder)
    var near: [BudgetStanding] = []
    try change(budgetBy: user, at: now) { budget in
      near = []
      let own = budget.reservations.first { $0.run == assignment.run }
      if own?.agent == assignment.agent { return nil }
      near = try budget.reserve(reservation, under: spending.limits, at: now)
      return "\(assignment.task): \(reservation.amount.text) reserved for \(assignment.agent)"
    }
    for warning in near.compactMap(\.warning) { surroundings.say("note: \(warning)") }
  }

  /// What stops an agent whose turn costs too much, nil where nothing limits it, and what it may cost as far as
  /// is known before it starts.
  func guardSpending(
    on assignment: Assignment, _ attempt: Attempt
  ) throws -> (guard: SpendingGuard?, maxCostInUSD: Double?) {
    let (spending, user, surroundings) = (attempt.spending, attempt.user, surroundings)
    let maxCost = assignment.maxCostInUSD.map { Dollars($0) }
    guard assignment.agent != .recipe, maxCost != nil || !spending.limits.isUnlimited else {
      return (nil, nil)
    }
    let now = surroundings.now()
    let allowance = try BudgetLog().read(from: repository, at: now).budget
      .allowance(for: assignment.run, under: spending.limits, at: now)
    let profiles = attempt.routed.decision.inputs.profiles
    let model = attempt.model(of: assignment.agent)
    let watch = SpendingGuard(
      maxCost: maxCost, reserved: Dollars(assignment.estimatedCostInUSD),
      hasLimits: !spending.limits.isUnlimited
    ) { usage, told in
      spending.cost(of: usage, by: assignment.agent, model: told ?? model, profiles)
    } raise: { amount in
      // The one of this command belongs to the task that waits for the agent.
      let orchestrator = Orchestrator(try Workspace(surroundings))
      return try orchestrator.raise(assignment, to: amount, spending, by: user)
    }
    return (watch, [maxCost, allowance].compactMap(\.self).min()?.amount)
  }

  private func raise(
    _ assignment: Assignment, to amount: Dollars, _ spending: Spending, by user: Signature
  ) throws -> SpendingGuard.Grant {
    let now = surroundings.now()
    var grant: SpendingGuard.Grant = (.zero, nil)
    try change(budgetBy: user, at: now) { budget in
      let before = budget
      let raised = budget.raise(assignment.run, to: amount, under: spending.limits, at: now)
      let tightest = budget.standings(under: spending.limits, at: now, without: assignment.run)
        .filter { $0.limit != nil }.min { ($0.left ?? .zero) < ($1.left ?? .zero) }
      grant = (raised ?? .zero, tightest)
      return budget == before
        ? nil : "\(assignment.task): \(grant.amount.text) reserved for \(assignment.agent), which costs more"
    }
    return grant
  }

  /// Settles what a turn cost.
  func settle(_ report: AgentReport, of assignment: Assignment, _ attempt: Attempt) throws {
    guard assignment.agent != .recipe else { return }
    let now = surroundings.now()
    let cost = attempt.cost(of: report, in: assignment)
    let maxCost = assignment.maxCostInUSD.map { Dollars($0) }
    var overshoot = Dollars.zero
    try change(budgetBy: attempt.user, at: now) { budget in
      let left = budget.allowance(for: assignment.run, under: attempt.spending.limits, at: now)
      overshoot = [maxCost, left].compactMap(\.self).min().map { Dollars(cost.inUSD) - $0 } ?? .zero
      budget.settle(
        Settlement(
          at: now, run: assignment.run, task: assignment.task, agent: assignment.agent,
          model: report.model ?? attempt.model(of: assignment.agent), usage: report.usage,
          cost: Dollars(cost.inUSD), basis: cost.basis, overshoot: overshoot))
      return "\(assignment.task): \(cost.inUSD.inDollars) settled for \(assignment.agent)"
    }
    if overshoot > .zero {
      surroundings.say(
        "  note: it cost \(cost.inUSD.inDollars), \(overshoot.text) over what it was allowed")
    }
  }

  func change(
    budgetBy user: Signature, at now: Timestamp, _ decide: (inout Budget) throws -> String?
  ) throws {
    let signature = Signature(name: user.name, email: user.email, time: now)
    try BudgetLog().change(
      in: repository, by: signature, at: now, random: surroundings.random, decide)
  }
}

extension Orchestrator.Attempt {
  /// The model that `agent` is asked for; nil for its own choice.
  func model(of agent: AgentName) -> String? {
    config.models[agent]?[routed.decision.characteristics.complexity]
  }

  /// What a turn cost, and how that is known.
  func cost(
    of report: AgentReport, in assignment: Assignment
  ) -> (inUSD: Double, basis: Settlement.Basis) {
    spending.cost(
      of: report, by: assignment.agent, routed.decision.inputs.profiles,
      fallbackModel: model(of: assignment.agent),
      estimateInUSD: assignment.estimatedCostInUSD)
  }
}
