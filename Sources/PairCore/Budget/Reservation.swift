/// Money that is set aside for a run that has not settled yet.
public struct Reservation: Hashable, Sendable {
  public let run: RunID
  public let task: TaskID
  public let agent: AgentName
  public let amount: Dollars
  public let at: Timestamp
  /// Who made it, for people: whether its run still lives, the task's lease tells.
  public let holder: String

  public init(
    run: RunID, task: TaskID, agent: AgentName, amount: Dollars, at: Timestamp, holder: String
  ) {
    self.run = run
    self.task = task
    self.agent = agent
    self.amount = amount
    self.at = at
    self.holder = holder
  }

  /// The same, for another amount.
  func raised(to amount: Dollars) -> Reservation {
    Reservation(run: run, task: task, agent: agent, amount: amount, at: at, holder: holder)
  }
}

/// What one turn of an agent in a run cost in the end.
public struct Settlement: Hashable, Sendable {
  /// How the cost is known.
  public enum Basis: String, Hashable, Sendable, CaseIterable, Codable {
    /// The agent said it.
    case reported
    /// Tokens that the agent counted, times their price.
    case priced
    /// The agent told nothing: what the run was expected to cost.
    case estimated
  }

  public let at: Timestamp
  public let run: RunID
  public let task: TaskID
  public let agent: AgentName
  /// As the agent named it; nil where it named none.
  public let model: String?
  public let usage: Usage
  public let cost: Dollars
  public let basis: Basis
  /// How much of the cost is over what the turn was allowed.
  public let overshoot: Dollars

  public init(
    at: Timestamp, run: RunID, task: TaskID, agent: AgentName, model: String?, usage: Usage, cost: Dollars,
    basis: Basis, overshoot: Dollars = .zero
  ) {
    self.at = at
    self.run = run
    self.task = task
    self.agent = agent
    self.model = model
    // The reported cost is `cost` where it is one.
    self.usage = Usage(
      inputTokens: usage.inputTokens, cachedInputTokens: usage.cachedInputTokens,
      outputTokens: usage.outputTokens)
    self.cost = cost
    self.basis = basis
    self.overshoot = overshoot
  }
}
