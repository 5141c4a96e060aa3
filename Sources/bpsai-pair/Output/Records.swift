import PairCore
import Pipeline

/// What `orchestrate --dry-run --json` prints.
struct DryRunRecord: Encodable {
  let schema = "bpsai-pair/dry-run/2"
  let decision: RoutingDecision
  /// What would have made other agents win.
  let alternatives: [Alternative]
  /// What a run would consume; absent when no agent can take the task.
  let assignment: Assignment?
  /// Why a run would find nothing to do; absent when there is something.
  let notNeeded: String?
  let limits: LimitsRecord
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

/// What `orchestrate --plan --json` prints.
struct BatchRecord: Encodable {
  struct Item: Encodable {
    let task: TaskID
    /// `committed`, `not-needed`, `failed`, `interrupted`, `skipped` or `not-started`.
    let state: String
    let reason: String?
    let branch: BranchName?
    let commit: ObjectID?
    /// What to do about a failure.
    let hint: String?
    let costInUSD: Double
    let findings: [Finding]

    init(_ item: BatchResult.Item) {
      task = item.task
      costInUSD = item.costInUSD
      findings = item.findings
      if case .failed(let failure) = item.end { hint = failure.hint } else { hint = nil }
      switch item.end {
      case .committed(let branch, let commit):
        (state, reason, self.branch, self.commit) = ("committed", nil, branch, commit)
      case .notNeeded(let why): (state, reason, branch, commit) = ("not-needed", why, nil, nil)
      case .failed(let failure):
        (state, reason, branch, commit) = ("failed", failure.message, nil, nil)
      case .interrupted: (state, reason, branch, commit) = ("interrupted", nil, nil, nil)
      case .leftAlone(let why), .skipped(let why):
        (state, reason, branch, commit) = ("skipped", why, nil, nil)
      case .notStarted(let why): (state, reason, branch, commit) = ("not-started", why, nil, nil)
      }
    }
  }

  let schema = "bpsai-pair/batch/1"
  let plan: String?
  let succeeded: Bool
  /// With what making results anew cost.
  let costInUSD: Double
  let tasks: [Item]
  /// The task files that were left out.
  let invalid: [Fault]

  /// What merging the results came to; absent where nobody asked for that.
  let integration: IntegrationRecord?
  /// What stopped it; absent where nothing did.
  let integrationError: IntegrationRecord.Failure?

  init(
    plan: String?, batch: BatchResult, faults: [PairError], integration: IntegrationRecord? = nil,
    integrationError: IntegrationRecord.Failure? = nil
  ) {
    self.plan = plan
    self.integration = integration
    self.integrationError = integrationError
    self.succeeded =
      batch.succeeded && faults.isEmpty && integration?.isComplete != false && integrationError == nil
    self.invalid = faults.map(Fault.init)
    self.costInUSD = batch.costInUSD + (integration?.costInUSD ?? 0)
    self.tasks = batch.items.map(Item.init)
  }
}

/// A task file that cannot be used.
struct Fault: Encodable {
  let file: String?
  let line: Int?
  let message: String

  init(_ error: PairError) {
    file = error.location?.file
    line = error.location?.line
    message = error.message
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

  let schema = "bpsai-pair/status/1"
  let tasks: [Item]
  let invalid: [Fault]
  /// The limits of the budget that keep runs from starting, one sentence each.
  let limitsReached: [String]

  init(_ tasks: [TaskOverview], errors: [PairError], limitsReached: [String]) {
    self.limitsReached = limitsReached
    self.tasks = tasks.map { status in
      Item(
        task: status.task, title: status.title, state: status.word, agent: status.agent,
        branch: status.branch, costInUSD: status.costInUSD, note: status.note)
    }
    self.invalid = errors.map(Fault.init)
  }
}
