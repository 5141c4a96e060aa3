import Git
import Ledger
package import PairCore
import TaskFiles

/// What carrying out a task would do now, by one run or by the steps of its workflow.
package struct Forecast: Sendable {
  package enum Outlook: Hashable, Sendable {
    case run(AgentName)
    case notNeeded(String)
    case impossible(PairError)
    /// It would not be started, because of its own status.
    case leftAlone(String)
    /// It would not be started, because of what it depends on.
    case skipped(String)
  }

  /// A step of the workflow.
  package struct Step: Sendable {
    package enum Outlook: Hashable, Sendable {
      /// It has ended already.
      case ended(WorkflowProgress.StepEnd)
      case run(AgentName)
      case impossible(PairError)
    }

    package let step: WorkflowStep
    package let outlook: Outlook
    /// Nil where none can be made, or none has to be.
    package let decision: RoutingDecision?
    /// Whether it has its turn where nothing fails and no review blocks, or comes next anyhow.
    package let isExpected: Bool

    /// The agent that would take it; nil for none.
    package var agent: AgentName? { if case .run(let agent) = outlook { agent } else { nil } }

    /// What it is expected to cost, in US dollars.
    package var estimatedCostInUSD: Double {
      guard let agent else { return 0 }
      return decision?.ranking.first { $0.agent == agent }?.estimatedCostInUSD ?? 0
    }
  }

  package let task: AgentTask
  /// Nil where none can be made; of a workflow that of its next step.
  package var decision: RoutingDecision?
  /// Nil where one run carries the task out.
  package var workflow: WorkflowSpec?
  /// Those of the workflow, ended ones included; empty for one run.
  package var steps: [Step] = []
  /// The step that comes next; nil where none does.
  package var next: WorkflowStep?
  /// Which review still blocks after its last round, so that no step comes; nil where none does.
  package var findingsLeft: String?
  package var outlook: Outlook
  /// Why the limits or `--max-cost` would refuse it after what runs before it; nil when they would not.
  package var refusal: PairError?

  /// The steps that are to come.
  package var ahead: [Step] { steps.ahead }

  /// The agent that would begin; nil for none.
  package var agent: AgentName? {
    guard case .run(let agent) = outlook, refusal == nil else { return nil }
    return agent
  }

  /// What it is expected to cost, each step that is expected once, in US dollars; nil where nothing is known of it.
  package var estimatedCostInUSD: Double? {
    if workflow == nil { return decision?.chosen?.estimatedCostInUSD }
    return steps.filter(\.isExpected).reduce(0) { $0 + $1.estimatedCostInUSD }
  }

  /// Why there is nothing to do; nil when there is something.
  package var notNeeded: String? { if case .notNeeded(let reason) = outlook { reason } else { nil } }

  /// Why it would not come to its end; nil where some agent can take each step that is expected.
  package var obstacle: PairError? {
    if case .impossible(let error)? = steps.withObstacle?.outlook { error } else { nil }
  }

  /// Whether that is for want of money.
  var isTooDear: Bool {
    steps.withObstacle?.decision?.ranking.contains { $0.excluded?.kind == .overMaxCost } ?? false
  }

  var expectedSeconds: Int {
    if agent == nil { return 0 }
    if workflow == nil { return decision?.expectedSeconds ?? 0 }
    return ahead.filter(\.isExpected).reduce(0) { $0 + ($1.decision?.expectedSeconds ?? 0) }
  }
}

extension [Forecast.Step] {
  fileprivate var ahead: [Forecast.Step] { filter { if case .ended = $0.outlook { false } else { true } } }

  fileprivate var withObstacle: Forecast.Step? {
    first { step in
      guard case .impossible = step.outlook else { return false }
      return step.isExpected && step.step.onFailure != .goOn
    }
  }
}

