package import PairCore

/// What a hook did, as one line for the person who committed.
package struct HookReport: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    case routed(RoutingDecision)
    /// Somebody else brought it: it is shown, and nobody's turn here.
    case arrived(RoutingDecision)
    case queued(RoutingDecision)
    case dequeued(String)
  }

  package struct Item: Hashable, Sendable {
    package let task: TaskID
    package let what: What
  }

  package private(set) var items: [Item] = []
  /// What is wrong with task files, each in a sentence.
  package private(set) var faults: [String] = []
  /// What comes after the queue: who works on it, or why nobody does.
  package var next: String?

  package init() {}

  mutating func add(_ item: Item?) { if let item { items.append(item) } }

  mutating func add(_ error: PairError) {
    let words = error.located
    if !faults.contains(words) { faults.append(words) }  // Two files with one id say the same.
  }

  static func += (report: inout HookReport, other: HookReport) {
    report.items += other.items
    report.faults += other.faults
  }

  package var hasQueued: Bool { !queued.isEmpty }

  private var queued: [(TaskID, RoutingDecision)] {
    items.compactMap { if case .queued(let decision) = $0.what { ($0.task, decision) } else { nil } }
  }

  /// What happened; nil where there is nothing to say.
  package var line: String? {
    var routed: [(TaskID, RoutingDecision)] = []
    var arrived: [(TaskID, RoutingDecision)] = []
    var parts: [String] = []
    for item in items {
      switch item.what {
      case .routed(let decision): routed.append((item.task, decision))
      case .arrived(let decision): arrived.append((item.task, decision))
      case .queued: break
      case .dequeued(let reason): parts.append("\(item.task) left the queue: \(reason)")
      }
    }
    if routed.count == 1, parts.isEmpty, arrived.isEmpty, queued.isEmpty, faults.isEmpty {
      return HookReport.invitation(routed[0].0, routed[0].1)
    }
    parts = HookReport.few(parts)
    if let list = HookReport.list(arrived) {
      parts.insert("from others, not for this repository to start: \(list)", at: 0)
    }
    if let list = HookReport.list(routed) { parts.insert(list, at: 0) }
    if let list = HookReport.list(queued) {
      parts.insert("queued: \(list)\(next.map { "; \($0)" } ?? "")", at: 0)
    }
    parts += HookReport.few(faults)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func few(_ parts: [String]) -> [String] {
    parts.count <= 3 ? parts : Array(parts.prefix(2)) + ["and \(parts.count - 2) more"]
  }

  /// `T-1 → claude-code, T-2 → codex-cli`; nil for none.
  private static func list(_ tasks: [(TaskID, RoutingDecision)]) -> String? {
    if tasks.isEmpty { return nil }
    if tasks.count == 1 { return arrow(tasks[0].0, tasks[0].1) }
    let shown = tasks.prefix(5).map { "\($0.0) → \($0.1.agent?.text ?? "nobody")" }
    let more = tasks.count > 5 ? " and \(tasks.count - 5) more" : ""
    return shown.joined(separator: ", ") + more
  }

  /// `T-1 → claude-code (auto, about $0.12)`, or why nobody.
  private static func arrow(_ task: TaskID, _ decision: RoutingDecision) -> String {
    guard let agent = decision.agent else {
      if decision.inputs.recipe == .unapproved { return "\(task) → recipe, not approved" }
      let best = decision.ranking.first
      return "\(task) → nobody"
        + (best.flatMap { score in score.excluded.map { ": \(score.agent) is best, but \($0.reason)" } } ?? "")
    }
    let cost = decision.chosen?.estimatedCostInUSD ?? 0
    return "\(task) → \(agent) (\(decision.mode.rawValue)\(cost == 0 ? "" : ", about \(cost.inDollars)"))"
  }

  /// Who would take the one task that changed, and what to type.
  private static func invitation(_ task: TaskID, _ decision: RoutingDecision) -> String {
    if decision.agent != nil { return arrow(task, decision) + ": bpsai-pair orchestrate --task \(task)" }
    if decision.inputs.recipe == .unapproved {
      return "\(task) → recipe, once approved: bpsai-pair trust \(task)"
    }
    return arrow(task, decision)
  }
}
