/// What was settled, summed up.
package struct CostReport: Hashable, Sendable {
  package enum Grouping: String, Hashable, Sendable, CaseIterable { case agent, task, model, day }

  package struct Row: Hashable, Sendable {
    /// An agent, task, model or day; `all` for the total.
    package let key: String
    package fileprivate(set) var usage = Usage()
    package fileprivate(set) var cost = Dollars.zero
    /// The part of the cost that agents reported themselves; the rest is computed from tokens or estimates.
    package fileprivate(set) var reported = Dollars.zero
    /// How much of the cost is over what turns were allowed.
    package fileprivate(set) var overshoot = Dollars.zero
    fileprivate var runIDs: Set<RunID> = []

    package var runs: Int { runIDs.count }

    /// From 0 to 1; nil where nothing was spent.
    package var reportedShare: Double? { cost == .zero ? nil : reported.amount / cost.amount }

    fileprivate init(key: String) { self.key = key }

    fileprivate mutating func add(_ settlement: Settlement) {
      usage = usage + settlement.usage
      cost = cost + settlement.cost
      if settlement.basis == .reported { reported = reported + settlement.cost }
      overshoot = overshoot + settlement.overshoot
      runIDs.insert(settlement.run)
    }
  }

  package let grouping: Grouping
  /// Days in their order, tasks in that of their numbers, the others by what they cost, the dearest first.
  package let rows: [Row]
  package let total: Row

  package init(_ settlements: [Settlement], by grouping: Grouping) {
    var rows: [String: Row] = [:]
    var total = Row(key: "all")
    for settlement in settlements {
      let key = CostReport.key(of: settlement, grouping)
      rows[key, default: Row(key: key)].add(settlement)
      total.add(settlement)
    }
    self.grouping = grouping
    self.rows = rows.values.sorted { a, b in
      switch grouping {
      case .day, .task: a.key.orderedNaturally(before: b.key)
      case .agent, .model: (b.cost, a.key) < (a.cost, b.key)
      }
    }
    self.total = total
  }

  private static func key(of settlement: Settlement, _ grouping: Grouping) -> String {
    switch grouping {
    case .agent: settlement.agent.text
    case .task: settlement.task.text
    case .model: settlement.model ?? "(not named)"
    case .day: BudgetWindow(.day, at: settlement.at).name
    }
  }
}
