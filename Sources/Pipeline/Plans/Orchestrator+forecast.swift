import Ledger
public import PairCore
import TaskFiles

/// What a run would do with one task of a plan.
public struct Forecast: Sendable {
  public enum Outlook: Hashable, Sendable {
    case run(AgentName)
    case notNeeded(String)
    /// Nobody can take it, and why.
    case impossible(PairError)
    /// It would not be started, because of what it depends on.
    case skipped(String)
  }

  public let task: AgentTask
  /// Nil where none can be made.
  public let decision: RoutingDecision?
  public let outlook: Outlook
  /// Why the limits of the budget would refuse its run, if those before it cost what they are expected to; nil
  /// when they would not.
  public fileprivate(set) var refusal: PairError?
}

extension Orchestrator {
  /// Why a run would find nothing to do for `task`; nil when there is something.
  public func notNeeded(_ task: AgentTask, _ request: Request = Request()) throws -> String? {
    try reasonNotToRun(task, log: TaskLog(task.id), request)
  }

  /// What `run(_:_:)` would do with `tasks`, as far as that can be known; reads, and changes nothing.
  public func forecast(_ tasks: [AgentTask], _ request: Request) throws -> [Forecast] {
    var forecasts: [Forecast] = []
    var fates: [String: String?] = [:]
    var running: Set<String> = []
    var budget = try budgetForecast()
    for task in tasks {
      var next = try forecast(task, request, fates: fates, running: running)
      switch next.outlook {
      case .run:
        running.insert(task.id.folded)
        next.refusal = try next.decision.flatMap { try refusal(of: task, $0, &budget) }
        fates[task.id.folded] = .some(nil)
      case .notNeeded: fates[task.id.folded] = .some(nil)
      case .impossible: fates[task.id.folded] = "nobody can take \(task.id)"
      case .skipped: fates[task.id.folded] = "\(task.id) would be skipped"
      }
      forecasts.append(next)
    }
    return forecasts
  }

  private func forecast(
    _ task: AgentTask, _ request: Request, fates: [String: String?], running: Set<String>
  ) throws -> Forecast {
    if let reason = try reasonToSkip(task, after: fates, request) {
      return Forecast(task: task, decision: nil, outlook: .skipped(reason))
    }
    var decision: RoutingDecision?
    do {
      var own = request
      // A base that a task of this plan has yet to make is not known: HEAD has to do.
      if running.isDisjoint(with: task.metadata.dependsOn.map { $0.lowercased() }),
        let base = try baseWithoutMerge(for: task, request)
      {
        own.base = base.hex
      }
      let made = try decide(task, own).decision
      decision = made
      if let reason = try notNeeded(task, request) {
        return Forecast(task: task, decision: made, outlook: .notNeeded(reason))
      }
      return Forecast(task: task, decision: made, outlook: .run(try made.requireAgent()))
    } catch let error as PairError where error.kind != .internal {
      return Forecast(task: task, decision: decision, outlook: .impossible(error))
    }
  }
}
