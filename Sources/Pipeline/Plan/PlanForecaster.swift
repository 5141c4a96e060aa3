import PairCore
import TaskFiles

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
  private var base: TaskBase { TaskBase(workspace: workspace, states: readiness.dependencies.states) }

  /// What a run would do with `tasks`, each after what it depends on, without the limits; changes nothing.
  func forecast(_ tasks: [(task: AgentTask, buildsOn: [TaskID])]) async throws -> [Forecast] {
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
      return Forecast(task: task, outlook: .leftAlone(reason))
    }
    if let reason = try readiness.reasonToSkip(task, after: fates) {
      return Forecast(task: task, outlook: .skipped(reason))
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
        return try WorkflowForecaster(workspace).forecast(spec, own)
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

  /// Marks the runs that the limits would refuse, in the order of their starts, and what that skips.
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
      let who =
        forecasts[place].workflow.map { "the workflow \($0.workflow.name)" } ?? decision.agent?.text ?? "it"
      forecasts[place].refusal =
        try PairError.overMaxCost(of: who, expectedToCost: cost, left: left)
        ?? decision.chosen.flatMap {
          try account.refusal(of: task, by: $0.agent, costing: $0.estimatedCostInUSD, &budget)
        }
      if forecasts[place].refusal == nil {
        left = left.map { $0 - cost }
      } else {
        fates[task.id.folded] = "\(task.id) would be refused"
      }
    }
  }
}