/// Says what carrying out a workflow would do now; reads, and changes nothing.
package final class WorkflowForecaster: StatelessRoom {
  /// What a run would do with `spec`, as far as that can be known.
  package func forecast(
    _ spec: WorkflowSpec, _ request: RunRequest, _ record: TaskRecord? = nil
  ) throws -> Forecast {
    let record = try record ?? TaskRecord(of: spec.task.id, in: workspace)
    let progress = request.again ? WorkflowProgress() : try spec.progress(in: record)
    var next: WorkflowStep?
    var findingsLeft: String?
    switch spec.workflow.move(after: progress) {
    case .run(let step, _): next = step
    case .findingsLeft(let review):
      findingsLeft = review.words(stillBlockingAfter: progress.end(of: review)?.round ?? 1)
    case .finish: break
    }
    let known = try workspace.settings().capabilities.names
    let steps = try spec.workflow.steps.map { step in
      _ = try spec.agent(of: step, among: known)
      if let end = progress.end(of: step), next?.id != step.id {
        return Forecast.Step(step: step, outlook: .ended(end), decision: nil, isExpected: false)
      }
      let isExpected = next?.id == step.id || [.always, .succeeded].contains(step.when)
      return try forecast(step, of: spec, request, after: progress, isExpected: isExpected)
    }
    let notNeeded = request.again ? nil : try RunNeed(workspace).reasonForNone(spec.task, spec, record)
    var all = Forecast(
      task: spec.task, decision: steps.ahead.first?.decision, workflow: spec, steps: steps, next: next,
      findingsLeft: findingsLeft,
      outlook: notNeeded.map { .notNeeded($0) } ?? outlook(of: spec, steps.ahead, findingsLeft))
    if all.notNeeded == nil, next != nil {
      all.refusal = PairError.overMaxCost(
        of: "the workflow \(spec.workflow.name)", expectedToCost: all.estimatedCostInUSD ?? 0,
        left: request.maxCostInUSD)
    }
    return all
  }

  private func outlook(
    of spec: WorkflowSpec, _ ahead: [Forecast.Step], _ findingsLeft: String?
  ) -> Forecast.Outlook {
    if let findingsLeft {
      return .impossible(
        PairError(.failed, findingsLeft, hint: "To start over: bpsai-pair retry \(spec.task.id)"))
    }
    if case .impossible(let error)? = ahead.withObstacle?.outlook { return .impossible(error) }
    // Where no agent can take what is expected, what follows a failure comes.
    let first = (ahead.filter(\.isExpected) + ahead).compactMap(\.agent).first
    return first.map { .run($0) } ?? .notNeeded("no step is left")
  }

  /// Throws `noAgent` where the steps to come cost more than may be spent: beginning them would be for
  /// nothing.
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
  ) throws -> Forecast.Step {
    let base = try progress.commit ?? workspace.requireBase(request.base)
    let task = StepTask(step, round: 1, of: spec.workflow, after: progress)
    let own = request.carryingOut(StepSpec(task: task, review: nil, hasTaskFile: spec.hasTaskFile), on: base)
    let decision = try TaskRouter(workspace).decide(
      task.task(of: spec.task, criteria: spec.task.acceptanceCriteria), own
    ).decision
    let outlook: Forecast.Step.Outlook
    do {
      let named = try spec.agent(of: step, among: decision.inputs.profiles.map(\.name))
      outlook = .run(try decision.allows(named) ? named : decision.requireAgent())
    } catch let error as PairError where error.kind != .internal {
      outlook = .impossible(error)
    }
    return Forecast.Step(step: step, outlook: outlook, decision: decision, isExpected: isExpected)
  }
}

extension PairError {
  /// Why `--max-cost` refuses the agent or workflow `who`, in US dollars; nil when it does not.
  static func overMaxCost(of who: String, expectedToCost cost: Double, left: Double?) -> PairError? {
    guard let left, cost > left else { return nil }
    return PairError(
      .noAgent, "\(who) is expected to cost \(cost.inDollars), and --max-cost leaves it \(left.inDollars)",
      hint: "Raise --max-cost. What has a result by then is not paid for again.")
  }
}
