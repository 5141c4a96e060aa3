import Git
import Ledger
public import PairCore
import TaskFiles

/// A task in the queue, as whoever runs it will read it.
public struct WaitingTask: Sendable {
  public let task: AgentTask
  /// The commit that its text is read from and its run starts from; nil for the checkout and its HEAD.
  public let base: ObjectID?
  /// When it was put into the queue, or its text changed there.
  public let since: Timestamp?
}

extension Orchestrator {
  /// What is in the queue, in the order in which it runs: the most urgent first, then by id.
  public func queue() throws -> [WaitingTask] {
    let (waiting, gone) = try survey()
    for (id, reason) in gone { surroundings.say("note: \(id) is queued, but cannot be run: \(reason)") }
    return waiting
  }

  /// Takes out of the queue what cannot be run any more.
  func clearQueue() throws -> [WaitingTask] {
    let (waiting, gone) = try survey()
    for (id, reason) in gone {
      try dequeue(id, because: reason, by: workspace.requireUser())
      surroundings.say("\(id): taken out of the queue: \(reason)")
    }
    return waiting
  }

  private func survey() throws -> (waiting: [WaitingTask], gone: [(TaskID, reason: String)]) {
    var libraries: [ObjectID?: TaskLibrary] = [:]
    var waiting: [WaitingTask] = []
    var gone: [(TaskID, reason: String)] = []
    for (id, state) in try Ledger.states(in: repository).sorted(by: { $0.key < $1.key }) {
      guard let place = placeInQueue(id, state) else { continue }
      do {
        let base = try base(of: place)
        if libraries[base] == nil { libraries[base] = try library(at: base) }
        guard let task = try libraries[base]?.task(id) else { continue }
        if let base, try !workspace.config(at: base).hooks.isReady(task.metadata.status) {
          gone.append((id, "its status is \(task.metadata.status?.text ?? "not stated")"))
          continue
        }
        waiting.append(WaitingTask(task: task, base: base, since: try queuedAt(id)))
      } catch let error as PairError where error.kind != .internal {
        gone.append((id, error.message))
      }
    }
    return (
      waiting.sorted { ($0.task.priorityRank, $0.task.id) < ($1.task.priorityRank, $1.task.id) }, gone
    )
  }

  /// Its place in the queue; that of a run from the queue which died is still its own.
  private func placeInQueue(_ id: TaskID, _ state: TaskState) -> TaskState.Queued? {
    if state.isQueued { return state.queued }
    guard state.isUnderWay || state.isBetweenSteps, let taken = state.taken, !Lease.isHeld(id, in: repository)
    else { return nil }
    return state.queued ?? taken
  }

  /// The commit to read a queued task from: the tip of the branch that it was queued on; where that is gone, HEAD,
  /// if it holds the commit.
  ///
  /// - Throws: `PairError` of kind `failed` where neither does.
  private func base(of place: TaskState.Queued) throws -> ObjectID? {
    guard let commit = place.commit else { return nil }
    if let branch = place.branch, let tip = try repository.ref(branch.ref) { return tip }
    if let head = try repository.head().commit, try repository.isReachable(commit, from: head) { return head }
    if place.branch == nil, try repository.exists(commit) { return commit }
    throw PairError(
      .failed, place.branch.map { "its branch \($0) is gone" } ?? "the commit \(commit.short) is gone")
  }

  private func queuedAt(_ id: TaskID) throws -> Timestamp? {
    try TaskLog(id).entries(in: repository).last { $0.event?.kind == .queued }?.at
  }

  /// Executes what is in the queue until it is empty; what was tried once stays as it ended.
  ///
  /// - Parameters:
  ///   - lanes: how many tasks run at a time.
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more.
  public func runQueue(
    _ request: Request, lanes: Int, isEnough: @escaping @Sendable () -> Bool,
    finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    var batch = BatchResult()
    var seen: Set<TaskID> = []
    while true {
      let waiting = try clearQueue().filter { !seen.contains($0.task.id) }
      if waiting.isEmpty || isEnough() || Task.isCancelled { return batch }
      seen.formUnion(waiting.map(\.task.id))
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
      batch.items +=
        try await run(waiting, own, lanes: lanes, isEnough: isEnough, finished: finished).items
    }
  }

  /// Executes `waiting`, each from the commit that it is read from. After a cancellation of the task around it, the
  /// result says what was under way.
  func run(
    _ waiting: [WaitingTask], _ request: Request, lanes: Int = 1,
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
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
      let schedule = try schedule(group.map(\.task), at: first.base, own, lanes: lanes)
      batch.items += try await run(schedule, own, isEnough: isEnough, finished: finished).items
    }
    return batch
  }
}
