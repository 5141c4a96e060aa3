import AgentRuns
import Git
import PairCore
import TaskFiles

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
