/// How `--max-cost` is divided among tasks that run side by side, so that together they stay below it.
package enum CostShare {
  /// What a task may cost that is about to start; nil where it has to wait for what runs to cost less than it may.
  ///
  /// What is left goes to it and to those that could start beside it, in proportion to what they are expected to
  /// cost; to all that fit, in their order. Where nothing runs it never waits: there is nothing to wait for.
  /// - Parameters:
  ///   - left: the amount without what was spent and without what running tasks may cost, in US dollars.
  ///   - estimate: what the task is expected to cost; nil, which counts as the dearest of the others, where no agent
  ///     was to be had when the batch was planned.
  ///   - others: what those are expected to cost that could start beside it.
  package static func cap(left: Double, estimate: Double?, others: [Double?], isAnyRunning: Bool) -> Double? {
    let left = max(0, left)
    let all = [estimate] + others
    let dearest = all.compactMap(\.self).max() ?? 0
    let guess = dearest > 0 ? dearest : left / Double(all.count)
    if isAnyRunning, estimate ?? guess > left || (estimate == nil && left == 0) { return nil }
    let estimate = estimate ?? guess
    var together = estimate
    for other in others.lazy.map({ $0 ?? guess }) where together + other <= left { together += other }
    return together > 0 ? left * (estimate / together) : left
  }
}
