/// One entry of a task's log.
package struct TaskEvent: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A hook or a dry decision chose an agent; nothing runs.
    case routed
    /// It waits for a worker.
    case queued
    /// It does not wait any more, and nothing ran.
    case dequeued
    /// A process took the task's lease; it holds it until the run's last event, if it lives that long.
    case claimed
    /// The agent runs.
    case started
    case committed
    /// The agent ended well and changed nothing.
    case unchanged
    case failed
    /// An agent failed, and another goes on in the same run.
    case handedOff = "handed-off"
    /// An agent failed, and goes on itself in the same run.
    case retrying
    case interrupted
    /// A person had its run stopped.
    case cancelled
    case reviewed
    /// Its result could not be integrated, and an agent is to make it again.
    case rejected = "sent-back"
    /// A review came to no end. It says nothing of the task, whose state stays what it was.
    case reviewBrokeOff = "review-broke-off"
    case discarded
    /// An agent changed what is not its to change. It says nothing of the task, either.
    case outside
  }

  package let kind: Kind
  package let task: TaskID
  /// A sentence for people: the subject of the event's commit.
  package let sentence: String
  package let details: Details

  /// What the event is about; a field is nil where the event has nothing to say of it.
  package struct Details: Hashable, Sendable {
    package var run: RunID?
    package var agent: AgentName?
    package var mode: RunMode?
    package var base: ObjectID?
    package var branch: BranchName?
    /// The result commit.
    package var commit: ObjectID?
    /// Blob id of the task's text.
    package var text: ObjectID?
    /// What the run cost, in US dollars.
    package var costInUSD: Double?
    package var failure: FailureClass?
    /// Why the task waits for a person.
    package var blocked: String?
    /// What about the project kept the run from starting an agent; no agent failed then.
    package var projectFault: String?
    /// Where the work of a run that ended badly is kept.
    package var snapshot: String?
    /// Counts the claims of the task from one.
    package var fence: Int?
    /// The machine of whoever claimed the task.
    package var host: String?
    package var worktree: String?
    /// Of a run that carries out a step of a workflow, and of the end of a workflow's pass: blob id of its text.
    package var workflow: ObjectID?
    /// The first run of that pass.
    package var pass: RunID?
    /// The step; nil where the event is the end of the pass.
    package var step: String?
    package var round: Int?
    /// What a step that is a review came to.
    package var verdict: ReviewVerdict?

    package init() {}

    /// Says that the event is about the step that `mark` names.
    package mutating func mark(_ mark: StepMark?) {
      workflow = mark?.workflow
      pass = mark?.pass
      step = mark?.step
      round = mark?.round
    }
  }

  package init(_ kind: Kind, _ task: TaskID, _ sentence: String, _ details: Details = Details()) {
    self.kind = kind
    self.task = task
    self.sentence = sentence
    self.details = details
  }

  /// Whether it says of a workflow's pass that it has ended, and of no run.
  package var endsPass: Bool { details.pass != nil && details.step == nil }

  /// The commit message that stores the event: the sentence, then trailers for programs.
  ///
  /// - Parameter nonce: makes the event's commit unlike any other, so that a re-sent push is recognised.
  package func message(nonce: UInt64) -> String {
    var trailers = Trailers()
    trailers.add("PairCoder-Event", kind.rawValue)
    trailers.add("PairCoder-Task", task.text)
    trailers.add("PairCoder-Run", details.run?.text)
    trailers.add("PairCoder-Agent", details.agent?.text)
    trailers.add("PairCoder-Mode", details.mode?.rawValue)
    trailers.add("PairCoder-Base", details.base?.hex)
    trailers.add("PairCoder-Branch", details.branch?.text)
    trailers.add("PairCoder-Commit", details.commit?.hex)
    trailers.add("PairCoder-Text", details.text?.hex)
    trailers.add("PairCoder-Cost-USD", details.costInUSD?.fixed(digits: 4))
    trailers.add("PairCoder-Failure", details.failure?.rawValue)
    trailers.add("PairCoder-Blocked", details.blocked)
    trailers.add("PairCoder-Project-Fault", details.projectFault)
    trailers.add("PairCoder-Snapshot", details.snapshot)
    trailers.add("PairCoder-Fence", details.fence.map(String.init))
    trailers.add("PairCoder-Host", details.host)
    trailers.add("PairCoder-Worktree", details.worktree)
    trailers.add("PairCoder-Workflow", details.workflow?.hex)
    trailers.add("PairCoder-Pass", details.pass?.text)
    trailers.add("PairCoder-Step", details.step)
    trailers.add("PairCoder-Round", details.round.map(String.init))
    trailers.add("PairCoder-Verdict", details.verdict?.rawValue)
    trailers.add("PairCoder-Nonce", String(nonce, radix: 16))
    let subject = sentence.onOneLine
    // Without a subject the trailers would be the first paragraph, and so no trailers.
    return "\(subject.isEmpty ? kind.rawValue : subject)\n\n\(trailers.text)\n"
  }

  /// A number of things that can have been counted; nil for any other.
  private static func count(_ text: String) -> Int? {
    Int(text).flatMap { (1...1_000_000_000).contains($0) ? $0 : nil }
  }

  /// Reads an event back from its commit message; nil when the message is not one of ours, or is one
  /// that this version does not understand.
  package init?(message: String) {
    let trailers = Trailers(readFrom: message)
    guard let kind = trailers["PairCoder-Event"].flatMap(Kind.init(rawValue:)),
      let idText = trailers["PairCoder-Task"], let task = try? TaskID(idText),  // Foreign: no event.
      let subject = message.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first.flatMap({
        String($0)
      })
    else { return nil }
    var details = Details()
    details.run = trailers["PairCoder-Run"].flatMap { RunID($0) }
    details.agent = trailers["PairCoder-Agent"].map { AgentName($0) }
    details.mode = trailers["PairCoder-Mode"].flatMap(RunMode.init(rawValue:))
    details.base = trailers["PairCoder-Base"].flatMap { ObjectID($0) }
    details.branch = trailers["PairCoder-Branch"].map { BranchName($0) }
    details.commit = trailers["PairCoder-Commit"].flatMap { ObjectID($0) }
    details.text = trailers["PairCoder-Text"].flatMap { ObjectID($0) }
    details.costInUSD = trailers["PairCoder-Cost-USD"].flatMap(Dollars.amount)
    details.failure = trailers["PairCoder-Failure"].flatMap(FailureClass.init(rawValue:))
    details.blocked = trailers["PairCoder-Blocked"]
    details.projectFault = trailers["PairCoder-Project-Fault"]
    details.snapshot = trailers["PairCoder-Snapshot"]
    details.fence = trailers["PairCoder-Fence"].flatMap(TaskEvent.count)
    details.host = trailers["PairCoder-Host"]
    details.worktree = trailers["PairCoder-Worktree"]
    details.workflow = trailers["PairCoder-Workflow"].flatMap { ObjectID($0) }
    details.pass = trailers["PairCoder-Pass"].flatMap { RunID($0) }
    details.step = trailers["PairCoder-Step"]
    details.round = trailers["PairCoder-Round"].flatMap(TaskEvent.count)
    details.verdict = trailers["PairCoder-Verdict"].flatMap(ReviewVerdict.init(rawValue:))
    self.init(kind, task, subject, details)
  }
}
