import Git
import PairCore
import Pipeline

/// What `integrate` answers, and `orchestrate --integrate` after what it answers of the runs.
struct IntegrateReport: Report {
  enum State: String, Encodable {
    case merged, contained, done, missing, unfinished
    case notTried = "not-tried"
    case leftOut = "left-out"
  }

  enum Cause: String, Encodable {
    case conflict, outdated, impossible
    case checkFailed = "check-failed"
    case buildsOn = "builds-on"
  }

  struct Part: Encodable {
    let task: TaskID
    let result: ObjectID?
    let state: State
    let commit: ObjectID?
    let isByWorkflow: Bool
    /// Who makes it again, or would: `agent`, `workflow` or `rest-of-workflow`; absent for nobody.
    let remedy: Integration.Remedy?
    let cause: Cause?
    let reason: String?
    let paths: [String]?
    /// The tasks whose results are in the way.
    let with: [TaskID]?
    /// Whether what results are merged into is itself in the way of a conflict.
    let withBase: Bool?
    /// Whether all steps of its workflow, or its branch set right by hand, would help.
    let isForItsWorkflow: Bool
    /// Whether it has been sent back as often as it may.
    let isExhausted: Bool
    /// What to type next for what is not on the branch; absent where nothing is to do yet.
    let hint: String?

    init(_ part: Integration.Part, in report: IntegrationReport) {
      (task, result) = (part.task, part.result)
      (isByWorkflow, remedy, hint) = (part.isByWorkflow, part.remedy, report.hint(for: part))
      isForItsWorkflow = part.isForItsWorkflow
      isExhausted = part.reason?.isForAnAgent == true && !part.mayReturn
      // That of a forecast is gone already.
      commit = if case .merged(let commit) = part.mergeStatus, !report.isForecast { commit } else { nil }
      (state, reason) =
        switch part.mergeStatus {
        case .merged: (.merged, nil)
        case .contained: (.contained, nil)
        case .done: (.done, nil)
        case .missing: (.missing, nil)
        case .unfinished(let words), .blocked(let words), .begun(let words): (.unfinished, words)
        case .notTried: (.notTried, "the user interrupted")
        case .takenOut(let reason): (.leftOut, reason.words)
        }
      withBase = if case .conflict(_, _, let base) = part.reason { base != nil } else { nil }
      switch part.reason {
      case nil: (cause, paths, with) = (nil, nil, nil)
      case .conflict(let paths, let tasks, _): (cause, self.paths, with) = (.conflict, paths, tasks)
      case .checkFailed: (cause, paths, with) = (.checkFailed, nil, nil)
      case .buildsOn(let task): (cause, paths, with) = (.buildsOn, nil, [task])
      case .outdated(let task): (cause, paths, with) = (.outdated, nil, [task])
      case .impossible: (cause, paths, with) = (.impossible, nil, nil)
      }
    }
  }

  /// What stopped an integration.
  struct Failure: Encodable {
    let message: String
    let hint: String?

    init(_ error: any Error) {
      switch error {
      case let error as PairError: (message, hint) = (error.message, error.hint)
      case let error as GitError: (message, hint) = (error.message, error.hint)
      case is CancellationError: (message, hint) = ("it was interrupted", nil)
      default: (message, hint) = ("\(error)", nil)
      }
    }
  }

  static let schema = "bpsai-pair/integration/1"
  let description: String
  let plan: PlanID
  let base: ConflictForecast.Side
  let branch: BranchName
  /// Where the branch stands; absent where nothing was merged, in a forecast, and where results are left untried.
  let commit: ObjectID?
  /// Where the branch still stands although nothing is left to merge; absent where it does not.
  let leftBehind: ObjectID?
  let isForecast: Bool
  /// Whether every task of the plan is integrated; the status is 1 only where a result that there is was left out.
  let isComplete: Bool
  let isUnchanged: Bool
  let remote: String?
  /// Whether a push has to replace what the branch was before.
  let isRewritten: Bool
  let costInUSD: Double
  let parts: [Part]
  let redone: [BatchReport.Item]
  let invalid: [Fault]
  /// What goes on where this left off.
  let command: String
  /// What makes the results that there are none of yet.
  let runCommand: String
  /// What a result that is made again by hand starts from.
  let start: String

