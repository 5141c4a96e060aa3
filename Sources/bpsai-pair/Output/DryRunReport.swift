import PairCore
import Pipeline

/// What `orchestrate --dry-run` answers about one task. As text: first who takes the task, why, why not the others
/// and what would have changed that; then what the task is like and how that is known; last what would be done.
struct DryRunReport: Report {
  static let schema = "bpsai-pair/dry-run/2"
  let decision: RoutingDecision
  let alternatives: [Alternative]
  /// What a run would consume; absent when no agent can take the task.
  let assignment: Assignment?
  /// Why a run would find nothing to do; absent when there is something.
  let notNeeded: String?
  let limits: LimitsReport

  var text: [String] {
    let task = decision.inputs.task
    return ["\(task.id)  \(task.title.escapedForTerminal(limit: 100))", verdict, ""] + scores
      + alternatives.map { "  \($0.sentence)" } + [""] + characteristics + [""] + plan
  }

  private var verdict: String {
    let why = decision.reasons.joined(separator: "; ")
    guard let agent = decision.agent else { return "  → nobody: \(why)" }
    return "  → \(agent), mode \(decision.mode.rawValue): \(why)"
  }

  private var scores: [String] {
    let head = ["agent", "score", "strength", "cost", "context", "available", "preferred", "estimate", ""]
    let rows = decision.ranking.map { score in
      let factors = [
        score.total, score.strength, score.cost, score.context, score.availability, score.preference,
      ]
      return [score.agent.text] + factors.map(\.inScore) + [score.estimatedCostInUSD.inDollars, score.remark]
    }
    return ([head] + rows).inColumns(right: [1, 2, 3, 4, 5, 6, 7], indent: "  ").map {
      $0.replacing(#/ +$/#, with: "")
    }
  }

  private var characteristics: [String] {
    decision.characteristics.evidence.map { evidence in
      [
        evidence.field == "estimatedTokens" ? "tokens" : evidence.field,
        Int(evidence.value)?.grouped ?? evidence.value, evidence.because.escapedForTerminal(limit: 120),
      ]
    }.inColumns(indent: "  ")
  }

  private var plan: [String] {
    let nothing = notNeeded.map { "Nothing to do: \($0)" }
    guard let assignment else { return nothing.map { [$0] } ?? [] }
    let prompt = assignment.prompt.count
    return [
      "  \(assignment.taskPath) → branch \(assignment.branch), from \(assignment.base.short)",
      "  prompt \(prompt.grouped) characters (about \((prompt / 4).grouped) tokens); estimate \(estimate)",
    ] + limits.left + LimitsReport.lines(refusal: limits.refusal, hint: limits.hint) + [
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
}

extension AgentScore {
  fileprivate var remark: String {
    if let excluded { return "out: \(excluded.reason)" }
    return [("strong", strongIn), ("weak", weakIn)].filter { !$0.1.isEmpty }
      .map { "\($0) in \($1.map(\.rawValue).joined(separator: ", "))" }.joined(separator: "; ")
  }
}

extension RoutingDecision {
  func summary(_ assignment: Assignment) -> String {
    let cost = assignment.estimatedCostInUSD
    return "\(assignment.task) → \(assignment.agent) (\(assignment.mode.rawValue))"
      + (cost == 0 ? "" : ", about \(cost.inDollars)") + ": \(reasons.joined(separator: "; "))"
  }
}
