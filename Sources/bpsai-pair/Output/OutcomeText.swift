import PairCore
import Pipeline
import Review

/// How a run ended, and what to type next.
struct OutcomeText {
  private let assignment: Assignment
  private let outcome: RunOutcome

  init(_ assignment: Assignment, _ outcome: RunOutcome) {
    self.assignment = assignment
    self.outcome = outcome
  }

  var lines: [String] {
    let task = assignment.task
    switch outcome.end {
    case .committed(let commit):
      var lines = [
        "\(task): \(outcome.author ?? outcome.agent) changed \(outcome.changedPaths.count.counted("file")) on \(assignment.branch) (\(commit.short), \(outcome.costInUSD.inDollars), \(outcome.durationInSeconds.fixed(digits: 1)) s)"
      ]
      lines += criteriaLines + OutcomeText.lines(for: outcome.findings)
      lines += [
        "",
        "  see it      git diff \(assignment.origin.short)...\(assignment.branch)",
        "  its note    git notes --ref=paircoder show \(assignment.branch)",
        "  review it   bpsai-pair review \(task)",
        "  take it     git merge \(assignment.branch)",
        "  drop it     bpsai-pair discard \(task)",
      ]
      return lines
    case .failed(let failure):
      var lines = [
        "\(task): \(assignment.agent) failed (\(failure.kind.rawValue)): \(failure.detail.escaped)"
      ]
      lines += OutcomeText.lines(for: outcome.findings)
      lines += ["", "  its history    bpsai-pair log \(task)"]
      if let snapshot = outcome.snapshot {
        lines.append("  what it left   git ls-tree -r \(snapshot) files/")
        lines.append("  go on with it  bpsai-pair resume \(task)")
        // A task with a recipe goes to no agent.
        if assignment.agent != .recipe {
          lines.append("  hand it over   bpsai-pair handoff \(task) --to AGENT")
        }
      }
      return lines + ["  start over     bpsai-pair retry \(task)"]
    }
  }

  /// How an agent that was asked for a review answered.
  static func line(for review: AgentReview) -> String {
    let what = review.verdict.map { "\($0.rawValue): \(review.summary?.escaped ?? "")" } ?? "no review"
    return "  \(review.agent) (\(review.costInUSD.inDollars)): \(what)"
  }

  private var criteriaLines: [String] {
    guard let criteria = outcome.criteria else { return [] }
    let ticked = criteria.count { $0.isTicked }
    return ["  \(ticked) of \(criteria.count) acceptance criteria are ticked"]
      + criteria.filter { !$0.isTicked }.map { "    [ ] \($0.text.escapedForTerminal(limit: 200))" }
  }

  static func lines(for findings: [Finding]) -> [String] {
    findings.map { finding in
      let place = [finding.path?.escapedForTerminal(), finding.line.map(String.init)].compactMap { $0 }
      let words = finding.message.escaped
      return "  \(finding.severity.rawValue): " + (place.isEmpty ? "" : place.joined(separator: ":") + ": ")
        + words
    }
  }

  /// The status of a run that did not commit: 75 where trying later may help, 69 where the agent cannot
  /// be used, else 1.
  static func status(of outcome: RunOutcome) -> Int32 {
    outcome.failure?.kind == .rateLimited ? ExitStatus.of(.tryLater) : ExitStatus.failed
  }
}

extension String {
  /// Each line made safe for a terminal.
  fileprivate var escaped: String {
    split(whereSeparator: \.isNewline).map { String($0).escapedForTerminal(limit: 400) }
      .joined(separator: "\n    ")
  }
}

/// A batch as a person reads it.
enum BatchText {
  static func lines(for item: BatchResult.Item) -> [String] {
    let findings = OutcomeText.lines(for: item.findings)
    switch item.end {
    case .committed(let branch, let commit):
      return ["\(item.task): committed on \(branch) (\(commit.short), \(item.costInUSD.inDollars))"]
        + findings
    case .notNeeded(let why): return ["\(item.task): nothing to do: \(why)"]
    case .failed(let failure):
      return ["\(item.task): failed: \(failure.message.escaped)"] + findings
        + (failure.hint.map { ["  hint: \($0)"] } ?? [])
    case .interrupted:
      return [
        "\(item.task): interrupted (\(item.costInUSD.inDollars)); go on with it: bpsai-pair resume \(item.task)"
      ]
    case .leftAlone(let why), .skipped(let why): return ["\(item.task): skipped, since \(why)"]
    case .notStarted(let why): return ["\(item.task): not started, since \(why)"]
    }
  }

  /// - Parameter leftOut: how many task files were left out because they are invalid.
  static func summary(of batch: BatchResult, leftOut: Int) -> String {
    var counts: [String: Int] = [:]
    for item in batch.items {
      switch item.end {
      case .committed: counts["committed", default: 0] += 1
      case .notNeeded: counts["with nothing to do", default: 0] += 1
      case .failed: counts["failed", default: 0] += 1
      case .interrupted: counts["interrupted", default: 0] += 1
      case .leftAlone, .skipped: counts["skipped", default: 0] += 1
      case .notStarted: counts["not started", default: 0] += 1
      }
    }
    let words = ["committed", "with nothing to do", "failed", "interrupted", "skipped", "not started"]
      .compactMap { word in counts[word].map { "\($0) \(word)" } }
    return "\(batch.items.count.counted("task")): \(words.joined(separator: ", ")); "
      + "\(batch.costInUSD.inDollars) in all" + invalid(leftOut)
  }

  /// What to type after the runs of `plan`.
  ///
  /// - Parameter base: what `--base` named; nil for nothing.
  static func next(after batch: BatchResult, of plan: String, base: String?) -> String {
    batch.succeeded
      ? "merge the results: \(IntegrationReport.command("integrate", plan, base))"
      : "the same command does what is left: \(IntegrationReport.command("orchestrate", plan, base))"
  }

  /// The end of a summary that says what was left out; empty when nothing was.
  static func invalid(_ leftOut: Int) -> String {
    leftOut == 0 ? "" : "; left out as invalid: \(leftOut.counted("task file"))"
  }
}
