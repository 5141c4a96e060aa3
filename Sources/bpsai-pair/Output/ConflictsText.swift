import PairCore
import Pipeline

/// What `conflicts` says.
enum ConflictsText {
  static func lines(for report: ConflictReport) -> [String] {
    if report.results.isEmpty { return ["No result waits to be merged into \(report.base.title)."] }
    let count = report.results.count
    let pairs = report.pairCount.counted("pair")
    let all = "\(count.counted("result")) beside \(report.base.title), \(pairs)"
    guard !report.conflicts.isEmpty else { return ["\(all): none will conflict."] }
    return report.conflicts.map(\.sentence)
      + ["\(all): \(report.conflicts.count.counted("pair")) will conflict."]
  }
}

/// What `conflicts --json` prints.
struct ConflictsRecord: Encodable {
  let schema = "bpsai-pair/conflicts/1"
  let base: ConflictForecast.Side
  let results: [ConflictForecast.Side]
  let conflicts: [ConflictForecast]
  let pairs: Int
  /// The pairs whose changed paths alone did not tell, so that git merged them.
  let merged: Int

  init(_ report: ConflictReport) {
    base = report.base
    results = report.results
    conflicts = report.conflicts
    pairs = report.pairCount
    merged = report.mergedCount
  }
}
