import PairCore
import Pipeline
import Review

/// What `orchestrate --task` answers: how a run ended, and what to type next.
struct RunReport: Report {
  enum State: String, Encodable {
    case committed, failed
    case notNeeded = "not-needed"
  }

  static let schema = "bpsai-pair/run/1"
  let task: TaskID
  let state: State
  var reason: String?
  var agent: AgentName?
  var branch: BranchName?
  var commit: ObjectID?
  /// The commit that the result is compared with as a whole.
  var origin: ObjectID?
  var outcome: RunOutcome?

  var remarks: [String] { state == .notNeeded ? [reason ?? ""] : [] }

  var text: [String] {
    guard let outcome, let agent else { return [] }
    let found = outcome.findings.map(\.text)
    if let failure = outcome.failure {
      var lines = ["\(task): \(agent) failed (\(failure.kind.rawValue)): \(failure.detail.escapedLines)"]
      lines += found + ["", "  its history    bpsai-pair log \(task)"]
      if let snapshot = outcome.snapshot {
        lines.append("  what it left   git ls-tree -r \(snapshot) files/")
        lines.append("  go on with it  bpsai-pair resume \(task)")
        // A task with a recipe goes to no agent.
        if agent != .recipe { lines.append("  hand it over   bpsai-pair handoff \(task) --to AGENT") }
      }
      return lines + ["  start over     bpsai-pair retry \(task)"]
    }
    let branch = branch.shown
    let isTouched = outcome.findings.contains { $0.rule == .outside && $0.severity == .block }
    return [
      "\(task): \(outcome.author ?? outcome.agent) changed \(outcome.changedPaths.count.counted("file")) on \(branch) (\(commit.shown), \(outcome.costInUSD.inDollars), \(outcome.durationInSeconds.fixed(digits: 1)) s)"
    ] + criteria + found + [
      "",
      "  see it      git diff \(origin.shown)...\(branch)",
      "  its note    git notes --ref=paircoder show \(branch)",
      "  review it   bpsai-pair review \(task)",
      isTouched
        ? "  The agent changed files or refs that are yours. Undo that before you merge."
        : "  take it     git merge \(branch)",
      "  drop it     bpsai-pair discard \(task)",
    ]
  }

  private var criteria: [String] {
    guard let criteria = outcome?.criteria else { return [] }
    let open = criteria.filter { !$0.isTicked }
    return ["  \(criteria.count - open.count) of \(criteria.count) acceptance criteria are ticked"]
      + open.map { "    [ ] \($0.text.escapedForTerminal(limit: 200))" }
  }
}

extension RunReport {
  init(_ assignment: Assignment, _ outcome: RunOutcome) {
    self.init(
      task: assignment.task, state: outcome.commit == nil ? .failed : .committed,
      reason: outcome.failure?.detail, agent: assignment.agent,
      branch: outcome.commit == nil ? nil : assignment.branch, commit: outcome.commit,
      origin: assignment.origin, outcome: outcome)
  }
}

extension Terminal {
  /// Shows how carrying out a task ended.
  /// - Parameter next: what to type to go on, nil for `resume`; `again` the same to start over, nil for `retry`.
  /// - Throws: `Ended` where there is no result.
  static func show(_ result: WorkResult, next: String? = nil, again: String? = nil, json: Bool) throws {
    if let workflow = result.workflow {
      try show(WorkflowReport(result, workflow, next: next, again: again), json: json)
    } else if case .notNeeded(let reason) = result.end {
      try show(RunReport(task: result.task.id, state: .notNeeded, reason: reason), json: json)
    } else if let last = result.last {
      try show(RunReport(last.assignment, last.outcome), json: json)
    }
    switch result.end {
    case .finished, .notNeeded: break
    // Where a limit stopped an agent, trying later may help.
    case .failed(_, let outcome) where outcome.failure?.kind == .rateLimited:
      throw Ended(status: ExitStatus.of(.tryLater))
    case .failed, .findingsLeft: throw Ended(status: ExitStatus.failed)
    }
  }
}

extension ReviewReport: Report {
  var text: [String] {
    ["\(task): \(changedPaths.count.counted("file")) changed in \(base.short)..\(commit.short)"]
      + (agentReview.map { [$0.line] } ?? []) + findings.map(\.text)
      + (agentReview?.remarks ?? []).map { "  remark: \($0)" }
      + checks.filter(\.passed).map { "  passed: \($0.name)" }
      + [blocks ? "The review blocks." : "Nothing blocks."]
  }
}

extension AgentReview {
  fileprivate var line: String {
    let what = verdict.map { "\($0.rawValue): \(summary?.escapedLines ?? "")" } ?? "no review"
    return "  \(agent) (\(costInUSD.inDollars)): \(what)"
  }
}
