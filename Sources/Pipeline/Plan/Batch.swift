import Git
import PairCore
import TaskFiles

/// A batch that is being carried out: what is open, what runs, and how the rest ended.
struct Batch {
  enum Stop {
    /// The user wants what runs to be finished, and nothing more.
    case interrupted
    case cancelled
    /// What made a task fail would make the others fail, too.
    case project(TaskID)
    case broken(any Error)
  }

  private(set) var result = BatchResult()
  /// In the order in which they start where several could; those that run among them.
  var open: [PendingTask]
  /// What runs in this process, and what each may cost at most, in US dollars: nil without `--max-cost`.
  private(set) var running: [TaskID: Double?] = [:]
  /// For each task that has ended, by its folded id: nil when what depends on it may run, else why not.
  private(set) var fates: [String: String?] = [:]
  /// The first reason counts, but for a cancellation, which ends everything.
  private(set) var stop: Stop?

  private let lanes: Int
  let slots: AgentSlots
  private let maxCostInUSD: Double?

  init(_ open: [PendingTask], lanes: Int, limits: [AgentName: Int], maxCostInUSD: Double?) {
    self.open = open
    self.lanes = lanes
    slots = AgentSlots(limits: limits)
    self.maxCostInUSD = maxCostInUSD
  }

  var hasFreeLane: Bool { stop == nil && running.count < lanes }

  /// Whether all has ended that must end before `task` starts, and it does not run yet.
  func isFree(_ task: PendingTask) -> Bool {
    running[task.task.id] == nil && task.item.after.allSatisfy { fates[$0.folded] != nil }
  }

  func hasRoom(for agent: AgentName?) -> Bool { agent.map(slots.hasRoom(for:)) ?? true }

  enum Allowance {
    /// In US dollars; nil without a limit.
    case start(cap: Double?)
    /// What runs may cost all that is left.
    case wait
  }

  func allowance(at index: Int) -> Allowance {
    guard let maxCostInUSD else { return .start(cap: nil) }
    let left = running.values.reduce(maxCostInUSD - result.costInUSD) { $0 - ($1 ?? 0) }
    let others = open[(index + 1)...].filter { isFree($0) && hasRoom(for: $0.agent) }
      .prefix(max(0, lanes - running.count - 1)).map(\.estimatedCostInUSD)
    let cap = CostShare.cap(
      left: left, estimate: open[index].estimatedCostInUSD, others: others,
      isAnyRunning: !running.isEmpty)
    return cap.map { .start(cap: $0) } ?? .wait
  }

  mutating func start(_ task: TaskID, cap: Double?) { running[task] = .some(cap) }

  /// Another process works on it: it is come back to.
  mutating func putBack(_ task: TaskID) {
    running[task] = nil
    slots.leave(task)
  }

  mutating func end(_ item: BatchResult.Item) {
    putBack(item.task)
    open.removeAll { $0.task.id == item.task }
    fates[item.task.folded] = .some(item.reasonToSkipDependents)
    result.items.append(item)
  }

  mutating func stop(_ reason: Stop) {
    if case .cancelled = reason {
      stop = reason
    } else if stop == nil {
      stop = reason
      if case .interrupted = reason { slots.close() }
    }
  }
}

/// A task of a batch that has not ended yet.
struct PendingTask {
  let item: Schedule.Item
  /// The last entry of its log when the batch began; nil without a log.
  let logTip: ObjectID?
  /// Who is expected to take it, as far as is known; nil for nobody.
  var agent: AgentName?
  /// What it is expected to cost, in US dollars; nil where nobody knows.
  var estimatedCostInUSD: Double?
  /// Whether the user knows that another process works on it.
  var isTold = false

  var task: AgentTask { item.task }

  init(_ item: Schedule.Item, logTip: ObjectID?) {
    self.item = item
    self.logTip = logTip
    agent = item.forecast.agent
    estimatedCostInUSD = item.forecast.estimatedCostInUSD
  }
}

extension BatchResult.Item {
  /// Why what depends on the task does not run; nil when it may.
  var reasonToSkipDependents: String? {
    switch end {
    case .committed, .notNeeded: nil
    case .failed: "\(task) failed"
    case .interrupted: "\(task) was interrupted"
    case .leftAlone(let why): "\(task) was skipped: \(why)"
    case .skipped, .notStarted: "\(task) was skipped"
    }
  }
}
