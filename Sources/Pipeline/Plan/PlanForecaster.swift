import Ledger
package import PairCore
import TaskFiles

/// What a run would do with one task of a plan.
package struct Forecast: Sendable {
  package enum Outlook: Hashable, Sendable {
    case run(AgentName)
    case notNeeded(String)
    /// Nobody can take it, and why.
    case impossible(PairError)
    /// It would not be started: nobody should by what it says itself.
    case leftAlone(String)
    /// It would not be started, because of what it depends on.
    case skipped(String)
  }

  package let task: AgentTask
  /// Nil where none can be made; of a workflow that of its next step.
  package let decision: RoutingDecision?
  /// The name of the task's workflow; nil where it names none.
  package private(set) var workflow: String? = nil
  /// The steps of the task's workflow that are to come; empty where it names none.
  package private(set) var steps: [WorkflowForecast.Step] = []
  package fileprivate(set) var outlook: Outlook
  /// Why the limits of the budget, or `--max-cost`, would refuse its run, if those before it cost what they are
  /// expected to; nil when they would not.
  package fileprivate(set) var refusal: PairError?

  /// Who would run it; nil for nobody.
  package var agent: AgentName? {
    guard case .run(let agent) = outlook, refusal == nil else { return nil }
    return agent
  }

  /// What its run is expected to cost, in US dollars; nil where nothing is known of it.
  package var estimatedCostInUSD: Double? {
    if steps.isEmpty { return decision?.chosen?.estimatedCostInUSD }
    return steps.estimatedCostInUSD
  }

  /// Whether there is nothing to do.
  package var isNotNeeded: Bool { if case .notNeeded = outlook { true } else { false } }

  var expectedSeconds: Int {
    if agent == nil { return 0 }
    if steps.isEmpty { return decision?.expectedSeconds ?? 0 }
    return steps.filter(\.isExpected).reduce(0) { $0 + ($1.decision?.expectedSeconds ?? 0) }
  }
}

extension Forecast {
  /// Of a task that its workflow carries out.
  fileprivate init(_ task: AgentTask, _ workflow: WorkflowForecast) {
    let ahead = workflow.steps.filter { if case .ended = $0.outlook { false } else { true } }
    let outlook: Outlook
    if let reason = workflow.notNeeded {
      outlook = .notNeeded(reason)
    } else if let left = workflow.findingsLeft {
      outlook = .impossible(PairError(.failed, left, hint: "To start over: bpsai-pair retry \(task.id)"))
    } else if let obstacle = workflow.obstacle {
      outlook = .impossible(obstacle)
    } else {
      // Where nobody can take what is expected, what follows a failure comes.
      let first = (ahead.filter(\.isExpected) + ahead).compactMap(\.agent).first
      outlook = first.map { .run($0) } ?? .notNeeded("no step is left")
    }
    self.init(
      task: task, decision: ahead.first?.decision, workflow: workflow.spec.workflow.name, steps: ahead,
      outlook: outlook)
  }

  fileprivate init(task: AgentTask, decision: RoutingDecision?, outlook: Outlook) {
    self.init(task: task, decision: decision, steps: [], outlook: outlook)
  }
}

/// Says what a run would do with the tasks of a plan; reads, and changes nothing.
final class PlanForecaster: Room {
  let workspace: Workspace
  private let readiness: Readiness
  /// What holds for decisions from a base, so that the tasks of a plan look up its tree once.
  private var contexts: [String?: RoutingContext] = [:]

  init(_ readiness: Readiness) {
    workspace = readiness.workspace
    self.readiness = readiness
  }

  private var request: RunRequest { readiness.request }
  private var base: TaskBase { TaskBase(readiness.dependencies.states, in: workspace) }

