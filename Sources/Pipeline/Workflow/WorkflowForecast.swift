import Git
import Ledger
package import PairCore
import Review
import TaskFiles

/// What carrying out a workflow would do now.
package struct WorkflowForecast: Sendable {
  package enum Outlook: Hashable, Sendable {
    /// It has ended already.
    case ended(WorkflowProgress.StepEnd)
    case run(AgentName)
    /// Nobody can take it, and why.
    case impossible(PairError)
  }

  package struct Step: Sendable {
    package let step: WorkflowStep
    package let outlook: Outlook
    /// Nil where none can be made, or none has to be.
    package let decision: RoutingDecision?

    /// Whether it has its turn where nothing fails and no review blocks, or comes next anyhow.
    package let isExpected: Bool

    /// Who would take it; nil for nobody.
    package var agent: AgentName? {
      if case .run(let agent) = outlook { agent } else { nil }
    }

    /// What it is expected to cost, in US dollars.
    package var estimatedCostInUSD: Double {
      guard let agent else { return 0 }
      return decision?.ranking.first { $0.agent == agent }?.estimatedCostInUSD ?? 0
    }
  }

  package let spec: WorkflowSpec
  /// Why there would be nothing to do; nil when there is something.
  package let notNeeded: String?
  package let steps: [Step]
  /// The step that comes next, and its round; nil where none does.
  package let next: (step: WorkflowStep, round: Int)?
  /// Which review still blocks after its last round, so that no step comes; nil where none does.
  package let findingsLeft: String?
  package let branch: BranchName
  /// Why `--max-cost` refuses it; nil where it does not.
  package fileprivate(set) var refusal: PairError?

  /// Of each step that is expected to come, once, in US dollars.
  package var estimatedCostInUSD: Double { steps.estimatedCostInUSD }

  /// Why it would not come to its end; nil where somebody can take each step that is expected.
  package var obstacle: PairError? {
    if case .impossible(let error)? = stepWithObstacle?.outlook { error } else { nil }
  }

  /// Whether that is for want of money.
  var isTooDear: Bool {
    stepWithObstacle?.decision?.ranking.contains { $0.excluded?.kind == .overMaxCost } ?? false
  }

  private var stepWithObstacle: Step? {
    steps.first { step in
      guard case .impossible = step.outlook else { return false }
      return step.isExpected && step.step.onFailure != .goOn
    }
  }
}

extension [WorkflowForecast.Step] {
  /// Of those that are expected to come, once, in US dollars.
  var estimatedCostInUSD: Double { filter(\.isExpected).reduce(0) { $0 + $1.estimatedCostInUSD } }
}

/// Says what carrying out a workflow would do now; reads, and changes nothing.
package struct WorkflowForecaster: Room {
  package let workspace: Workspace

  package init(_ workspace: Workspace) { self.workspace = workspace }

  /// What a run would do with `spec`, as far as that can be known.
  package func forecast(_ spec: WorkflowSpec, _ request: RunRequest) throws -> WorkflowForecast {
    try forecast(spec, request, TaskRecord(of: spec.task.id, in: workspace))
  }

  func forecast(
    _ spec: WorkflowSpec, _ request: RunRequest, _ record: TaskRecord
  ) throws -> WorkflowForecast {
    let progress = request.again ? WorkflowProgress() : try spec.progress(in: record)
    var next: (step: WorkflowStep, round: Int)?
    var findingsLeft: String?
    switch spec.workflow.move(after: progress) {
    case .run(let step, let round): next = (step, round)
    case .findingsLeft(let review):
      findingsLeft = review.words(stillBlockingAfter: progress.end(of: review)?.round ?? 1)
    case .finish: break
    }
    let known = try workspace.settings().capabilities.names
    let steps = try spec.workflow.steps.map { step in
      _ = try spec.agent(of: step, among: known)
      if let end = progress.end(of: step), next?.step.id != step.id {
        return WorkflowForecast.Step(step: step, outlook: .ended(end), decision: nil, isExpected: false)
      }
      let isExpected = next?.step.id == step.id || [.always, .succeeded].contains(step.when)
      return try forecast(step, of: spec, request, after: progress, isExpected: isExpected)
    }
    var ahead = WorkflowForecast(
      spec: spec,
      notNeeded: request.again ? nil : try RunNeed(workspace).reasonForNone(spec.task, spec, record),
      steps: steps, next: next,
      findingsLeft: findingsLeft, branch: .result(of: spec.task.id))
    if ahead.notNeeded == nil, next != nil {
      ahead.refusal = PairError.overMaxCost(
        of: "the workflow \(spec.workflow.name)", expectedToCost: ahead.estimatedCostInUSD,
        left: request.maxCostInUSD)
    }
    return ahead
  }

  /// - Throws: `PairError` of kind `noAgent` where the steps that are to come are expected to cost more than may be
  ///   spent: to begin with them would be for nothing.
  func requireMoney(for spec: WorkflowSpec, _ request: RunRequest, _ record: TaskRecord) throws {
    guard request.maxCostInUSD != nil else { return }
    let ahead = try forecast(spec, request, record)
    if ahead.next == nil { return }
    if ahead.isTooDear, let obstacle = ahead.obstacle { throw obstacle }
    if let refusal = ahead.refusal { throw refusal }
  }

  private func forecast(
    _ step: WorkflowStep, of spec: WorkflowSpec, _ request: RunRequest, after progress: WorkflowProgress,
    isExpected: Bool
  ) throws -> WorkflowForecast.Step {
    let base = try progress.commit ?? workspace.requireBase(request.base)
    let task = StepTask(step, round: 1, of: spec.workflow, after: progress)
    let stepSpec = StepSpec(task: task, review: nil, hasTaskFile: spec.hasTaskFile)
    var own = request
    own.forced = step.onFailure == .handoff ? nil : step.agent
    own.preferred = nil
    own.base = base.hex
    own.step = stepSpec
    let decision = try TaskRouter(workspace).decide(
      task.task(of: spec.task, criteria: spec.task.acceptanceCriteria), own
    )
    .decision
    do {
      let named = try spec.agent(
        of: step, among: decision.inputs.profiles.map(\.name))
      let isFree = decision.ranking.contains { $0.agent == named && $0.excluded == nil }
      return WorkflowForecast.Step(
        step: step, outlook: .run(try isFree ? named : decision.requireAgent()), decision: decision,
        isExpected: isExpected)
    } catch let error as PairError where error.kind != .internal {
      return WorkflowForecast.Step(
        step: step, outlook: .impossible(error), decision: decision, isExpected: isExpected)
    }
  }
}

extension PairError {
  /// Why `--max-cost` refuses what is expected to cost more than it leaves; nil when it does not.
  ///
  /// - Parameters:
  ///   - who: the agent, or the workflow.
  ///   - cost: in US dollars, as is `left`, which is nil without `--max-cost`.
  static func overMaxCost(of who: String, expectedToCost cost: Double, left: Double?) -> PairError? {
    guard let left, cost > left else { return nil }
    return PairError(
      .noAgent, "\(who) is expected to cost \(cost.inDollars), and --max-cost leaves it \(left.inDollars)",
      hint: "Raise --max-cost. What has a result by then is not paid for again.")
  }
}
