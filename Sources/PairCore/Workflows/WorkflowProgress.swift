/// How far a pass of a workflow has come: its task's log, folded.
package struct WorkflowProgress: Hashable, Sendable {
  /// How one run of a step ended.
  package struct StepEnd: Hashable, Sendable {
    package enum End: Hashable, Sendable {
      /// The verdict of a review; nil for other steps.
      case committed(ObjectID, ReviewVerdict?)
      /// Why, where that has a class.
      case failed(FailureClass?)
    }

    package let step: String
    package let round: Int
    /// Nil where nobody could be started.
    package let run: RunID?
    package let agent: AgentName?
    package let end: End

    package var commit: ObjectID? {
      if case .committed(let commit, _) = end { commit } else { nil }
    }

    package var isFailed: Bool { commit == nil }

    var blocks: Bool {
      if case .committed(_, .blocks) = end { true } else { false }
    }
  }

  /// Its first run; nil before that.
  package private(set) var pass: RunID?
  /// Blob id of the workflow's text.
  package private(set) var workflow: ObjectID?
  /// Blob id of the task's text.
  package private(set) var text: ObjectID?
  /// The commit that its last run started from.
  package private(set) var base: ObjectID?
  /// The commit that its first result was made from.
  package private(set) var origin: ObjectID?
  /// In the order in which they ended.
  package private(set) var ends: [StepEnd] = []
  package private(set) var isFinished = false
  /// What its runs cost together, in US dollars.
  package private(set) var costInUSD = 0.0
  private var runs: Set<RunID> = []

  package init() {}

  /// Why the last run of `step` in `round` failed; nil where it did not, or nobody knows why.
  package func failure(of step: WorkflowStep, round: Int) -> FailureClass? {
    let last = ends.last { $0.step == step.id && $0.round == round }
    return if case .failed(let failure) = last?.end { failure } else { nil }
  }

  /// The last pass in a task's log; empty where other work came after it.
  /// - Parameter events: oldest first.
  package init(_ events: [TaskEvent]) {
    for event in events { apply(event) }
  }

  /// What the pass has made last; nil for nothing.
  package var commit: ObjectID? { ends.last { $0.commit != nil }?.commit }

  /// Whether it is a pass of just these texts.
  package func isPass(of workflow: Workflow, on task: AgentTask) -> Bool {
    pass != nil && self.workflow == workflow.source.blob && text == task.source.blob
  }

  /// How `step` ended last; nil where it has not been carried out.
  package func end(of step: WorkflowStep) -> StepEnd? { ends.last { $0.step == step.id } }

  package func adding(_ end: StepEnd) -> WorkflowProgress {
    var copy = self
    copy.ends.append(end)
    return copy
  }

  /// The work whose note the run of `step` begins with: what it needs, and for findings sent back the review.
  package func predecessor(of step: WorkflowStep, round: Int) -> StepEnd? {
    if step.needs.isEmpty || round > 1 && !step.isReview { return ends.last { $0.run != nil } }
    return ends.last { $0.run != nil && step.needs.contains($0.step) }
  }

  private mutating func apply(_ event: TaskEvent) {
    let details = event.details
    switch event.kind {
    case .discarded: self = WorkflowProgress()
    case .claimed, .committed, .failed, .unchanged:
      guard let pass = details.pass else {
        // A run of the whole task goes its own way.
        if event.kind == .claimed { self = WorkflowProgress() }
        break
      }
      if pass != self.pass {
        self = WorkflowProgress()
        self.pass = pass
        workflow = details.workflow
        text = details.text
      }
    default: break
    }
    if let run = details.run, event.kind == .claimed, pass != nil { runs.insert(run) }
    if details.run.map(runs.contains) == true { costInUSD += details.costInUSD ?? 0 }
    guard details.pass != nil, details.pass == pass else { return }
    if event.kind == .claimed { base = details.base }
    end(with: event)
  }

  private mutating func end(with event: TaskEvent) {
    let details = event.details
    guard let step = details.step else {
      if event.kind == .committed { isFinished = true }
      return
    }
    let end: StepEnd.End
    switch event.kind {
    case .committed:
      guard let commit = details.commit else { return }
      end = .committed(commit, details.verdict)
      if origin == nil { origin = details.base }
    case .failed, .unchanged: end = .failed(details.failure)
    default: return
    }
    ends.append(
      StepEnd(step: step, round: details.round ?? 1, run: details.run, agent: details.agent, end: end))
  }
}
