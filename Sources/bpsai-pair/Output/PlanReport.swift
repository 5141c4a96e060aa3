import PairCore
import Pipeline

/// What `orchestrate --plan --dry-run` answers: what the run of a plan would do.
struct PlanReport: Report {
  /// A step of a task's workflow that is to come.
  struct Step: Encodable {
    let id: String
    let agent: AgentName?
    let estimatedCostInUSD: Double
    /// Whether it has its turn where nothing fails and no review blocks: only then its cost is part of the task's.
    let isExpected: Bool
  }

  enum State: String, Encodable {
    case run, impossible, skipped
    case notNeeded = "not-needed"
  }

  struct Item: Encodable {
    let task: TaskID
    let title: String
    let state: State
    let notNeeded: String?
    /// Why nobody can take it, or why it would be skipped.
    let reason: String?
    let hint: String?
    /// Why the limits of the budget, or `--max-cost`, would refuse it; absent when they would not.
    let refusal: String?
    let refusalHint: String?
    let agent: AgentName?
    let estimatedCostInUSD: Double?
    /// The workflow that the task names; absent where it names none.
    let workflow: String?
    let steps: [Step]
    /// The tasks of the plan that it depends on.
    let dependsOn: [TaskID]
    /// The tasks of the plan that declare the same files and on whose results it builds.
    let buildsOn: [TaskID]
    /// Counts from one: how many tasks follow each other up to this one, at least.
    let wave: Int
    /// After the start of the plan, if each task took as long as it is expected to.
    let startInSeconds: Int
    let endInSeconds: Int
  }

  static let schema = "bpsai-pair/plan/2"
  let plan: String
  let parallel: Int
  /// In the order in which they are expected to start.
  let tasks: [Item]
  /// The decisions about those tasks for which one can be made, in the same order.
  let decisions: [RoutingDecision]
  let criticalPath: [TaskID]
  let criticalPathInSeconds: Int
  let expectedInSeconds: Int
  let estimatedCostInUSD: Double
  let overlaps: [ScopeOverlap]
  let conflicts: ConflictPolicy
  let invalid: [Fault]
  let limits: LimitsReport

  init(_ schedule: Schedule, _ statuses: [BudgetStatus] = []) {
    plan = schedule.description
    parallel = schedule.lanes
    tasks = schedule.items.map(Item.init)
    decisions = schedule.items.compactMap(\.forecast.decision)
    (criticalPath, criticalPathInSeconds) = (schedule.criticalPath, schedule.criticalSeconds)
    expectedInSeconds = schedule.seconds
    estimatedCostInUSD = schedule.estimatedCostInUSD
    (overlaps, conflicts) = (schedule.overlaps, schedule.policy)
    invalid = schedule.faults.map(Fault.init)
    limits = LimitsReport(statuses)
  }

  var text: [String] {
    let decisions = Dictionary(decisions.map { ($0.inputs.task.id, $0) }) { first, _ in first }
    let head = ["", "task", "agent", "mode", "cost", "wave", "minutes", "title"]
    let cells = tasks.enumerated().map { index, item in
      ["\(index + 1).", item.task.text] + item.cells(decisions[item.task])
    }
    let drawn = ([head] + cells).inColumns(right: [0, 4, 5, 6], indent: "  ")
    let rows = zip(drawn.dropFirst(), tasks).flatMap { row, item in
      [row] + item.remarks.map { "      \($0)" }
    }
    let pace = parallel == 1 ? "one task at a time" : "\(parallel) tasks at a time"
    return ["\(plan), in this order:"] + drawn.prefix(1) + rows + overlapLines.map { "  \($0)" }
      + criticalLines + [
        "  about \(estimatedCostInUSD.inDollars) in all, in \(expectedInSeconds.inMinutes), \(pace)"
          + BatchReport.invalid(invalid.count)
      ] + limits.left
  }

  private var criticalLines: [String] {
    if criticalPath.count < 2 { return [] }
    let path = criticalPath.map(\.text).joined(separator: " → ")
    return ["  critical path, \(criticalPathInSeconds.inMinutes): \(path)"]
  }

