import AgentRuns
import Git
import PairCore
import TaskFiles

/// What runs may spend and what tokens cost, by the user's checkout when a run starts, not by its base: the
/// money is the user's of today.
struct Spending: Sendable {
  let limits: BudgetLimits
  let prices: [AgentName: PriceList]

  init(of workspace: Workspace) throws {
    limits = try workspace.settings().config.budget
    prices = try workspace.settings().capabilities.prices
  }

  func cost(of usage: Usage, by agent: AgentName, model: String?, _ profiles: [AgentProfile]) -> Double {
    guard let profile = profiles.first(where: { $0.name == agent }) else { return 0 }
    return usage.cost(for: profile, prices: prices[agent] ?? PriceList(), model: model)
  }

  /// What an attempt cost, and how that is known: `fallbackModel` was asked for, where the agent names none,
  /// and the estimate counts for one that finished and told nothing.
  func cost(
    of report: AgentReport, by agent: AgentName, _ profiles: [AgentProfile], fallbackModel: String?,
    estimateInUSD: Double
  ) -> (inUSD: Double, basis: Settlement.Basis) {
    if report.isSilentOnUsage { return (estimateInUSD, .estimated) }
    let cost = cost(of: report.usage, by: agent, model: report.model ?? fallbackModel, profiles)
    return (cost, report.usage.costInUSD == nil ? .priced : .reported)
  }
}

/// One agent's attempt in a run, or its review, as the budget sees it.
struct AgentAttempt: Sendable {
  let run: RunID
  let task: TaskID
  let agent: AgentName
  /// The model that the agent is asked for; nil for its own choice.
  let model: String?
  /// What it is expected to cost, and what it is taken to have cost when it finished and told nothing.
  let estimate: Dollars
  /// Nil without `--max-cost`.
  let maxCost: Dollars?
  /// What its task may cost; nil without such a limit.
  let taskBudget: TaskBudgetStatus?
  let profiles: [AgentProfile]
  let spending: Spending

  /// What it may cost whatever the day and the month leave.
  struct Cap: Sendable {
    /// `--max-cost`
    let name: String
    let amount: Dollars
  }

  /// The tightest; nil without any.
  var cap: Cap? {
    let caps =
      [maxCost.map { Cap(name: "--max-cost", amount: $0) }]
      + [taskBudget.map { Cap(name: $0.name, amount: $0.left) }]
    return caps.compactMap(\.self).min { $0.amount < $1.amount }
  }

  func reservation(at now: Timestamp, holder: String) -> Reservation {
    Reservation(run: run, task: task, agent: agent, amount: estimate, at: now, holder: holder)
  }

  func cost(of report: AgentReport) -> (inUSD: Double, basis: Settlement.Basis) {
    spending.cost(of: report, by: agent, profiles, fallbackModel: model, estimateInUSD: estimate.amount)
  }
}
