import PairCore
import Pipeline

/// What a plan's run would do, as a person reads it.
struct ForecastText {
  private let plan: Schedule
  private let forecasts: [Forecast]
  private let standings: [BudgetStanding]

  init(_ plan: Schedule, _ forecasts: [Forecast], _ standings: [BudgetStanding]) {
    self.standings = standings
    self.plan = plan
    self.forecasts = forecasts
  }

  var lines: [String] {
    var table = Table([.right, .left, .left, .left, .right, .left])
    for (index, forecast) in forecasts.enumerated() {
      let decision = forecast.decision
      table.add([
        "\(index + 1).", forecast.task.id.text, agent(of: forecast), decision?.mode.rawValue ?? "–",
        decision?.chosen?.estimatedCostInUSD.inDollars ?? "–",
        forecast.task.title.escapedForTerminal(limit: 60),
      ])
    }
    let rows = zip(table.lines(indent: "  "), forecasts).flatMap { row, forecast in
      [row] + remarks(on: forecast).map { "      \($0)" }
    }
    return ["\(plan.description), in this order:"] + rows
      + ["  about \(total.inDollars) in all" + BatchText.invalid(plan.faults.count)]
      + LimitsText.left(of: standings).map { "  \($0)" }
  }

  private func agent(of forecast: Forecast) -> String {
    switch forecast.outlook {
    case .run(let agent): agent.text
    case .impossible: "nobody"
    case .notNeeded, .skipped: "–"
    }
  }

  private func remarks(on forecast: Forecast) -> [String] {
    switch forecast.outlook {
    case .run: forecast.refusal.map(LimitsText.lines) ?? []
    case .notNeeded(let why): ["Nothing to do: \(why)"]
    case .impossible(let error): [error.message] + (error.hint.map { ["hint: \($0)"] } ?? [])
    case .skipped(let why): ["skipped, since \(why)"]
    }
  }

  /// The estimate for the tasks that would run.
  private var total: Double {
    forecasts.reduce(0) { sum, forecast in
      guard case .run = forecast.outlook else { return sum }
      return sum + (forecast.decision?.chosen?.estimatedCostInUSD ?? 0)
    }
  }

  /// The kind of the first task that nobody can take, else `failed` when one would be skipped.
  static func failureKind(of forecasts: [Forecast]) -> PairError.Kind? {
    var isSkipping = false
    for forecast in forecasts {
      switch forecast.outlook {
      case .impossible(let error): return error.kind
      case .skipped: isSkipping = true
      case .run, .notNeeded: break
      }
    }
    return isSkipping ? .failed : nil
  }
}
