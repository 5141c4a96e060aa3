import PairCore

/// What a dry run says of the budget's limits.
enum LimitsText {
  /// `left: $0.25 of $1.00 this day, $59.00 of $60.00 this month`; nothing without limits.
  static func left(of statuses: [BudgetStatus]) -> [String] {
    let parts = statuses.compactMap { status in
      status.limit.map {
        "\((status.left ?? .zero).text) of \($0.text) this \(status.window.kind.rawValue)"
      }
    }
    return parts.isEmpty ? [] : ["left: " + parts.joined(separator: ", ")]
  }

  static func lines(of refusal: PairError) -> [String] {
    ["It would be refused: \(refusal.message)"] + (refusal.hint.map { ["hint: \($0)"] } ?? [])
  }
}

/// The same in JSON.
struct LimitsRecord: Encodable {
  /// The day and the month, as far as they have a limit.
  let windows: [CostRecord.Window]
  /// Why a run would be refused; absent when it would not.
  let refusal: String?
  let hint: String?

  init(_ statuses: [BudgetStatus], refusal: PairError? = nil) {
    windows = statuses.filter { $0.limit != nil }.map(CostRecord.Window.init)
    self.refusal = refusal?.message
    hint = refusal?.hint
  }
}
