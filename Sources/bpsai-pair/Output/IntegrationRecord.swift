import Git
import PairCore
import Pipeline

/// What `integrate --json` prints, and `orchestrate --integrate --json` after what it prints of the runs.
struct IntegrationRecord: Encodable {
  struct Part: Encodable {
    let task: TaskID
    let result: ObjectID?
    /// `merged`, `contained`, `done`, `missing`, `unfinished`, `not-tried` or `left-out`.
    let state: String
    /// The merge commit.
    let commit: ObjectID?
    /// Whether the steps of a workflow make its result.
    let isByWorkflow: Bool
    /// Who makes it anew, or would: `agent`, `workflow` or `rest-of-workflow`; absent for nobody.
    let remedy: String?
    /// Why it was left out: `conflict`, `check-failed`, `builds-on`, `outdated` or `impossible`.
    let cause: String?
    let reason: String?
    /// The paths in conflict.
    let paths: [String]?
    /// The tasks whose results are in the way.
    let with: [TaskID]?
    /// Whether what results are merged into is itself in the way of a conflict.
    let withBase: Bool?

    /// What to type next for what is not on the branch; absent where the next integration sees to it, or another
    /// task has to come first.
    let hint: String?

    init(_ part: Integration.Part, in report: IntegrationReport) {
      (task, result) = (part.task, part.result)
      isByWorkflow = part.isByWorkflow
      remedy = part.remedy?.rawValue
      hint = report.hint(for: part)
      // That of a forecast is gone already.
      commit = if case .merged(let commit) = part.mergeStatus, !report.isForecast { commit } else { nil }
      (state, reason) =
        switch part.mergeStatus {
        case .merged: ("merged", nil)
        case .contained: ("contained", nil)
        case .done: ("done", nil)
        case .missing: ("missing", nil)
        case .unfinished(let words), .blocked(let words), .begun(let words): ("unfinished", words)
        case .notTried: ("not-tried", "the user interrupted")
        case .takenOut(let reason): ("left-out", reason.words)
        }
      withBase = if case .conflict(_, _, let base) = part.reason { base != nil } else { nil }
      switch part.reason {
      case nil: (cause, paths, with) = (nil, nil, nil)
      case .conflict(let paths, let tasks, _): (cause, self.paths, with) = ("conflict", paths, tasks)
      case .checkFailed: (cause, paths, with) = ("check-failed", nil, nil)
      case .buildsOn(let task): (cause, paths, with) = ("builds-on", nil, [task])
      case .outdated(let task): (cause, paths, with) = ("outdated", nil, [task])
      case .impossible: (cause, paths, with) = ("impossible", nil, nil)
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

  let schema = "bpsai-pair/integration/1"
  let plan: PlanID
  let base: ConflictForecast.Side
  let branch: BranchName
  /// Where the branch stands, or would; absent where nothing was merged, in a dry run, and after an
  /// interrupt that left results untried.
  let commit: ObjectID?
  /// Whether every task of the plan is integrated; the status is 1 only where a result that there is was left out.
  let isComplete: Bool
  let isUnchanged: Bool
  let costInUSD: Double
  let parts: [Part]
  /// The tasks whose results were made anew, or were to be.
  let redone: [BatchRecord.Item]
  let invalid: [Fault]

  init(_ report: IntegrationReport) {
    let integration = report.integration
    (plan, base, branch) = (integration.plan, report.base, integration.branch)
    let hasTip = integration.mergedCount > 0 && !report.isForecast && !integration.isCutShort
    commit = hasTip ? integration.tip : nil
    isComplete = integration.isComplete
    isUnchanged = report.isUnchanged
    costInUSD = report.costInUSD
    parts = integration.parts.map { Part($0, in: report) }
    redone = report.redone.map(BatchRecord.Item.init)
    invalid = report.faults.map(Fault.init)
  }
}
