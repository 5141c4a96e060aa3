/// Where a task stands: its log, folded.
public struct TaskState: Hashable, Sendable {
  public let task: TaskID
  /// The last event; nil for a task without a log.
  public private(set) var last: TaskEvent?
  public private(set) var agent: AgentName?
  public private(set) var run: RunID?
  /// The commit that the last run started from.
  public private(set) var base: ObjectID?
  public private(set) var branch: BranchName?
  /// Where the last run works or worked; nil when it has not come that far.
  public private(set) var worktree: String?
  /// The current result; nil when there is none, or it was discarded.
  public private(set) var result: Result?
  /// What all runs and reviews of the task cost together, in US dollars.
  public private(set) var costInUSD: Double = 0
  /// How often the task has been claimed.
  public private(set) var claims: Int = 0
  /// Why the task waits for a person; nil when it does not.
  public private(set) var blocked: String?
  /// How many runs of one text failed since its last result, and since a person last asked for it again.
  public private(set) var failures = Failures()
  /// What the runs of one text cost since its last result, and since a person last asked for it again; reviews
  /// do not count.
  public private(set) var spent = Spent()
  /// Commits in the log that are no events of this version.
  public private(set) var unreadable: [ObjectID] = []

  public struct Result: Hashable, Sendable {
    public let commit: ObjectID
    public let base: ObjectID?
    public let run: RunID?
    /// Blob id of the task's text that the result answers.
    public let text: ObjectID?
  }

  public struct Failures: Hashable, Sendable {
    /// Blob id of the task's text.
    public fileprivate(set) var text: ObjectID?
    public fileprivate(set) var count = 0
  }

  public struct Spent: Hashable, Sendable {
    /// Blob id of the task's text.
    public fileprivate(set) var text: ObjectID?
    public fileprivate(set) var costInUSD = 0.0
  }

  public init(task: TaskID) { self.task = task }

  /// The state after all of `entries`, oldest first; an entry without event could not be read.
  public init(task: TaskID, entries: [(id: ObjectID, event: TaskEvent?)]) {
    self.init(task: task)
    for entry in entries {
      if let event = entry.event, event.task == task {
        apply(event)
      } else {
        unreadable.append(entry.id)
      }
    }
  }

  /// One word for people: the last event's kind, `pending` without one, `blocked` where a person is needed.
  public var word: String { blocked == nil ? last?.kind.rawValue ?? "pending" : "blocked" }

  /// Whether it waits for a worker.
  public var isQueued: Bool { last?.kind == .queued }

  /// Whether a run has begun and not ended, by the log: what a person or a hook said meanwhile ends none.
  public private(set) var isUnderWay = false

  private mutating func apply(_ event: TaskEvent) {
    let details = event.details
    if event.kind == .reviewBrokeOff {
      costInUSD += details.costInUSD ?? 0
      return
    }
    last = event
    if event.kind == .reviewed {
      // It says nothing of the run that it reviews, but may have cost something.
      costInUSD += details.costInUSD ?? 0
      return
    }
    if let agent = details.agent { self.agent = agent }
    if let run = details.run { self.run = run }
    if let base = details.base { self.base = base }
    if let branch = details.branch { self.branch = branch }
    if let worktree = details.worktree { self.worktree = worktree }
    switch event.kind {
    case .claimed, .started, .handedOff, .retrying: isUnderWay = true
    case .committed, .failed, .unchanged, .interrupted, .cancelled: isUnderWay = false
    case .routed, .queued, .dequeued, .reviewed, .reviewBrokeOff, .discarded: break
    }
    switch event.kind {
    case .claimed:
      claims = details.fence ?? claims + 1
      worktree = details.worktree
      blocked = nil
      if spent.text != details.text { spent = Spent(text: details.text) }
    case .queued:
      failures = Failures()
      spent = Spent()
      blocked = nil
    case .committed:
      if let commit = details.commit {
        result = Result(commit: commit, base: details.base, run: details.run, text: details.text)
      }
      costInUSD += details.costInUSD ?? 0
      failures = Failures()
      spent = Spent()
    case .failed, .unchanged:
      add(details.costInUSD)
      blocked = details.blocked
      // Whoever sets the project right has not changed the task.
      if details.projectFault != nil { break }
      if failures.text != details.text { failures = Failures(text: details.text) }
      failures.count += 1
    case .interrupted, .cancelled, .handedOff, .retrying:
      add(details.costInUSD)
    case .discarded:
      result = nil
      branch = nil
      blocked = nil
    case .routed, .dequeued, .started, .reviewed, .reviewBrokeOff:
      break
    }
  }

  private mutating func add(_ cost: Double?) {
    costInUSD += cost ?? 0
    spent.costInUSD += cost ?? 0
  }
}
