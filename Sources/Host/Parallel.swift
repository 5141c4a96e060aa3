extension Array where Element: Sendable {
  /// The results of `transform` in the order of the elements, worked out by all processors together.
  package func mapInParallel<Result: Sendable>(
    _ transform: @escaping @Sendable (Element) throws -> Result
  ) async rethrows -> [Result] {
    // Small enough that the last one to finish is not long alone, large enough to be worth a task.
    let share = Swift.max(8, count / 64)
    if count <= share { return try map(transform) }
    return try await withThrowingTaskGroup(of: (Int, [Result]).self) { group in
      for start in stride(from: 0, to: count, by: share) {
        let part = self[start..<Swift.min(start + share, count)]
        group.addTask { (start, try part.map(transform)) }
      }
      var parts: [(Int, [Result])] = []
      for try await part in group { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }
}
