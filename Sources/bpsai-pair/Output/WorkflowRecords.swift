import PairCore
import Pipeline

/// What `orchestrate --workflow --dry-run --json` prints, and `--task` for a task that names one.
struct WorkflowForecastRecord: Encodable {
  struct Step: Encodable {
    let id: String
    let agent: AgentName?
    let mode: RunMode
    let isReview: Bool
    let task: String
    let output: String?
    let needs: [String]
    let when: WorkflowStep.Condition
    let onFailure: WorkflowStep.FailureAnswer
    let maxRounds: Int?
    /// `run`, `done`, `failed` or `impossible`.
    let state: String
    let reason: String?
    let hint: String?
    let estimatedCostInUSD: Double

    init(_ forecast: WorkflowForecast.Step, in workflow: Workflow) {
      let step = forecast.step
      id = step.id
      mode = step.mode
      isReview = step.isReview
      task = step.task
      output = step.output
      needs = step.needs
      when = step.when
      onFailure = step.onFailure
      maxRounds = step.isReview ? workflow.rounds(of: step) : nil
      estimatedCostInUSD = forecast.estimatedCostInUSD
      switch forecast.outlook {
      case .run(let agent): (self.agent, state, reason, hint) = (agent, "run", nil, nil)
      case .ended(let end):
        (agent, state, reason, hint) = (end.agent, end.isFailed ? "failed" : "done", nil, nil)
      case .impossible(let error):
        (agent, state, reason, hint) = (nil, "impossible", error.message, error.hint)
      }
    }
  }

  let schema = "bpsai-pair/workflow-dry-run/1"
  let workflow: String
  let task: TaskID
  let branch: BranchName
  let notNeeded: String?
  /// Which review still blocks, so that no step comes; absent where none does.
  let findingsLeft: String?
  /// The id of the step that comes next; absent where none does.
  let next: String?
  let estimatedCostInUSD: Double
  let steps: [Step]
  let limits: LimitsRecord

  init(_ forecast: WorkflowForecast, _ statuses: [BudgetStatus]) {
    workflow = forecast.spec.workflow.name
    task = forecast.spec.task.id
    branch = forecast.branch
    notNeeded = forecast.notNeeded
    findingsLeft = forecast.findingsLeft
    next = forecast.next?.step.id
    estimatedCostInUSD = forecast.estimatedCostInUSD
    steps = forecast.steps.map { Step($0, in: forecast.spec.workflow) }
    limits = LimitsRecord(statuses, refusal: forecast.refusal)
  }
}

/// What `orchestrate` prints with `--json` after a workflow.
struct WorkflowRecord: Encodable {
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
      step = end.step
      round = end.round
      run = end.run
      agent = end.agent
      switch end.end {
      case .committed(let commit, let verdict):
        (state, self.commit, self.verdict, failure) = ("committed", commit, verdict, nil)
      case .failed(let kind): (state, commit, verdict, failure) = ("failed", nil, nil, kind)
      }
    }
  }

  let schema = "bpsai-pair/workflow/1"
  let workflow: String
  let task: TaskID
  /// `finished`, `not-needed`, `failed` or `findings-left`.
  let state: String
  let reason: String?
  let branch: BranchName?
  let commit: ObjectID?
  let costInUSD: Double
  let steps: [Step]
  /// What the last review still blocks for.
  let findings: [Finding]

  init(_ result: WorkResult, _ pass: WorkResult.WorkflowResult) {
    workflow = pass.spec.workflow.name
    task = result.task.id
    costInUSD = pass.costInUSD
    steps = pass.steps.map(Step.init)
    switch result.end {
    case .finished(let branch, let commit):
      (state, reason, self.branch, self.commit, findings) = ("finished", nil, branch, commit, [])
    case .notNeeded(let why): (state, reason, branch, commit, findings) = ("not-needed", why, nil, nil, [])
    case .failed(_, let outcome):
      (state, reason, branch, commit, findings) = (
        "failed", outcome.failure?.detail, nil, nil, outcome.findings
      )
    case .findingsLeft(let step, let rounds, let found):
      (state, reason, branch, commit, findings) = (
        "findings-left", step.words(stillBlockingAfter: rounds), nil, nil,
        found
      )
    }
  }
}
