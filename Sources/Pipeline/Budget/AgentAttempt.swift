import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

/// One agent's turn in a run, or its review, as the budget sees it.
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
  let status: TaskBudgetStatus?
  let profiles: [AgentProfile]
  let spending: Spending
  let user: Signature

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
      + [status.map { Cap(name: $0.name, amount: $0.left) }]
    return caps.compactMap(\.self).min { $0.amount < $1.amount }
  }

  func reservation(at now: Timestamp, holder: String) -> Reservation {
    Reservation(run: run, task: task, agent: agent, amount: estimate, at: now, holder: holder)
  }

  /// What it cost, and how that is known.
  func cost(of report: AgentReport) -> (inUSD: Double, basis: Settlement.Basis) {
    spending.cost(
      of: report, by: agent, profiles, fallbackModel: model, estimateInUSD: estimate.amount)
  }
}

extension Orchestrator {
  /// The turn that `assignment` gives to its agent.
  func turn(of assignment: Assignment, _ order: RunSpec, log: TaskLog) throws -> AgentAttempt {
    let complexity = order.routed.decision.characteristics.complexity
    return AgentAttempt(
      run: assignment.run, task: assignment.task, agent: assignment.agent,
      model: order.config.models[assignment.agent]?[complexity],
      estimate: Dollars(assignment.estimatedCostInUSD),
      maxCost: assignment.maxCostInUSD.map { Dollars($0) },
      status: try taskBudgetStatus(of: log, text: assignment.text, under: order.spending.limits),
      profiles: order.routed.decision.inputs.profiles, spending: order.spending, user: order.user)
  }

  /// How much of what a task may cost is used; nil without such a limit.
  func taskBudgetStatus(of log: TaskLog, text: ObjectID?, under limits: BudgetLimits) throws
    -> TaskBudgetStatus?
  {
    try limits.task.map {
      TaskBudgetStatus(limit: $0, state: try log.state(in: repository), text: text)
    }
  }
}
