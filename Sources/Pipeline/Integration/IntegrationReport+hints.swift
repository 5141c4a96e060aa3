package import PairCore

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

  /// What to type for a task that is not on the plan's branch; nil where nothing is to be done, or another
  /// task comes first.
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
