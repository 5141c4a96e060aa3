import PairCore
import Pipeline

/// What `route` answers of one task: a line of its JSON, a row of its table.
struct RouteReport: Report {
  static let schema = "bpsai-pair/route/1"
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
  let ranking: [AgentScore]
  let reasons: [String]

  init(_ decision: RoutingDecision) {
    let (inputs, found) = (decision.inputs, decision.characteristics)
    (task, file, title) = (inputs.task.id, inputs.task.source.path, inputs.task.title)
    (type, scope, risk) = (found.type, found.scope, found.risk)
    (complexity, complexityPoints) = (found.complexity, found.complexityPoints)
    (estimatedTokens, tokenRange) = (found.estimatedTokens, found.tokenRange)
    (confidence, evidence) = (found.confidence, found.evidence)
    (agent, mode, score) = (decision.agent, decision.mode, decision.chosen?.total)
    (ranking, reasons) = (decision.ranking, decision.reasons)
  }

  static func table(of reports: [RouteReport]) -> [String] {
    let head = ["TASK", "TYPE", "COMPLEXITY", "SCOPE", "RISK", "AGENT", "MODE", "TITLE"]
    return ([head] + reports.map(\.text)).inColumns()
  }

  var text: [String] {
    [
      task.text, type.rawValue, complexity.rawValue, scope.rawValue, risk.rawValue, agent?.text ?? "nobody",
      mode.rawValue, title.escapedForTerminal(limit: 60),
    ]
  }
}

/// A file that could not be routed, as a line of `route`.
struct RouteFault: Report {
  static let schema = RouteReport.schema
  let file: String?
  let line: Int?
  let column: Int?
  let error: String
  let hint: String?

  init(_ error: PairError) {
    let place = error.location
    (file, line, column) = (place?.file, place?.line, place?.column)
    (self.error, hint) = (error.message, error.hint)
  }

  var text: [String] { [] }
  var remarks: [String] { Fault(file: file, line: line, column: column, message: error, hint: hint).text }
}

/// A decision that other capabilities would change, as a line of `route --against FILE|REV`.
struct RouteChange: Report {
  struct Side: Encodable {
    let agent: AgentName?
    let mode: RunMode
    /// The chosen agent's score; absent when nobody can take the task.
    let score: Double?
    let reasons: [String]

    init(_ decision: RoutingDecision) {
      (agent, mode, score) = (decision.agent, decision.mode, decision.chosen?.total)
      reasons = decision.reasons
    }

    fileprivate var words: String { "\(agent?.text ?? "nobody") (\(mode.rawValue))" }
  }

  static let schema = "bpsai-pair/route-change/1"
  let task: TaskID
  let file: String
  let title: String
  let before: Side
  let after: Side

  init(before: RoutingDecision, after: RoutingDecision) {
    let brief = before.inputs.task
    (task, file, title) = (brief.id, brief.source.path, brief.title)
    (self.before, self.after) = (Side(before), Side(after))
  }

  var text: [String] {
    ["\(task)  \(before.words) → \(after.words): \(after.reasons.joined(separator: "; "))"]
  }
}
