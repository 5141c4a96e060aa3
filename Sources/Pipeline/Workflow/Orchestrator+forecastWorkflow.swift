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

  package let order: WorkflowSpec
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

extension Orchestrator {
  /// What `execute(_:_:)` would do with `order`, as far as that can be known; reads, and changes nothing.
  package func forecast(_ order: WorkflowSpec, _ request: Request) throws -> WorkflowForecast {
    let progress = request.again ? WorkflowProgress() : try progress(of: order)
    var next: (step: WorkflowStep, round: Int)?
    var findingsLeft: String?
    switch order.workflow.move(after: progress) {
    case .run(let step, let round): next = (step, round)
    case .findingsLeft(let review):
      findingsLeft = review.words(stillBlockingAfter: progress.end(of: review)?.round ?? 1)
    case .finish: break
    }
    let known = try workspace.capabilities(at: nil).names
    let steps = try order.workflow.steps.map { step in
      _ = try agent(of: step, in: order.workflow, among: known)
      if let end = progress.end(of: step), next?.step.id != step.id {
        return WorkflowForecast.Step(step: step, outlook: .ended(end), decision: nil, isExpected: false)
      }
      let isExpected = next?.step.id == step.id || [.always, .succeeded].contains(step.when)
      return try forecast(step, order, request, after: progress, isExpected: isExpected)
    }
    var ahead = WorkflowForecast(
      order: order, notNeeded: try notNeeded(order.task, order, request), steps: steps, next: next,
      findingsLeft: findingsLeft, branch: .result(of: order.task.id))
    if ahead.notNeeded == nil, next != nil {
      ahead.refusal = refusal(
        of: "the workflow \(order.workflow.name)", expectedToCost: ahead.estimatedCostInUSD,
        left: request.maxCostInUSD)
    }
    return ahead
  }

  /// - Throws: `PairError` of kind `noAgent` where the steps that are to come are expected to cost more than may be
  ///   spent: to begin with them would be for nothing.
  func requireMoney(for order: WorkflowSpec, _ request: Request) throws {
    guard request.maxCostInUSD != nil else { return }
    let ahead = try forecast(order, request)
    if ahead.next == nil { return }
    if ahead.isTooDear, let obstacle = ahead.obstacle { throw obstacle }
    if let refusal = ahead.refusal { throw refusal }
  }

  private func forecast(
    _ step: WorkflowStep, _ order: WorkflowSpec, _ request: Request, after progress: WorkflowProgress,
    isExpected: Bool
  ) throws -> WorkflowForecast.Step {
    let base = try progress.commit ?? workspace.requireBase(request.base)
    let task = StepTask(step, round: 1, of: order.workflow, after: progress)
    let stepSpec = StepSpec(task: task, review: nil, hasTaskFile: order.hasTaskFile)
    var own = request
    own.forced = step.onFailure == .handoff ? nil : step.agent
    own.preferred = nil
    own.base = base.hex
    own.step = stepSpec
    let decision = try decide(task.task(of: order.task, criteria: order.task.acceptanceCriteria), own)
      .decision
    do {
      let named = try agent(
        of: step, in: order.workflow, among: decision.inputs.profiles.map(\.name))
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
