/// The order in which results are merged.
package enum MergeOrder {
  /// `results` in their order, each after those that it holds (is a descendant of): a result that was made on top
  /// of others would otherwise bring them in before their turn.
  package static func order<Result>(
    _ results: [Result], holds: (Result, Result) throws -> Bool
  ) rethrows -> [Result] {
    // Once for each pair: to find it out may take a walk through the history.
    let held = try results.map { one in
      Set(try results.indices.filter { try holds(one, results[$0]) })
    }
    var waiting = Array(results.indices)
    var ordered: [Result] = []
    while !waiting.isEmpty {
      // No two can hold each other, so that one of them is always free.
      let free = waiting.indices.first { place in
        !waiting.contains { $0 != waiting[place] && held[waiting[place]].contains($0) }
      }
      ordered.append(results[waiting.remove(at: free ?? 0)])
    }
    return ordered
  }
}
