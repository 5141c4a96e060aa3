import PairCore
import Pipeline

/// A decision as a person reads it: first who takes the task, why, why not the others and what would have
/// changed that; then what the task is like and how that is known; last what would be done.
struct DecisionText {
  private let routed: RoutedTask
  private let assignment: Assignment?
  private let notNeeded: String?
  private let statuses: [BudgetStatus]
  private let refusal: PairError?

  /// - Parameters:
  ///   - notNeeded: why a run would find nothing to do; nil when there is something.
  ///   - refusal: why the limits would refuse a run; nil when they would not.
  init(
    _ routed: RoutedTask, _ assignment: Assignment?, notNeeded: String?,
    statuses: [BudgetStatus], refusal: PairError?
  ) {
    self.statuses = statuses
    self.refusal = refusal
    self.routed = routed
    self.assignment = assignment
    self.notNeeded = notNeeded
  }

  private var decision: RoutingDecision { routed.decision }

  var lines: [String] {
    let task = routed.task
    return ["\(task.id)  \(task.title.escapedForTerminal(limit: 100))", verdict, ""] + scores
      + decision.alternatives().map { "  \($0.sentence)" } + [""] + characteristics + [""] + plan
  }

  private var verdict: String {
    let why = decision.reasons.joined(separator: "; ")
    guard let agent = decision.agent else { return "  → nobody: \(why)" }
    return "  → \(agent), mode \(decision.mode.rawValue): \(why)"
  }

  private var scores: [String] {
    var table = Table([.left, .right, .right, .right, .right, .right, .right, .right, .left])
    table.add([
      "agent", "score", "strength", "cost", "context", "available", "preferred", "estimate", "",
    ])
    for score in decision.ranking {
      table.add([
        score.agent.text, score.total.inScore, score.strength.inScore, score.cost.inScore,
        score.context.inScore, score.availability.inScore, score.preference.inScore,
        score.estimatedCostInUSD.inDollars, remark(on: score),
      ])
    }
    return table.lines(indent: "  ").map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  private func remark(on score: AgentScore) -> String {
    if let excluded = score.excluded { return "out: \(excluded.reason)" }
    let strong = score.strongIn.map(\.rawValue)
    let weak = score.weakIn.map(\.rawValue)
    return
      ((strong.isEmpty ? [] : ["strong in \(strong.joined(separator: ", "))"])
      + (weak.isEmpty ? [] : ["weak in \(weak.joined(separator: ", "))"])).joined(separator: "; ")
  }

  private var characteristics: [String] {
    var table = Table([.left, .left, .left])
    let names = ["estimatedTokens": "tokens"]
    for evidence in decision.characteristics.evidence {
      let value = Int(evidence.value)?.grouped ?? evidence.value
      table.add([
        names[evidence.field] ?? evidence.field, value, evidence.because.escapedForTerminal(limit: 120),
      ])
    }
    return table.lines(indent: "  ")
  }

  private var plan: [String] {
    let nothing = notNeeded.map { "Nothing to do: \($0)" }
    guard let assignment else { return nothing.map { [$0] } ?? [] }
    let prompt = assignment.prompt.count
    return [
      "  \(routed.task.source.path) → branch \(assignment.branch), from \(assignment.base.short)",
      "  prompt \(prompt.grouped) characters (about \((prompt / 4).grouped) tokens); estimate \(estimate)",
    ] + LimitsText.left(of: statuses).map { "  \($0)" }
      + (nothing == nil ? refusal.map(LimitsText.lines) ?? [] : []) + [
        nothing ?? "Nothing was changed. To run it: bpsai-pair orchestrate --task \(assignment.task)"
      ]
  }

  /// What it may cost, from the low to the high estimate.
  private var estimate: String {
    guard let chosen = decision.chosen, chosen.estimatedCostInUSD > 0 else { return "no cost" }
    let tokens = decision.characteristics
    let perToken = chosen.estimatedCostInUSD / Double(max(tokens.estimatedTokens, 1))
    let low = Double(tokens.tokenRange.low) * perToken
    let high = Double(tokens.tokenRange.high) * perToken
    return "\(chosen.estimatedCostInUSD.inDollars) (\(low.inDollars) to \(high.inDollars))"
  }

  /// One line about what is about to happen.
  static func summary(of decision: RoutingDecision, _ assignment: Assignment) -> String {
    let cost = assignment.estimatedCostInUSD
    return "\(assignment.task) → \(assignment.agent) (\(assignment.mode.rawValue))"
      + (cost == 0 ? "" : ", about \(cost.inDollars)") + ": \(decision.reasons.joined(separator: "; "))"
  }
}
