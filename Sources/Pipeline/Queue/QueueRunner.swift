import PairCore

/// Carries out what is in the queue.
package final class QueueRunner: StatelessRoom {
  /// Executes the queue until it is empty, on so many `lanes`; what was tried once stays as it ended.
  package func runAll(
    _ request: RunRequest, lanes: Int, isEnough: @escaping @Sendable () -> Bool,
    finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    var batch = BatchResult()
    var seen: Set<TaskID> = []
    while true {
      workspace.parsed.forgetCheckout()
      let waiting = try TaskQueue(workspace).clear().filter { !seen.contains($0.task.id) }
      if waiting.isEmpty || isEnough() || Task.isCancelled { return batch }
      seen.formUnion(waiting.map(\.task.id))
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
      batch.items +=
        try await run(waiting, own, lanes: lanes, isEnough: isEnough, finished: finished).items
    }
  }

  /// Executes `waiting`, each from its own commit. After a cancellation the result says what was under way.
  func run(
    _ waiting: [WaitingTask], _ request: RunRequest, lanes: Int = 1,
    isEnough: @escaping @Sendable () -> Bool = { false }, finished: (BatchResult.Item) -> Void
  ) async throws -> BatchResult {
    var batch = BatchResult()
    var rest = waiting[...]
    while let first = rest.first {
      let group = rest.prefix { $0.base == first.base }
      rest = rest.dropFirst(group.count)
      var own = request
      own.base = request.base ?? first.base?.hex
      own.source = first.base
      own.isFromQueue = true
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
      let schedule = try await PlanScheduler(workspace).schedule(
        group.map(\.task), at: first.base, own, lanes: lanes)
      batch.items += try await BatchRunner(workspace).run(
        schedule, own, isEnough: isEnough, finished: finished
      ).items
    }
    return batch
  }
}
