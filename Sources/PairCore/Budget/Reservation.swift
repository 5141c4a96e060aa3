/// Money that is set aside for a run that has not settled yet.
package struct Reservation: Hashable, Sendable {
  package let run: RunID
  package let task: TaskID
  package let agent: AgentName
  package var amount: Dollars
  package let at: Timestamp
  /// Who made it, for people: whether its run still lives, the task's lease tells.
  package let holder: String

  package init(run: RunID, task: TaskID, agent: AgentName, amount: Dollars, at: Timestamp, holder: String) {
    self.run = run
    self.task = task
    self.agent = agent
    self.amount = amount
    self.at = at
    self.holder = holder
  }
}

/// What one turn of an agent in a run cost in the end.
package struct Settlement: Hashable, Sendable {
  /// How the cost is known.
  package enum Basis: String, Hashable, Sendable, CaseIterable, Codable {
    /// The agent said it.
    case reported
    /// Tokens that the agent counted, times their price.
    case priced
    /// The agent told nothing: what the run was expected to cost.
    case estimated
  }

  package let at: Timestamp
  package let run: RunID
  package let task: TaskID
  package let agent: AgentName
  /// As the agent named it; nil where it named none.
  package let model: String?
  package let usage: Usage
  package let cost: Dollars
  package let basis: Basis
  /// How much of the cost is over what the turn was allowed.
  package let overshoot: Dollars

  package init(
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
