import PairCore
import Pipeline

/// What a plan's run would do, as a person reads it.
struct ForecastText {
  private let plan: Schedule
  private let statuses: [BudgetStatus]

  init(_ plan: Schedule, _ statuses: [BudgetStatus]) {
    self.statuses = statuses
    self.plan = plan
  }

  var lines: [String] {
    var table = Table([.right, .left, .left, .left, .right, .right, .right, .left])
    table.add(["", "task", "agent", "mode", "cost", "wave", "minutes", "title"])
    for (index, item) in plan.items.enumerated() {
      let (decision, isNotNeeded) = (item.forecast.decision, item.forecast.isNotNeeded)
      table.add([
        "\(index + 1).", item.task.id.text, agent(of: item.forecast),
        isNotNeeded ? "–" : item.forecast.steps.isEmpty ? decision?.mode.rawValue ?? "–" : "workflow",
        isNotNeeded ? "–" : item.forecast.estimatedCostInUSD?.inDollars ?? "–", "\(item.wave)",
        minutes(of: item),
        item.task.title.escapedForTerminal(limit: 60),
      ])
    }
    let drawn = table.lines(indent: "  ")
    let rows = zip(drawn.dropFirst(), plan.items).flatMap { row, item in
      [row] + remarks(on: item).map { "      \($0)" }
    }
    return ["\(plan.description), in this order:"] + drawn.prefix(1) + rows
      + ForecastText.overlapLines(of: plan).map { "  \($0)" } + criticalLines
      + [
        "  about \(plan.estimatedCostInUSD.inDollars) in all, in \(span(plan.seconds)), \(pace)"
          + BatchText.invalid(plan.faults.count)
      ]
      + LimitsText.left(of: statuses).map { "  \($0)" }
  }

  private func agent(of forecast: Forecast) -> String {
    switch forecast.outlook {
    case .run(let agent):
      forecast.steps.isEmpty
        ? agent.text
        : forecast.steps.filter(\.isExpected).map { $0.agent?.text ?? "nobody" }.joined(separator: " → ")
    case .impossible: "nobody"
    case .notNeeded, .leftAlone, .skipped: "–"
    }
  }

  private func minutes(of item: Schedule.Item) -> String {
    item.forecast.agent == nil ? "–" : "\(whole(item.start)) to \(whole(item.end))"
  }

  private func remarks(on item: Schedule.Item) -> [String] {
    switch item.forecast.outlook {
    case .run: item.forecast.refusal.map(LimitsText.lines) ?? []
    case .notNeeded(let why): ["Nothing to do: \(why)"]
    case .impossible(let error): [error.message] + (error.hint.map { ["hint: \($0)"] } ?? [])
    case .leftAlone(let why), .skipped(let why): ["skipped, since \(why)"]
    }
  }

  private var criticalLines: [String] {
    if plan.criticalPath.count < 2 { return [] }
    let path = plan.criticalPath.map(\.text).joined(separator: " → ")
    return ["  critical path, \(span(plan.criticalSeconds)): \(path)"]
  }

  private var pace: String { plan.lanes == 1 ? "one task at a time" : "\(plan.lanes) tasks at a time" }

  private func span(_ seconds: Int) -> String {
    let minutes = whole(seconds)
    return minutes == 1 ? "a minute" : "\(minutes) minutes"
  }

  private func whole(_ seconds: Int) -> Int { (seconds + 30) / 60 }

  /// What tasks of `plan` are predicted to conflict in, and what becomes of that.
  static func overlapLines(of plan: Schedule) -> [String] {
    let settled = Set(plan.items.filter(\.forecast.isNotNeeded).map(\.task.id))
    return plan.overlaps.filter { overlap in
      // Whoever has a result is not run anew because of another.
      !settled.contains(overlap.second) || plan.policy == .warn && !settled.contains(overlap.first)
    }.map { overlap in
      let shown = overlap.paths.prefix(3).map { $0.escapedForTerminal(limit: 80) }.joined(separator: ", ")
      let more = overlap.paths.count > 3 ? " and \(overlap.paths.count - 3) more" : ""
      let what = "\(overlap.first) and \(overlap.second) may both change \(shown)\(more)"
      return switch plan.policy {
      case .serialise: "\(what): \(overlap.second) builds on the result of \(overlap.first)"
      case .warn: "\(what): their results may conflict"
      }
    }
  }

  /// The kind of the first task that nobody can take, else `failed` when one would be skipped.
  static func failureKind(of plan: Schedule) -> PairError.Kind? {
    var isSkipping = false
    for item in plan.items {
      switch item.forecast.outlook {
      case .impossible(let error): return error.kind
      case .skipped: isSkipping = true
      case .run, .notNeeded, .leftAlone: break
      }
    }
    return isSkipping ? .failed : nil
  }
}
