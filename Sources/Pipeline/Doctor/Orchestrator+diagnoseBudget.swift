import Ledger
import PairCore

extension Orchestrator {
  /// Whether the limits let runs start, and whether what was spent can be read.
  func diagnoseBudget() throws -> [Diagnosis] {
    let unreadable = try BudgetLog().read(from: repository, at: process.now()).unreadable
    var found = unreadable.prefix(5).map { line in
      Diagnosis(
        "budget", .problem, "a line of \(BudgetLog.ref) cannot be read, so its cost is not counted: \(line)",
        remedy: "See who wrote it: git log -p \(BudgetLog.ref)")
    }
    let statuses = try budgetStatuses().filter { $0.limit != nil }
    for status in statuses {
      guard let warning = status.warning else { continue }
      found.append(
        Diagnosis(
          "budget", status.isReached ? .problem : .note, warning,
          remedy:
            "Wait, or raise it under 'budget' in .paircoder/config.yaml; 'bpsai-pair cost' shows what was spent."
        ))
    }
    if !found.isEmpty { return found }
    let left = statuses.compactMap { status in status.left.map { "\($0.text) left of \(status.name)" }
    }
    return [Diagnosis("budget", .ok, left.isEmpty ? "no limit is set" : left.joined(separator: ", "))]
  }
}
