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
    }
    for item in report.redone { lines += BatchText.lines(for: item).map { "  made anew: \($0)" } }
    let merged = integration.mergedCount.counted("result")
    if integration.mergedCount == 0 {
      return lines + ["There is nothing to merge."]
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

  private static func words(for part: Integration.Part, base: String, isForecast: Bool) -> String {
    switch part.fate {
    case .merged(let commit): isForecast ? "merges" : "merged (\(commit.short))"
    case .contained: "is part of \(base), or of another, already"
    case .missing: "has no result yet"
    case .takenOut(let reason): "left out: it \(reason.words)"
    }
  }

  /// The status to end with; nil where all went well.
  static func status(of report: IntegrationReport) -> Int32? {
    if !report.integration.isComplete { return ExitStatus.failed }
    return report.faults.isEmpty ? nil : ExitStatus.of(.invalidInput)
  }
}