  /// What a run would do with `tasks`, as far as that can be known without the limits; reads, and changes nothing.
  ///
  /// - Parameter tasks: each after what it depends on, with the tasks on whose results it builds beside them.
  func forecast(
    _ tasks: [(task: AgentTask, buildsOn: [TaskID])]
  ) async throws -> [Forecast] {
    var forecasts: [Forecast] = []
    var fates: [String: String?] = [:]
    var running: Set<String> = []
    for (task, buildsOn) in tasks {
      var next = try forecast(task, buildsOn, fates: fates, running: running)
      // What is yet to be made may merge or not.
      if case .run = next.outlook, running.isDisjoint(with: task.metadata.dependsOn.map { $0.lowercased() }),
        let obstacle = try await base.obstacle(for: task, request)
      {
        next.outlook = .impossible(obstacle)
      }
      switch next.outlook {
      case .run:
        running.insert(task.id.folded)
        fates[task.id.folded] = .some(nil)
      case .notNeeded: fates[task.id.folded] = .some(nil)
      case .impossible: fates[task.id.folded] = "nobody can take \(task.id)"
      case .leftAlone(let why): fates[task.id.folded] = "\(task.id) would be skipped: \(why)"
      case .skipped: fates[task.id.folded] = "\(task.id) would be skipped"
      }
      forecasts.append(next)
    }
    return forecasts
  }

  private func forecast(
    _ task: AgentTask, _ buildsOn: [TaskID], fates: [String: String?], running: Set<String>
  ) throws -> Forecast {
    if let reason = try readiness.reasonToLeave(task) {
      return Forecast(task: task, decision: nil, outlook: .leftAlone(reason))
    }
    if let reason = try readiness.reasonToSkip(task, after: fates) {
      return Forecast(task: task, decision: nil, outlook: .skipped(reason))
    }
    var decision: RoutingDecision?
    do {
      var own = request
      // A base that a task of this plan has yet to make is not known: HEAD has to do.
      let before = task.metadata.dependsOn.map { $0.lowercased() } + buildsOn.map(\.folded)
      if running.isDisjoint(with: before),
        let present = try base.baseWithoutMerge(for: task, buildsOn, request)
      {
        own.base = present.hex
      }
      if request.forced == nil, let spec = try WorkflowFinder(workspace).spec(for: task, at: request.source) {
        return Forecast(task, try WorkflowForecaster(workspace).forecast(spec, own))
      }
      let made = try decide(task, own)
      decision = made
      if let reason = try RunNeed(workspace).reasonForNone(task, nil, request) {
        return Forecast(task: task, decision: made, outlook: .notNeeded(reason))
      }
      return Forecast(task: task, decision: made, outlook: .run(try made.requireAgent()))
    } catch let error as PairError where error.kind != .internal {
      return Forecast(task: task, decision: decision, outlook: .impossible(error))
    }
  }

  private func decide(_ task: AgentTask, _ request: RunRequest) throws -> RoutingDecision {
    let router = TaskRouter(workspace)
    var context = try contexts[request.base] ?? router.context(request)
    defer { contexts[request.base] = context }
    return try route(router.inputs(for: task, in: &context))
  }

  /// Says which of the runs the limits would refuse, and what would be skipped because of that.
  ///
  /// - Parameter order: the tasks as they would start.
  func refuse(_ forecasts: inout [Forecast], inOrderOf order: [TaskID]) throws {
    let places = Dictionary(forecasts.enumerated().map { ($1.task.id, $0) }) { first, _ in first }
    let account = SpendingAccount(workspace)
    var budget = try account.forecast()
    var left = request.maxCostInUSD
    var fates: [String: String] = [:]
    for place in order.compactMap({ places[$0] }) {
      guard case .run = forecasts[place].outlook, let decision = forecasts[place].decision else { continue }
      let task = forecasts[place].task
      if let fate = task.metadata.dependsOn.compactMap({ fates[$0.lowercased()] }).first {
        forecasts[place].outlook = .skipped(fate)
        fates[task.id.folded] = "\(task.id) would be skipped"
        continue
      }
      let cost = forecasts[place].estimatedCostInUSD ?? 0
      let who = forecasts[place].workflow.map { "the workflow \($0)" } ?? decision.agent?.text ?? "it"
      forecasts[place].refusal =
        try PairError.overMaxCost(of: who, expectedToCost: cost, left: left)
        ?? account.refusal(of: task, decision, &budget)
      if forecasts[place].refusal == nil {
        left = left.map { $0 - cost }
      } else {
        fates[task.id.folded] = "\(task.id) would be refused"
      }
    }
  }
}
