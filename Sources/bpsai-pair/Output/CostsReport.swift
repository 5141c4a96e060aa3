import PairCore
import Pipeline

/// What `cost` answers: a table with its total, then what is left of the limits.
struct CostsReport: Report {
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
    /// The same as a part of all, from 0 to 1; absent where nothing was spent.
    let reportedShare: Double?
    /// How much of it is over what runs were allowed.
    let overshootInUSD: Double

    init(_ row: CostReport.Row) {
      (key, runs) = (row.key, row.runs)
      (inputTokens, cachedInputTokens) = (row.usage.inputTokens, row.usage.cachedInputTokens)
      outputTokens = row.usage.outputTokens
      (costInUSD, reportedInUSD) = (row.cost.amount, row.reported.amount)
      (reportedShare, overshootInUSD) = (row.reportedShare, row.overshoot.amount)
    }

    fileprivate var cells: [String] {
      [
        key.escapedForTerminal(limit: 60), runs.grouped, inputTokens.grouped, cachedInputTokens.grouped,
        outputTokens.grouped, costInUSD.inDollars,
        reportedShare.map { "\(($0 * 100).fixed(digits: 0)) %" } ?? "–",
      ]
    }

    fileprivate var values: [String] {
      [key.onOneLine] + [runs, inputTokens, cachedInputTokens, outputTokens].map(String.init)
        + [costInUSD, reportedInUSD, overshootInUSD].map { $0.fixed(digits: 6) }
    }
  }

  static let schema = "bpsai-pair/cost/1"
  /// `agent`, `task`, `model` or `day`: what the keys are.
  let by: String
  let rows: [Row]
  let total: Row
  let windows: [LimitsReport.Window]
  /// How many lines of the budget cannot be read.
  let unreadable: Int

  init(_ costs: Costs) {
    by = costs.report.grouping.rawValue
    rows = costs.report.rows.map(Row.init)
    total = Row(costs.report.total)
    windows = costs.statuses.map(LimitsReport.Window.init)
    unreadable = costs.unreadable.count
  }

  var text: [String] { table + [""] + windows.flatMap(\.text) }

  private var table: [String] {
    if rows.isEmpty { return ["Nothing was spent."] }
    let head = [by.uppercased(), "RUNS", "INPUT", "CACHED", "OUTPUT", "COST", "REPORTED"]
    let table = ([head] + (rows + [total]).map(\.cells)).inColumns(right: [1, 2, 3, 4, 5, 6])
    let over = total.overshootInUSD
    return table + (over == 0 ? [] : ["", "\(over.inDollars) of it is over what runs were allowed."])
  }

  /// The lines of the table as comma-separated values (RFC 4180).
  var csv: [String] {
    let head = [
      by, "runs", "input_tokens", "cached_input_tokens", "output_tokens", "cost_usd", "reported_usd",
      "overshoot_usd",
    ]
    return ([head] + rows.map(\.values)).map { $0.map(CostsReport.quoted).joined(separator: ",") }
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}

/// What a dry run says of the budget's limits.
struct LimitsReport: Encodable {
  /// A day or a month.
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
      (kind, name) = (status.window.kind.rawValue, status.window.name)
      endsAt = status.endsAt.description
      (settledInUSD, reservedInUSD) = (status.settled.amount, status.reserved.amount)
      (limitInUSD, leftInUSD) = (status.limit?.amount, status.left?.amount)
      alert = status.warning
    }

    fileprivate var text: [String] {
      let reserved = reservedInUSD == 0 ? "" : ", \(reservedInUSD.inDollars) reserved"
      let rest =
        limitInUSD.map { "\((leftInUSD ?? 0).inDollars) of \($0.inDollars) left until \(endsAt)" }
        ?? "no limit"
      return ["this \(kind) (\(name)): \(settledInUSD.inDollars) spent\(reserved); \(rest)"]
        + (alert.map { ["alert: \($0)"] } ?? [])
    }
  }

  /// The day and the month, as far as they have a limit.
  let windows: [Window]
  /// Why a run would be refused; absent when it would not.
  let refusal: String?
  let hint: String?

  init(_ statuses: [BudgetStatus], refusal: PairError? = nil) {
    windows = statuses.filter { $0.limit != nil }.map(Window.init)
    (self.refusal, hint) = (refusal?.message, refusal?.hint)
  }

  /// `left: $0.25 of $1.00 this day, $59.00 of $60.00 this month`; nothing without limits.
  var left: [String] {
    let parts = windows.compactMap { window in
      window.limitInUSD.map { "\((window.leftInUSD ?? 0).inDollars) of \($0.inDollars) this \(window.kind)" }
    }
    return parts.isEmpty ? [] : ["  left: " + parts.joined(separator: ", ")]
  }

  /// That a run would be refused, and why; nothing where it would not.
  static func lines(refusal: String?, hint: String?) -> [String] {
    refusal.map { ["It would be refused: \($0)"] + hintLines(hint) } ?? []
  }
}
