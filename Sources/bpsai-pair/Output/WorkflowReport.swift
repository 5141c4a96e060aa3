import PairCore
import Pipeline

/// What `orchestrate` answers after a workflow: how it ended, and what to type next.
struct WorkflowReport: Report {
  enum State: String, Encodable {
    case finished, failed
    case notNeeded = "not-needed"
    case findingsLeft = "findings-left"
  }

  struct Step: Encodable {
    let step: String
    let round: Int
    let run: RunID?
    let agent: AgentName?
    /// `committed` or `failed`.
    let state: String
    let commit: ObjectID?
    let verdict: ReviewVerdict?
    let failure: FailureClass?

    init(_ end: WorkflowProgress.StepEnd) {
      (step, round, run, agent) = (end.step, end.round, end.run, end.agent)
      state = end.isFailed ? "failed" : "committed"
      (commit, verdict, failure) = (end.commit, end.verdict, end.failure)
    }
  }

  /// The step that a pass ended with although it was not the last.
  struct Obstacle: Encodable {
    let step: String
    /// Who failed at it; absent where a review still blocks.
    var agent: AgentName?
    var failure: FailureClass?
    /// The ref that keeps what a failed run left.
    var snapshot: String?
    var rounds: Int?
    var output: String?
  }

  static let schema = "bpsai-pair/workflow/1"
  let workflow: String
  let task: TaskID
  let state: State
  let reason: String?
  let branch: BranchName?
  let commit: ObjectID?
  /// The commit that the first step started from; absent where none has a result.
  let origin: ObjectID?
  let costInUSD: Double
  let steps: [Step]
  /// Absent where every step had its turn.
  let obstacle: Obstacle?
  /// What the last review still blocks for.
  let findings: [Finding]
  let next: String
  let again: String

  init(_ result: WorkResult, _ pass: WorkResult.WorkflowResult, next: String?, again: String?) {
    (workflow, task) = (pass.spec.workflow.name, result.task.id)
    (costInUSD, origin) = (pass.costInUSD, pass.origin)
    (self.next, self.again) = (next ?? "bpsai-pair resume \(task)", again ?? "bpsai-pair retry \(task)")
    steps = pass.steps.map(Step.init)
    (state, branch, commit, reason, findings, obstacle) =
      switch result.end {
      case .finished(let branch, let commit): (.finished, branch, commit, nil, [], nil)
      case .notNeeded(let why): (.notNeeded, nil, nil, why, [], nil)
      case .failed(let assignment, let outcome):
        (
          .failed, nil, nil, outcome.failure?.detail, outcome.findings,
          Obstacle(
            step: assignment.step?.step ?? "", agent: assignment.agent, failure: outcome.failure?.kind,
            snapshot: outcome.snapshot)
        )
      case .findingsLeft(let step, let rounds, let found):
        (
          .findingsLeft, nil, nil, step.words(stillBlockingAfter: rounds), found,
          Obstacle(step: step.id, rounds: rounds, output: step.output)
        )
      }
  }

  var remarks: [String] { state == .notNeeded ? [reason ?? ""] : [] }

  var text: [String] {
    let (cost, found) = (costInUSD.inDollars, findings.map(\.text))
    if state == .finished {
      let (runs, branch) = (steps.count { $0.run != nil }.counted("run"), branch.shown)
      let start = origin.shown
      return [
        "\(task): the workflow \(workflow) is finished on \(branch) (\(commit.shown), \(runs), \(cost))",
        "",
        "  see it      git diff \(start)\(start.isEmpty ? "" : "...")\(branch)",
        "  its steps   git log \(start)\(start.isEmpty ? "" : "..")\(branch)",
        "  take it     git merge \(branch)",
        "  drop it     bpsai-pair discard \(task)",
      ]
    }
    guard let obstacle else { return [] }
    guard let agent = obstacle.agent else {
      let rounds = (obstacle.rounds ?? 1).counted("round")
      let place = obstacle.output.map {
        "  all of it      git show \(BranchName.result(of: task)):\($0.escapedForTerminal())"
      }
      return [
        "\(task): the review '\(obstacle.step)' of \(workflow) still blocks after \(rounds) (\(cost))"
      ] + found + [""] + (place.map { [$0] } ?? []) + [
        "  start over     \(again)", "  drop it        bpsai-pair discard \(task)",
      ]
    }
    let why = obstacle.failure.map { "\($0.rawValue): \(reason ?? "")".escapedLines } ?? ""
    let left = obstacle.snapshot.map { ["  what it left   git ls-tree -r \($0) files/"] } ?? []
    return ["\(task): \(agent) failed at the step '\(obstacle.step)' of \(workflow): \(why)"] + found
      + ["", "  its history    bpsai-pair log \(task)"] + left
      + ["  go on with it  \(next)", "  start over     \(again)"]
  }
}

extension WorkflowProgress.StepEnd {
  var verdict: ReviewVerdict? {
    if case .committed(_, let verdict) = end { verdict } else { nil }
  }

  var failure: FailureClass? { if case .failed(let failure) = end { failure } else { nil } }
}
