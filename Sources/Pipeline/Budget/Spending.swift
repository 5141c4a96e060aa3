import AgentRuns
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

  /// What an attempt cost, and how that is known.
  ///
  /// - Parameters:
  ///   - fallbackModel: the one that was asked for, where the agent names none.
  ///   - estimateInUSD: what counts for an agent that finished and told nothing.
  func cost(
    of report: AgentReport, by agent: AgentName, _ profiles: [AgentProfile], fallbackModel: String?,
    estimateInUSD: Double
  ) -> (inUSD: Double, basis: Settlement.Basis) {
    if report.isSilentOnUsage { return (estimateInUSD, .estimated) }
    let cost = cost(of: report.usage, by: agent, model: report.model ?? fallbackModel, profiles)
    return (cost, report.usage.costInUSD == nil ? .priced : .reported)
  }
}