  init(_ report: IntegrationReport) {
    let integration = report.integration
    (plan, base, branch) = (integration.plan, report.base, integration.branch)
    let hasTip = integration.mergedCount > 0 && !report.isForecast && !integration.isCutShort
    commit = hasTip ? integration.tip : nil
    leftBehind = report.isLeftBehind ? report.before : nil
    (isForecast, isComplete, isUnchanged) = (report.isForecast, integration.isComplete, report.isUnchanged)
    (description, remote, isRewritten) = (report.description, report.remote, report.isRewritten)
    costInUSD = report.costInUSD
    parts = integration.parts.map { Part($0, in: report) }
    redone = report.redone.map(BatchReport.Item.init)
    invalid = report.faults.map(Fault.init)
    (command, runCommand, start) = (report.command, report.runCommand, report.start)
  }

  private var isCutShort: Bool { parts.contains { $0.state == .notTried } }
  private var isLeavingOut: Bool { parts.contains { [.unfinished, .notTried, .leftOut].contains($0.state) } }

  /// The status to end with; nil where all went well.
  var status: Int32? {
    if isLeavingOut { return ExitStatus.failed }
    return invalid.isEmpty ? nil : ExitStatus.of(.invalidInput)
  }

  var text: [String] {
    var lines = ["\(description), on \(base.title) (\(base.commit.short)):"]
    for part in parts { lines += ["  \(part.task): \(words(for: part))"] + advice(on: part) }
    for item in redone {
      let word = item.state == .committed ? "made anew" : "not made anew"
      let told = item.text
      lines += told.prefix(1).map { "  \(word): \($0)" } + told.dropFirst().map { "  \($0)" }
    }
    if isCutShort {
      return lines + ["\(branch) stays where it is until all of them have been tried: \(command)"]
    }
    let count = parts.count { $0.state == .merged }
    let merged = count.counted("result")
    if count == 0 {
      let nothing = isForecast ? "Nothing would be merged." : "Nothing was merged."
      return lines + [isLeavingOut ? nothing : "There is nothing to merge."] + missing
        + (leftBehind.map {
          ["\(branch) still holds what was merged before (\($0.short)): git branch -D \(branch)"]
        } ?? [])
    }
    if isForecast { return lines + ["\(branch) would hold \(merged)."] + missing }
    let cost = redone.isEmpty ? "" : "; agents cost \(costInUSD.inDollars)"
    lines += ["\(branch) \(isUnchanged ? "already holds" : "holds") \(merged) (\(commit.shown))\(cost)"]
    lines += missing + [""]
    if let remote {
      let force = isRewritten ? "--force-with-lease " : ""
      lines.append("  push it    git push \(force)\(remote) \(branch)")
    }
    return lines + [
      "  see it     git diff \(base.commit.short)...\(branch)",
      "  merge it   git merge --no-ff \(branch)",
    ]
  }

  /// What to type for a result that is left out; what all have in common is said once, at the end.
  private func advice(on part: Part) -> [String] {
    if part.isForItsWorkflow, !isForecast, !isCutShort {
      return [
        "    to make it anew by hand, from \(start):",
        "      all its steps   bpsai-pair orchestrate --task \(part.task) --again --base \(start)",
        "      what it is      git switch \(BranchName.result(of: part.task)) && git rebase \(start)",
      ]
    }
    if part.state == .missing || part.state == .notTried { return [] }
    return part.hint.map { ["    \($0)"] } ?? []
  }

  /// That tasks of the plan have no result, and what to type.
  private var missing: [String] {
    let count = parts.count { $0.state == .missing }
    if count == 0 { return [] }
    return ["\(count.counted("task")) \(count == 1 ? "has" : "have") no result yet: \(runCommand)"]
  }

  private func words(for part: Part) -> String {
    let what =
      switch part.state {
      case .merged: isForecast ? "merges" : "merged (\(part.commit.shown))"
      case .contained: "is part of \(base.title), or of another, already"
      case .done where part.result == nil: "is done, as its file says; it has no result"
      case .done: "is done in \(base.title); its result was merged in another way"
      case .missing: "has no result yet"
      case .unfinished: "left out: \(part.reason ?? "")"
      case .notTried: "not tried, since the user interrupted"
      case .leftOut: "left out: it \(part.reason ?? "")"
      }
    if part.isExhausted { return "\(what); it has been sent back as often as it may" }
    return switch isForecast ? part.remedy : nil {
    case nil: what
    case .agent: "\(what); an agent would make it anew"
    case .workflow: "\(what); all steps of its workflow would make it anew"
    case .restOfWorkflow: "\(what), and would go on making it anew"
    }
  }
}
