import Dispatch
import Synchronization

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

  /// The results of `transform`, which gets shares of the elements, in their order, worked out by all
  /// processors together while this thread waits: for commands that a signal ends at once.
  package func mapOnThreads<Result: Sendable>(
    _ transform: @escaping @Sendable (ArraySlice<Element>) throws -> [Result]
  ) throws -> [Result] {
    let share = Swift.max(256, (count + Machine.processorCount - 1) / Machine.processorCount)
    if count <= share { return try transform(self[...]) }
    let starts = Array<Int>(stride(from: 0, to: count, by: share))
    let parts = Mutex<[Int: Swift.Result<[Result], any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: starts.count) { index in
      let part = self[starts[index]..<Swift.min(starts[index] + share, count)]
      let result = Swift.Result { try transform(part) }
      parts.withLock { $0[index] = result }
    }
    return try parts.withLock { parts in try starts.indices.flatMap { try parts[$0]?.get() ?? [] } }
  }
}
