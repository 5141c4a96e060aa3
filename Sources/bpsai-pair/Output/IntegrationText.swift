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
      lines += advice(on: part, report)
    }
    for item in report.redone {
      let word = if case .committed = item.end { "made anew" } else { "not made anew" }
      let told = BatchText.lines(for: item)
      lines += told.prefix(1).map { "  \(word): \($0)" } + told.dropFirst().map { "  \($0)" }
    }
    if integration.isCutShort {
      return lines + [
        "\(integration.branch) stays where it is until all of them have been tried: \(report.command)"
      ]
    }
    let merged = integration.mergedCount.counted("result")
    if integration.mergedCount == 0 {
      let nothing = report.isForecast ? "Nothing would be merged." : "Nothing was merged."
      return lines + [integration.isLeavingOut ? nothing : "There is nothing to merge."] + missing(report)
        + leftBehind(report)
    }
    if report.isForecast {
      return lines + ["\(integration.branch) would hold \(merged)."] + missing(report)
    }
    let cost = report.redone.isEmpty ? "" : "; agents cost \(report.costInUSD.inDollars)"
    let state = report.isUnchanged ? "already holds" : "holds"
    lines += ["\(integration.branch) \(state) \(merged) (\(integration.tip.short))\(cost)"]
    lines += missing(report) + [""]
    if let remote = report.remote {
      let force = report.isRewritten ? "--force-with-lease " : ""
      lines.append("  push it    git push \(force)\(remote) \(integration.branch)")
    }
    return lines + [
      "  see it     git diff \(report.base.commit.short)...\(integration.branch)",
      "  merge it   git merge --no-ff \(integration.branch)",
    ]
  }

  /// What to type for a result that is left out; what all have in common is said once, at the end.
  private static func advice(on part: Integration.Part, _ report: IntegrationReport) -> [String] {
    if part.isForItsWorkflow, !report.isForecast, !report.integration.isCutShort {
      return [
        "    to make it anew by hand, from \(report.start):",
        "      all its steps   bpsai-pair orchestrate --task \(part.task) --again --base \(report.start)",
        "      what it is      git switch \(BranchName.result(of: part.task)) && git rebase \(report.start)",
      ]
    }
    if part.mergeStatus == .missing || part.mergeStatus == .notTried { return [] }
    return report.hint(for: part).map { ["    \($0)"] } ?? []
  }

  /// That tasks of the plan have no result, and what to type.
  private static func missing(_ report: IntegrationReport) -> [String] {
    let count = report.integration.missing.count
    if count == 0 { return [] }
    return ["\(count.counted("task")) \(count == 1 ? "has" : "have") no result yet: \(report.runCommand)"]
  }

  /// What the plan's branch holds that is in no result any more.
  private static func leftBehind(_ report: IntegrationReport) -> [String] {
    guard report.isLeftBehind, let before = report.before else { return [] }
    let branch = report.integration.branch
    return ["\(branch) still holds what was merged before (\(before.short)): git branch -D \(branch)"]
  }

  private static func words(for part: Integration.Part, base: String, isForecast: Bool) -> String {
    if part.mergeStatus == .done, part.result == nil { return "is done, as its file says; it has no result" }
    let what = words(for: part.mergeStatus, base: base, isForecast: isForecast)
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

  private static func words(for mergeStatus: Integration.MergeStatus, base: String, isForecast: Bool)
    -> String
  {
    switch mergeStatus {
    case .merged(let commit): isForecast ? "merges" : "merged (\(commit.short))"
    case .contained: "is part of \(base), or of another, already"
    case .done: "is done in \(base); its result was merged in another way"
    case .missing: "has no result yet"
    case .unfinished(let words), .blocked(let words), .begun(let words): "left out: \(words)"
    case .notTried: "not tried, since the user interrupted"
    case .takenOut(let reason): "left out: it \(reason.words)"
    }
  }

  /// The status to end with; nil where all went well.
  static func status(of report: IntegrationReport) -> Int32? {
    if report.integration.isLeavingOut { return ExitStatus.failed }
    return report.faults.isEmpty ? nil : ExitStatus.of(.invalidInput)
  }
}
