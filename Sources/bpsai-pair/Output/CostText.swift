import PairCore
import Pipeline

/// What runs cost as a person reads it: a table with its total, then what is left of the limits.
struct CostText {
  private let costs: Costs

  init(_ costs: Costs) { self.costs = costs }

  var lines: [String] { table + [""] + costs.statuses.flatMap(CostText.lines(of:)) }

  private var table: [String] {
    let report = costs.report
    if report.rows.isEmpty { return ["Nothing was spent."] }
    var table = Table([.left, .right, .right, .right, .right, .right, .right])
    table.add([
      report.grouping.rawValue.uppercased(), "RUNS", "INPUT", "CACHED", "OUTPUT", "COST", "REPORTED",
    ])
    for row in report.rows + [report.total] {
      table.add([
        row.key.escapedForTerminal(limit: 60), row.runs.grouped, row.usage.inputTokens.grouped,
        row.usage.cachedInputTokens.grouped, row.usage.outputTokens.grouped, row.cost.text,
        row.reportedShare.map { "\(($0 * 100).fixed(digits: 0)) %" } ?? "–",
      ])
    }
    let over = report.total.overshoot
    return table.lines() + (over == .zero ? [] : ["", "\(over.text) of it is over what runs were allowed."])
  }

  private static func lines(of status: BudgetStatus) -> [String] {
    let reserved = status.reserved == .zero ? "" : ", \(status.reserved.text) reserved"
    var line =
      "this \(status.window.kind.rawValue) (\(status.window.name)): \(status.settled.text) spent\(reserved)"
    if let limit = status.limit, let left = status.left {
      line += "; \(left.text) of \(limit.text) left until \(status.endsAt)"
    } else {
      line += "; no limit"
    }
    return [line] + (status.warning.map { ["alert: \($0)"] } ?? [])
  }
}

/// The lines of a cost table as comma-separated values (RFC 4180).
enum CostCSV {
  static func lines(of report: CostReport) -> [String] {
    let head = [
      report.grouping.rawValue, "runs", "input_tokens", "cached_input_tokens", "output_tokens", "cost_usd",
      "reported_usd", "overshoot_usd",
    ]
    let rows = report.rows.map { row in
      [
        row.key.onOneLine, String(row.runs), String(row.usage.inputTokens),
        String(row.usage.cachedInputTokens),
        String(row.usage.outputTokens), row.cost.amount.fixed(digits: 6),
        row.reported.amount.fixed(digits: 6),
        row.overshoot.amount.fixed(digits: 6),
      ]
    }
    return ([head] + rows).map { $0.map(quoted).joined(separator: ",") }
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}

/// What `cost --json` prints.
struct CostRecord: Encodable {
  struct Row: Encodable {
    let key: String
    let runs: Int
    /// Without those that were read from a cache.
    let inputTokens: Int
    let cachedInputTokens: Int
    let outputTokens: Int
    let costInUSD: Double
    /// The part that agents reported themselves; the rest is computed from tokens, or estimated.
    let reportedInUSD: Double
    /// How much of it is over what runs were allowed.
    let overshootInUSD: Double

    init(_ row: CostReport.Row) {
      key = row.key
      runs = row.runs
      inputTokens = row.usage.inputTokens
      cachedInputTokens = row.usage.cachedInputTokens
      outputTokens = row.usage.outputTokens
      costInUSD = row.cost.amount
      reportedInUSD = row.reported.amount
      overshootInUSD = row.overshoot.amount
    }
  }

  struct Window: Encodable {
    /// `day` or `month`.
    let kind: String
    let name: String
    /// ISO 8601: when the next one starts.
    let endsAt: String
    let settledInUSD: Double
    let reservedInUSD: Double
    /// Absent without a limit.
    let limitInUSD: Double?
    let leftInUSD: Double?
    /// Absent while there is no need to tell.
    let alert: String?

    init(_ status: BudgetStatus) {
      kind = status.window.kind.rawValue
      name = status.window.name
      endsAt = status.endsAt.description
      settledInUSD = status.settled.amount
      reservedInUSD = status.reserved.amount
      limitInUSD = status.limit?.amount
      leftInUSD = status.left?.amount
      alert = status.warning
    }
  }

  let schema = "bpsai-pair/cost/1"
  /// `agent`, `task`, `model` or `day`: what the keys are.
  let by: String
  let rows: [Row]
  let total: Row
  let windows: [Window]
  /// How many lines of the budget cannot be read.
  let unreadable: Int

  init(_ costs: Costs) {
    by = costs.report.grouping.rawValue
    rows = costs.report.rows.map(Row.init)
    total = Row(costs.report.total)
    windows = costs.statuses.map(Window.init)
    unreadable = costs.unreadable.count
  }
}