  /// What tasks of the plan are predicted to conflict in, and what becomes of that.
  var overlapLines: [String] {
    let settled = Set(tasks.filter { $0.state == .notNeeded }.map(\.task))
    return overlaps.filter { overlap in
      // A task that has a result is not run again because of another.
      !settled.contains(overlap.second) || conflicts == .warn && !settled.contains(overlap.first)
    }.map { overlap in
      let shown = overlap.paths.prefix(3).map { $0.escapedForTerminal(limit: 80) }.joined(separator: ", ")
      let more = overlap.paths.count > 3 ? " and \(overlap.paths.count - 3) more" : ""
      let what = "\(overlap.first) and \(overlap.second) may both change \(shown)\(more)"
      return switch conflicts {
      case .serialise: "\(what): \(overlap.second) builds on the result of \(overlap.first)"
      case .warn: "\(what): their results may conflict"
      }
    }
  }
}

extension PlanReport.Item {
  fileprivate init(_ item: Schedule.Item) {
    let forecast = item.forecast
    let (state, reason, hint): (PlanReport.State, String?, String?) =
      switch forecast.outlook {
      case .run: (.run, nil, nil)
      case .notNeeded(let why): (.notNeeded, why, nil)
      case .impossible(let error): (.impossible, error.message, error.hint)
      case .leftAlone(let why), .skipped(let why): (.skipped, why, nil)
      }
    self.init(
      task: forecast.task.id, title: forecast.task.title, state: state,
      notNeeded: state == .notNeeded ? reason : nil, reason: state == .notNeeded ? nil : reason, hint: hint,
      refusal: forecast.refusal?.message, refusalHint: forecast.refusal?.hint, agent: forecast.agent,
      estimatedCostInUSD: forecast.agent == nil ? nil : forecast.estimatedCostInUSD,
      workflow: forecast.workflow?.workflow.name,
      steps: forecast.ahead.map {
        .init(
          id: $0.step.id, agent: $0.agent, estimatedCostInUSD: $0.estimatedCostInUSD,
          isExpected: $0.isExpected)
      },
      dependsOn: item.dependsOn, buildsOn: item.buildsOn, wave: item.wave, startInSeconds: item.start,
      endInSeconds: item.end)
  }

  /// What a row says of it behind its id, with the decision about it where one can be made.
  fileprivate func cells(_ decision: RoutingDecision?) -> [String] {
    let expected = steps.filter(\.isExpected)
    let cost =
      steps.isEmpty
      ? decision?.chosen?.estimatedCostInUSD : expected.reduce(0) { $0 + $1.estimatedCostInUSD }
    let mode = steps.isEmpty ? decision?.mode.rawValue ?? "–" : "workflow"
    let who =
      switch state {
      case .run where steps.isEmpty: (agent ?? decision?.agent)?.text ?? "–"
      case .run: expected.map { $0.agent?.text ?? "nobody" }.joined(separator: " → ")
      case .impossible: "nobody"
      case .notNeeded, .skipped: "–"
      }
    return [
      who, state == .notNeeded ? "–" : mode, state == .notNeeded ? "–" : cost?.inDollars ?? "–", "\(wave)",
      agent == nil ? "–" : "\(startInSeconds.roundedToMinutes) to \(endInSeconds.roundedToMinutes)",
      title.escapedForTerminal(limit: 60),
    ]
  }

  fileprivate var remarks: [String] {
    switch state {
    case .run: LimitsReport.lines(refusal: refusal, hint: refusalHint)
    case .notNeeded: ["Nothing to do: \(notNeeded ?? "")"]
    case .impossible: [reason ?? ""] + hintLines(hint)
    case .skipped: ["skipped, since \(reason ?? "")"]
    }
  }
}

extension Int {
  fileprivate var roundedToMinutes: Int { (self + 30) / 60 }

  fileprivate var inMinutes: String { roundedToMinutes == 1 ? "a minute" : "\(roundedToMinutes) minutes" }
}

extension Schedule {
  /// The kind of the first task that nobody can take, else `failed` when one would be skipped.
  var failureKind: PairError.Kind? {
    var isSkipping = false
    for item in items {
      switch item.forecast.outlook {
      case .impossible(let error): return error.kind
      case .skipped: isSkipping = true
      case .run, .notNeeded, .leftAlone: break
      }
    }
    return isSkipping ? .failed : nil
  }
}
