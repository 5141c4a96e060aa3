import PairCore
import Pipeline

/// What `orchestrate --workflow --dry-run` answers, and `--task` for a task that names one.
struct WorkflowForecastReport: Report {
  enum State: String, Encodable { case run, done, failed, impossible }

  struct Step: Encodable {
    let id: String
    let agent: AgentName?
    let mode: RunMode
    let isReview: Bool
    let task: String
    let title: String
    let output: String?
    let needs: [String]
    let when: WorkflowStep.Condition
    let onFailure: WorkflowStep.FailureAnswer
    let maxRounds: Int?
    /// The number of the step that a review reads, and sends its findings back to.
    let reviews: Int?
    let state: State
    let commit: ObjectID?
    let verdict: ReviewVerdict?
    let failure: FailureClass?
    let reason: String?
    let hint: String?
    let estimatedCostInUSD: Double

    init(_ forecast: Forecast.Step, in workflow: Workflow) {
      let step = forecast.step
      (id, mode, isReview, task, title) = (step.id, step.mode, step.isReview, step.task, step.title)
      (output, needs, when, onFailure) = (step.output, step.needs, step.when, step.onFailure)
      maxRounds = step.isReview ? workflow.rounds(of: step) : nil
      reviews = step.isReview ? workflow.reviewed(by: step).map(workflow.number) : nil
      estimatedCostInUSD = forecast.estimatedCostInUSD
      let ended: WorkflowProgress.StepEnd? =
        if case .ended(let end) = forecast.outlook { end } else { nil }
      (agent, state, reason, hint) =
        switch forecast.outlook {
        case .run(let agent): (agent, .run, nil, nil)
        case .ended(let end): (end.agent, end.isFailed ? .failed : .done, nil, nil)
        case .impossible(let error): (nil, .impossible, error.message, error.hint)
        }
      (commit, verdict, failure) = (ended?.commit, ended?.verdict, ended?.failure)
    }

    fileprivate func cells(number: Int) -> [String] {
      [
        "\(number).", id == String(number) ? "" : id,
        state == .impossible ? "nobody" : agent?.text ?? "–", isReview ? "review" : mode.rawValue,
        estimatedCostInUSD == 0 ? "–" : estimatedCostInUSD.inDollars,
        output?.escapedForTerminal(limit: 60) ?? "", title.escapedForTerminal(limit: 60),
      ]
    }

    fileprivate var remarks: [String] {
      var remarks: [String] = []
      switch state {
      case .run: break
      case .done: remarks.append("done (\(commit.shown)\(verdict.map { ", \($0.rawValue)" } ?? ""))")
      case .failed: remarks.append("failed\(failure.map { " (\($0.rawValue))" } ?? "")")
      case .impossible: remarks += [reason ?? ""] + hintLines(hint)
      }
      switch when {
      case .always: break
      case .succeeded: remarks.append("only when what it needs has a result")
      case .failed: remarks.append("only when what it needs failed")
      case .findings: remarks.append("only when the review finds what blocks")
      }
      if let reviews, let maxRounds, maxRounds > 1 {
        remarks.append("up to \(maxRounds) rounds with step \(reviews)")
      }
      switch onFailure {
      case .stop: break
      case .goOn: remarks.append("a failure does not end the workflow")
      case .handoff: remarks.append("after a failure another agent goes on")
      }
      return remarks
    }
  }

  static let schema = "bpsai-pair/workflow-dry-run/1"
  let workflow: String
  let task: TaskID
  /// Absent where the task has no file of its own.
  let title: String?
  let branch: BranchName
  let notNeeded: String?
  /// Which review still blocks, so that no step comes; absent where none does.
  let findingsLeft: String?
  /// The id of the step that comes next; absent where none does.
  let next: String?
  let estimatedCostInUSD: Double
  let steps: [Step]
  let limits: LimitsReport
  let command: String

  init(_ forecast: Forecast, of spec: WorkflowSpec, _ statuses: [BudgetStatus], command: String) {
    (workflow, task) = (spec.workflow.name, spec.task.id)
    title = spec.hasTaskFile ? spec.task.title : nil
    (branch, findingsLeft) = (.result(of: spec.task.id), forecast.findingsLeft)
    notNeeded = forecast.notNeeded
    (next, estimatedCostInUSD) = (forecast.next?.id, forecast.estimatedCostInUSD ?? 0)
    steps = forecast.steps.map { Step($0, in: spec.workflow) }
    limits = LimitsReport(statuses, refusal: forecast.refusal)
    self.command = command
  }

  var text: [String] {
    let cells = steps.enumerated().map { $1.cells(number: $0 + 1) }
    let rows = zip(cells.inColumns(right: [0, 4], indent: "  "), steps).flatMap { row, step in
      [row] + step.remarks.map { "      \($0)" }
    }
    let what = title.map { " on \(task)  \($0.escapedForTerminal(limit: 100))" } ?? ""
    let end =
      notNeeded.map { "Nothing to do: \($0)" }
      ?? findingsLeft.map { "\($0). To start over: \(command) --again" }
      ?? "Nothing was changed. To run it: \(command)"
    return ["The workflow \(workflow)\(what)"] + rows + [
      "  → branch \(branch); about \(estimatedCostInUSD.inDollars), each step once"
    ] + limits.left + [end]
  }
}
