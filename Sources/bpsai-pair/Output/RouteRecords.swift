import PairCore
import Pipeline

/// One line of `route --json`.
struct RouteRecord: Encodable {
  let schema = "bpsai-pair/route/1"
  let task: TaskID
  let file: String
  let title: String
  let type: TaskType
  let complexity: Level
  /// The number behind it, from 0 to 100.
  let complexityPoints: Int
  let scope: TaskScope
  let risk: Level
  let estimatedTokens: Int
  let tokenRange: TokenRange
  let confidence: Double
  let evidence: [Evidence]
  let agent: AgentName?
  let mode: RunMode
  /// The chosen agent's score; absent when nobody can take the task.
  let score: Double?
  /// Every agent, best first.
  let ranking: [AgentScore]
  let reasons: [String]

  init(_ decision: RoutingDecision) {
    let inputs = decision.inputs
    task = inputs.task.id
    file = inputs.task.source.path
    title = inputs.task.title
    type = decision.characteristics.type
    complexity = decision.characteristics.complexity
    complexityPoints = decision.characteristics.complexityPoints
    scope = decision.characteristics.scope
    risk = decision.characteristics.risk
    estimatedTokens = decision.characteristics.estimatedTokens
    tokenRange = decision.characteristics.tokenRange
    confidence = decision.characteristics.confidence
    evidence = decision.characteristics.evidence
    agent = decision.agent
    mode = decision.mode
    score = decision.chosen?.total
    ranking = decision.ranking
    reasons = decision.reasons
  }
}

/// A file that could not be routed, as a line of `route --json`.
struct RouteFault: Encodable {
  let schema = "bpsai-pair/route/1"
  let file: String?
  let line: Int?
  let column: Int?
  let error: String
  let hint: String?

  init(_ error: PairError) {
    file = error.location?.file
    line = error.location?.line
    column = error.location?.column
    self.error = error.message
    hint = error.hint
  }
}

/// A decision that other capabilities would change, as a line of `route --against FILE|REV --json`.
struct RouteChangeRecord: Encodable {
  struct Side: Encodable {
    let agent: AgentName?
    let mode: RunMode
    /// The chosen agent's score; absent when nobody can take the task.
    let score: Double?
    let reasons: [String]

    init(_ decision: RoutingDecision) {
      agent = decision.agent
      mode = decision.mode
      score = decision.chosen?.total
      reasons = decision.reasons
    }

    var words: String { "\(agent?.text ?? "nobody") (\(mode.rawValue))" }
  }

  let schema = "bpsai-pair/route-change/1"
  let task: TaskID
  let file: String
  let title: String
  let before: Side
  let after: Side

  init(before: RoutingDecision, after: RoutingDecision) {
    task = before.inputs.task.id
    file = before.inputs.task.source.path
    title = before.inputs.task.title
    self.before = Side(before)
    self.after = Side(after)
  }

  var sentence: String {
    "\(task)  \(before.words) → \(after.words): \(after.reasons.joined(separator: "; "))"
  }
}
