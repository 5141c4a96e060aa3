import PairCore
import Pipeline

/// What `orchestrate --dry-run --json` prints.
struct DryRunRecord: Encodable {
  let schema = "bpsai-pair/dry-run/1"
  let decision: RoutingDecision
  /// What a run would consume; null when no agent can take the task.
  let assignment: Assignment?
}

/// What `orchestrate --task --json` prints.
struct RunRecord: Encodable {
  let schema = "bpsai-pair/run/1"
  let task: TaskID
  /// `committed`, `failed` or `not-needed`.
  let state: String
  let reason: String?
  let agent: AgentName?
  let branch: BranchName?
  let commit: ObjectID?
  let outcome: RunOutcome?

  init(task: TaskID, reason: String) {
    self.task = task
    self.state = "not-needed"
    self.reason = reason
    self.agent = nil
    self.branch = nil
    self.commit = nil
    self.outcome = nil
  }

  init(assignment: Assignment, outcome: RunOutcome) {
    self.task = assignment.task
    self.state = outcome.commit == nil ? "failed" : "committed"
    self.reason = outcome.failure?.detail
    self.agent = assignment.agent
    self.branch = outcome.commit == nil ? nil : assignment.branch
    self.commit = outcome.commit
    self.outcome = outcome
  }
}

/// What `orchestrate --plan --dry-run --json` prints.
struct PlanRecord: Encodable {
  let schema = "bpsai-pair/plan/1"
  let plan: String
  let decisions: [RoutingDecision]
}

/// What `orchestrate --plan --json` prints.
struct BatchRecord: Encodable {
  struct Item: Encodable {
    let task: TaskID
    /// `committed`, `not-needed`, `failed` or `skipped`.
    let state: String
    let reason: String?
    let branch: BranchName?
    let commit: ObjectID?
    let costInUSD: Double

    init(_ item: BatchResult.Item) {
      task = item.task
      costInUSD = item.costInUSD
      switch item.end {
      case .committed(let branch, let commit):
        (state, reason, self.branch, self.commit) = ("committed", nil, branch, commit)
      case .notNeeded(let why): (state, reason, branch, commit) = ("not-needed", why, nil, nil)
      case .failed(let why): (state, reason, branch, commit) = ("failed", why, nil, nil)
      case .skipped(let why): (state, reason, branch, commit) = ("skipped", why, nil, nil)
      }
    }
  }

  let schema = "bpsai-pair/batch/1"
  let plan: String
  let succeeded: Bool
  let costInUSD: Double
  let tasks: [Item]

  init(plan: String, batch: BatchResult) {
    self.plan = plan
    self.succeeded = batch.succeeded
    self.costInUSD = batch.costInUSD
    self.tasks = batch.items.map(Item.init)
  }
}

/// What `status --json` prints.
struct StatusRecord: Encodable {
  struct Item: Encodable {
    let task: TaskID
    let title: String?
    let state: String
    let agent: AgentName?
    let branch: BranchName?
    let costInUSD: Double
    let note: String?
  }

  struct Fault: Encodable {
    let file: String?
    let line: Int?
    let message: String
  }

  let schema = "bpsai-pair/status/1"
  let tasks: [Item]
  let invalid: [Fault]

  init(_ tasks: [Orchestrator.Status], errors: [PairError]) {
    self.tasks = tasks.map { status in
      Item(
        task: status.task, title: status.title, state: status.word, agent: status.agent,
        branch: status.branch, costInUSD: status.costInUSD, note: status.note)
    }
    self.invalid = errors.map {
      Fault(file: $0.location?.file, line: $0.location?.line, message: $0.message)
    }
  }
}
