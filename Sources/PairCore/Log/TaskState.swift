/// Where a task stands: its log, folded.
package struct TaskState: Hashable, Sendable {
  package let task: TaskID
  /// The last event; nil for a task without a log.
  package private(set) var last: TaskEvent?
  package private(set) var agent: AgentName?
  package private(set) var run: RunID?
  /// The commit that the last run started from.
  package private(set) var base: ObjectID?
  package private(set) var branch: BranchName?
  /// Where the last run works or worked; nil when it has not come that far.
  package private(set) var worktree: String?
  /// The current result; nil when there is none, or it was discarded.
  package private(set) var result: Result?
  /// What all runs and reviews of the task cost together, in US dollars.
  package private(set) var costInUSD: Double = 0
  /// How often the task has been claimed.
  package private(set) var claims: Int = 0
  /// Why the task waits for a person; nil when it does not.
  package private(set) var blocked: String?
  /// How many runs of one text failed since its last result, and since a person last asked for it again.
  package private(set) var failures = Failures()
  /// How often results of one text were sent back since a person last asked for it again.
  package private(set) var returns = Failures()
  /// The result that was sent back, until a run has ended by itself since; nil for none.
  package private(set) var returned: ObjectID?
  /// What was sent back last, until there is another whole result, or it was discarded; nil for nothing.
  package private(set) var rejection: Rejection?
  /// What the runs of one text cost since its last result, and since a person last asked for it again; reviews
  /// do not count.
  package private(set) var spent = Spent()
  /// Its place in the queue: nil when it is in none.
  package private(set) var queued: Queued?
  /// The place in the queue that the last run took; nil when it took none.
  package private(set) var taken: Queued?
  /// Blob id of the text that the last run answers or answered.
  package private(set) var runText: ObjectID?
  /// The texts that were queued or run.
  package private(set) var queuedTexts: Set<ObjectID> = []
  /// The texts for which a hook chose an agent, and nothing ran.
  package private(set) var routedTexts: Set<ObjectID> = []
  /// The pass of a workflow that the last run belongs to; nil for a run of the whole task.
  private var pass: RunID?
  /// What the agents of the last run, or of its pass of a workflow, changed that is not theirs; nil for nothing.
  private var outside: String?
  /// Commits in the log that are no events of this version.
  package private(set) var unreadable: [ObjectID] = []

  package struct Result: Hashable, Sendable {
    package let commit: ObjectID
    package let base: ObjectID?
    package let run: RunID?
    /// Blob id of the task's text that the result answers.
    package let text: ObjectID?
    /// Blob id of the text of the workflow whose pass made it; nil where a run of the whole task did.
    package let workflow: ObjectID?
    /// Whether other steps of its workflow are still to come.
    package let isPartial: Bool
    /// What its agents changed that is not theirs to change; nil for nothing.
    package let outside: String?
  }

  /// A result that could not be integrated.
  package struct Rejection: Hashable, Sendable {
    package let result: ObjectID
    /// The commit that whoever makes it again is to start from.
    package let start: ObjectID
  }

  package struct Queued: Hashable, Sendable {
    /// Blob id of the task's text as it was queued; whoever runs it reads the latest.
    package let text: ObjectID?
    /// The commit that the text was queued from; nil where a person queued it from the checkout.
    package let commit: ObjectID?
    /// The branch that the commit was on; nil on none.
    package let branch: BranchName?
  }

  package struct Failures: Hashable, Sendable {
    /// Blob id of the task's text.
    package fileprivate(set) var text: ObjectID?
    package fileprivate(set) var count = 0
  }

  package struct Spent: Hashable, Sendable {
    /// Blob id of the task's text.
    package fileprivate(set) var text: ObjectID?
    package fileprivate(set) var costInUSD = 0.0
  }

  package init(task: TaskID) { self.task = task }

  /// The state after all of `entries`, oldest first; an entry without event could not be read.
  package init(task: TaskID, entries: [(id: ObjectID, event: TaskEvent?)]) {
    self.init(task: task)
    for entry in entries { add(entry.event, at: entry.id) }
  }

  /// Goes on to the state after one more entry of the log.
  ///
  /// - Parameter event: nil where the entry could not be read.
  package mutating func add(_ event: TaskEvent?, at id: ObjectID) {
    if let event, event.task == task {
      apply(event)
    } else {
      unreadable.append(id)
    }
  }

  /// One word for people: the last event's kind, `pending` without one, `blocked` where a person is needed.
  package var word: String {
    if blocked != nil { return "blocked" }
    return (isQueued ? .queued : stage ?? last?.kind)?.rawValue ?? "pending"
  }

  /// Whether it waits for a worker: one that was queued again during its run does so once that has ended.
  package var isQueued: Bool { queued != nil && !isUnderWay }

  /// Whether a run has begun and not ended, by the log: what a person or a hook said meanwhile ends none.
  package var isUnderWay: Bool { stage != nil }

  /// Whether a step of its workflow has ended well, and the next has not begun.
  package var isBetweenSteps: Bool { result?.isPartial == true && last?.kind == .committed }

  /// How far the run that is under way has come.
  private var stage: TaskEvent.Kind?

  private mutating func apply(_ event: TaskEvent) {
    let details = event.details
    if event.kind == .reviewBrokeOff {
      costInUSD += details.costInUSD ?? 0
      return
    }
    if event.kind == .outside {
      outside = event.sentence
      return
    }
    last = event
    if event.kind == .queued {
      queue(details)
      return
    }
    if event.kind == .reviewed {
      // It says nothing of the run that it reviews, but may have cost something.
      costInUSD += details.costInUSD ?? 0
      return
    }
    if let agent = details.agent { self.agent = agent }
    if let run = details.run { self.run = run }
    if let base = details.base, event.kind != .rejected { self.base = base }
    if let branch = details.branch { self.branch = branch }
    if let worktree = details.worktree { self.worktree = worktree }
    switch event.kind {
    case .claimed, .started, .handedOff, .retrying: stage = event.kind
    case .committed, .failed, .unchanged, .cancelled: (stage, returned) = (nil, nil)
    case .interrupted: stage = nil
    case .routed, .queued, .dequeued, .reviewed, .reviewBrokeOff, .rejected, .discarded, .outside: break
    }
    switch event.kind {
    case .claimed:
      claims = details.fence ?? claims.addingClamped(1)
      worktree = details.worktree
      blocked = nil
      if spent.text != details.text { spent = Spent(text: details.text) }
      // The later steps of a workflow go on in the place that the first one took.
      if details.pass == nil || details.pass != pass {
        take(details)
        outside = nil
      }
      pass = details.pass
      runText = details.text
      if let text = details.text { queuedTexts.insert(text) }
    case .committed:
      if let commit = details.commit {
        result = Result(
          commit: commit, base: details.base, run: details.run, text: details.text,
          workflow: details.workflow, isPartial: details.step != nil,
          outside: outside)
      }
      failures = Failures()
      if details.step == nil {
        rejection = nil
        costInUSD += details.costInUSD ?? 0
        spent = Spent()
      } else {
        // The steps of a workflow share what may be spent on the task.
        add(details.costInUSD)
      }
    case .failed, .unchanged:
      add(details.costInUSD)
      blocked = details.blocked
      // Whoever sets the project right has not changed the task.
      if details.projectFault != nil { break }
      if failures.text != details.text { failures = Failures(text: details.text) }
      failures.count += 1
    case .cancelled:
      add(details.costInUSD)
      queued = nil  // Else what a person stopped would start again at once.
    case .interrupted, .handedOff, .retrying:
      add(details.costInUSD)
    case .rejected:
      if returns.text != details.text { returns = Failures(text: details.text) }
      // What was cut off before an agent had ended with it goes back only once.
      if returned == nil || returned != details.commit { returns.count += 1 }
      returned = details.commit
      rejection = details.commit.flatMap { result in
        details.base.map { Rejection(result: result, start: $0) }
      }
    case .discarded:
      result = nil
      rejection = nil
      branch = nil
      blocked = nil
    case .routed:
      if let text = details.text { routedTexts.insert(text) }
    case .dequeued:
      // Its text was withdrawn; where it comes back, it counts again.
      if let text = details.text { queuedTexts.remove(text) }
      queued = nil
      taken = nil
    case .queued, .started, .reviewed, .reviewBrokeOff, .outside:
      break
    }
  }

  /// A claim takes the place that it was made for: a text that came meanwhile keeps its own.
  private mutating func take(_ details: TaskEvent.Details) {
    if let queued, queued.commit != nil, queued.text != details.text {
      taken = nil
      return
    }
    taken = queued
    queued = nil
  }

  /// What queues it says nothing of the run that may be under way.
  private mutating func queue(_ details: TaskEvent.Details) {
    queued = Queued(text: details.text, commit: details.base, branch: details.branch)
    if let text = details.text { queuedTexts.insert(text) }
    if isUnderWay { return }
    failures = Failures()
    returns = Failures()
    spent = Spent()
    blocked = nil
  }

  private mutating func add(_ cost: Double?) {
    costInUSD += cost ?? 0
    spent.costInUSD += cost ?? 0
  }
}
