import PairCore
import Pipeline

/// How an integration ended, and what to type next.
enum IntegrationText {
  static func lines(for report: IntegrationReport) -> [String] {
    let integration = report.integration
    var lines = ["\(report.description), on \(report.base.title) (\(report.base.commit.short)):"]
    for part in integration.parts {
      lines.append(
        "  \(part.task): \(words(for: part, base: report.base.title, isForecast: report.isForecast))")
      if part.isForItsWorkflow, !report.isForecast, !integration.isCutShort {
        lines += advice(on: part, report)
      }
    }
    for item in report.redone {
      let word = if case .committed = item.end { "made anew" } else { "not made anew" }
      lines += BatchText.lines(for: item).map { "  \(word): \($0)" }
    }
    if integration.isCutShort {
      return lines + ["\(integration.branch) stays where it is until all of them have been tried."]
    }
    let merged = integration.mergedCount.counted("result")
    if integration.mergedCount == 0 {
      return lines + ["There is nothing to merge."] + leftBehind(report)
    }
    if report.isForecast { return lines + ["\(integration.branch) would hold \(merged)."] }
    let cost = report.redone.isEmpty ? "" : "; agents cost \(report.costInUSD.inDollars)"
    let state = report.isUnchanged ? "already holds" : "holds"
    lines += ["\(integration.branch) \(state) \(merged) (\(integration.tip.short))\(cost)", ""]
    if let remote = report.remote {
      let force = report.isRewritten ? "--force-with-lease " : ""
      lines.append("  push it    git push \(force)\(remote) \(integration.branch)")
    }
    return lines + [
      "  see it     git diff \(report.base.commit.short)...\(integration.branch)",
      "  merge it   git merge --no-ff \(integration.branch)",
    ]
  }

  /// What to type for a result that its workflow has not made anew here.
  private static func advice(on part: Integration.Part, _ report: IntegrationReport) -> [String] {
    let integration = report.integration
    let start = integration.mergedCount > 0 ? integration.branch.text : report.base.title
    let branch = BranchName.result(of: part.task)
    return [
      "    to make it anew by hand, from \(start):",
      "      all its steps   bpsai-pair orchestrate --task \(part.task) --again --base \(start)",
      "      what it is      git switch \(branch) && git rebase \(start)",
    ]
  }

  /// What the plan's branch holds that is in no result any more.
  private static func leftBehind(_ report: IntegrationReport) -> [String] {
    guard report.isLeftBehind, let before = report.before else { return [] }
    let branch = report.integration.branch
    return ["\(branch) still holds what was merged before (\(before.short)): git branch -D \(branch)"]
  }

  private static func words(for part: Integration.Part, base: String, isForecast: Bool) -> String {
    let what = words(for: part.fate, base: base, isForecast: isForecast)
    if part.reason?.isForAnAgent == true, !part.mayReturn {
      return "\(what); it has been sent back as often as it may"
    }
    guard isForecast, let remedy = part.remedy else { return what }
    return switch remedy {
    case .agent: "\(what); an agent would make it anew"
    case .workflow: "\(what); all steps of its workflow would make it anew"
    case .restOfWorkflow: "\(what), and would go on making it anew"
    }
  }

  private static func words(for fate: Integration.Fate, base: String, isForecast: Bool) -> String {
    switch fate {
    case .merged(let commit): isForecast ? "merges" : "merged (\(commit.short))"
    case .contained: "is part of \(base), or of another, already"
    case .done: "is done in \(base); its result was merged in another way"
    case .missing: "has no result yet"
    case .unfinished(let words), .begun(let words): "left out: \(words)"
    case .notTried: "not tried, since the user interrupted"
    case .takenOut(let reason): "left out: it \(reason.words)"
    }
  }

  /// The status to end with; nil where all went well.
  static func status(of report: IntegrationReport) -> Int32? {
    if !report.integration.isComplete { return ExitStatus.failed }
    return report.faults.isEmpty ? nil : ExitStatus.of(.invalidInput)
  }
}
