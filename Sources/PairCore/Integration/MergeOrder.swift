/// The order in which results are merged.
public enum MergeOrder {
  /// `results` in their order, each after those that it holds: a result that was made on top of others would
  /// otherwise bring them in before their turn.
  ///
  /// - Parameter holds: whether the first is a descendant of the second.
  public static func order<Result>(
    _ results: [Result], holds: (Result, Result) throws -> Bool
  ) rethrows -> [Result] {
    var waiting = results
    var ordered: [Result] = []
    while !waiting.isEmpty {
      // No two can hold each other, so that one of them is always free.
      let free = try waiting.indices.first { index in
        try !waiting.indices.contains { try $0 != index && holds(waiting[index], waiting[$0]) }
      }
      ordered.append(waiting.remove(at: free ?? waiting.startIndex))
    }
    return ordered
  }
}
