/// What was settled, summed up.
public struct CostReport: Hashable, Sendable {
  public enum Grouping: String, Hashable, Sendable, CaseIterable {
    case agent, task, model, day
  }

  public struct Row: Hashable, Sendable {
    /// An agent, task, model or day; `all` for the total.
    public let key: String
    public fileprivate(set) var usage = Usage()
    public fileprivate(set) var cost = Dollars.zero
    /// The part of the cost that agents reported themselves; the rest is computed from tokens or estimates.
    public fileprivate(set) var reported = Dollars.zero
    /// How much of the cost is over what turns were allowed.
    public fileprivate(set) var overshoot = Dollars.zero
    fileprivate var runIDs: Set<RunID> = []

    public var runs: Int { runIDs.count }

    /// From 0 to 1; nil where nothing was spent.
    public var reportedShare: Double? { cost == .zero ? nil : reported.amount / cost.amount }

    fileprivate init(key: String) { self.key = key }

    fileprivate mutating func add(_ settlement: Settlement) {
      usage = usage + settlement.usage
      cost = cost + settlement.cost
      if settlement.basis == .reported { reported = reported + settlement.cost }
      overshoot = overshoot + settlement.overshoot
      runIDs.insert(settlement.run)
    }
  }

  public let grouping: Grouping
  /// Days in their order, tasks in that of their numbers, the others by what they cost, the dearest first.
  public let rows: [Row]
  public let total: Row

  public init(_ settlements: [Settlement], by grouping: Grouping) {
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
