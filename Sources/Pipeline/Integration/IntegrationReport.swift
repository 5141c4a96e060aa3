package import PairCore

/// What `integrate` did, or would do.
package struct IntegrationReport: Hashable, Sendable {
  /// Says which plan it is, for people.
  package let description: String
  /// The plan as a person called it.
  package let name: String
  /// The revision that was asked for to start from; nil for HEAD.
  package let revision: String?
  package let base: ConflictForecast.Side
  package let integration: Integration
  /// Where the plan's branch stood before; nil where there was none.
  package let before: ObjectID?
  /// The tasks that were sent back to agents, in order, and how that ended.
  package let redone: [BatchResult.Item]
  /// The faults of task files that may belong to the plan and were left out.
  package let faults: [PairError]
  /// The remote to push to: `origin`, else the first; nil without one.
  package let remote: String?
  /// Whether nothing was done: it says what would be.
  package let isForecast: Bool
  /// Whether a push has to replace what the branch was before.
  package let isRewritten: Bool
  /// Whether nothing is left to merge, while the plan's branch still holds what was merged before.
  package let isLeftBehind: Bool

  /// Whether nothing changed, or would.
  package var isUnchanged: Bool {
    redone.isEmpty && !integration.isCutShort && (integration.mergedCount == 0 || integration.tip == before)
  }

  package var costInUSD: Double { redone.reduce(0) { $0 + $1.costInUSD } }
}

// What to type next.
extension IntegrationReport {
  /// What goes on where this integration, or its forecast, left off.
  package var command: String { IntegrationReport.command("integrate", name, revision) }

  /// What makes the results that there are none of yet.
  package var runCommand: String { IntegrationReport.command("orchestrate", name, revision) }

  /// The command `verb` for `plan`, on the base that a person named; nil for HEAD.
  package static func command(_ verb: String, _ plan: String, _ revision: String?) -> String {
    "bpsai-pair \(verb) --plan \(plan.quotedForShell)"
      + (revision.map { " --base \($0.quotedForShell)" } ?? "")
  }

  /// What whoever makes a result again by hand starts from.
  package var start: String { integration.mergedCount > 0 ? integration.branch.text : base.title }

  /// What to type for a task that is not on the plan's branch; nil where nothing can be done for it now.
  package func hint(for part: Integration.Part) -> String? {
    let allSteps =
      "all steps once more: bpsai-pair orchestrate --task \(part.task) --again --base \(start.quotedForShell)"
    switch part.mergeStatus {
    case .merged, .contained, .done: return nil
    case .missing: return "run it: \(runCommand)"
    case .unfinished: return "go on: bpsai-pair resume \(part.task)"
    case .blocked: return allSteps
    case .begun, .notTried: return isForecast ? nil : "go on: \(command)"
    case .takenOut(.buildsOn): return nil
    case .takenOut(.impossible):
      return "merge \(BranchName.result(of: part.task)) by hand, or drop it: bpsai-pair discard \(part.task)"
    case .takenOut where part.remedy == nil && !part.isByWorkflow:
      return "have it made anew once more: bpsai-pair retry \(part.task)"
    case .takenOut:
      if isForecast, part.remedy != nil { return nil }
      return part.isByWorkflow ? allSteps : "try once more: \(command)"
    }
  }
}
