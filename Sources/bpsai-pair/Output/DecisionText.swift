import PairCore
import Pipeline

/// A decision as a person reads it: what the task is like, how each agent scores, what would be done.
struct DecisionText {
  private let routed: Orchestrator.Routed
  private let assignment: Assignment?
  private let notNeeded: String?

  /// - Parameter notNeeded: why a run would find nothing to do; nil when there is something.
  init(_ routed: Orchestrator.Routed, _ assignment: Assignment?, notNeeded: String?) {
    self.routed = routed
    self.assignment = assignment
    self.notNeeded = notNeeded
  }

  var lines: [String] {
    let task = routed.task
    return ["\(task.id)  \(task.title.escapedForTerminal(limit: 100))", "  \(task.source.path)", ""]
      + characteristics + [""] + scores + [""] + verdict
  }

  private var characteristics: [String] {
    var table = Table([.left, .left, .left])
    let names = ["estimatedTokens": "tokens"]
    for evidence in routed.decision.inputs.characteristics.evidence {
      let value = Int(evidence.value)?.grouped ?? evidence.value
      table.add([
        names[evidence.field] ?? evidence.field, value, evidence.because.escapedForTerminal(limit: 120),
      ])
    }
    return table.lines(indent: "  ")
  }

  private var scores: [String] {
    var table = Table([.left, .right, .right, .right, .right, .right, .right, .right, .left])
    table.add([
      "agent", "score", "strength", "cost", "context", "available", "preferred", "estimate", "",
    ])
    for score in routed.decision.ranking {
      table.add([
        score.agent.text, score.total.inScore, score.strength.inScore, score.cost.inScore,
        score.context.inScore, score.availability.inScore, score.preference.inScore,
        score.estimatedCostInUSD.inDollars, score.excluded.map { "out: \($0.reason)" } ?? "",
      ])
    }
    return table.lines(indent: "  ").map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  private var verdict: [String] {
    let decision = routed.decision
    let nothing = notNeeded.map { "Nothing to do: \($0)" }
    guard let assignment else {
      return ["  → nobody: \(decision.reasons.joined(separator: "; "))"] + (nothing.map { [$0] } ?? [])
    }
    let prompt = assignment.prompt.count
    let cost = assignment.estimatedCostInUSD
    return [
      "  → \(assignment.agent), mode \(assignment.mode.rawValue): \(decision.reasons.joined(separator: "; "))",
      "  branch \(assignment.branch), from \(assignment.base.short)",
      "  prompt \(prompt.grouped) characters (about \((prompt / 4).grouped) tokens); estimate "
        + (cost == 0 ? "no cost" : cost.inDollars),
      nothing ?? "Nothing was changed. To run it: bpsai-pair orchestrate --task \(assignment.task)",
    ]
  }

  /// One line about what is about to happen.
  static func summary(of decision: RoutingDecision, _ assignment: Assignment) -> String {
    let cost = assignment.estimatedCostInUSD
    return "\(assignment.task) → \(assignment.agent) (\(assignment.mode.rawValue))"
      + (cost == 0 ? "" : ", about \(cost.inDollars)") + ": \(decision.reasons.joined(separator: "; "))"
  }
}
