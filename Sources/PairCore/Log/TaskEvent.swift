/// One entry of a task's log.
package struct TaskEvent: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A hook or a dry decision chose an agent; nothing runs.
    case routed
    case queued
    /// It does not wait any more, and nothing ran.
    case dequeued
    /// A process took the task's lease; it holds it until the run's last event, if it lives that long.
    case claimed
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
    /// The walls around the agent, in words.
    package var sandbox: String?
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
  /// - Parameter nonce: makes the event's commit unlike any other, so that a re-sent push is recognised.
  package func message(nonce: UInt64) -> String {
    var trailers = Trailers()
    trailers.add("PairCoder-Event", kind.rawValue)
    trailers.add("PairCoder-Task", task.text)
    for field in TaskEvent.fields { trailers.add(field.key, field.text(details)) }
    trailers.add("PairCoder-Nonce", String(nonce, radix: 16))
    let subject = sentence.onOneLine
    // Without a subject the trailers would be the first paragraph, and so no trailers.
    return "\(subject.isEmpty ? kind.rawValue : subject)\n\n\(trailers.text)\n"
  }

  /// A field of the details as a trailer.
  private struct Field: Sendable {
    typealias Path<Value> = any WritableKeyPath<Details, Value?> & Sendable

    let key: String
    let text: @Sendable (Details) -> String?
    let read: @Sendable (String, inout Details) -> Void

    init<Value>(
      _ name: String, _ path: Path<Value>,
      _ text: @escaping @Sendable (Value) -> String, _ value: @escaping @Sendable (String) -> Value?
    ) {
      key = "PairCoder-" + name
      self.text = { $0[keyPath: path].map(text) }
      read = { $1[keyPath: path] = value($0) }
    }

    init<Value: RawRepresentable<String> & Sendable>(_ name: String, _ path: Path<Value>) {
      self.init(name, path, { $0.rawValue }, { Value(rawValue: $0) })
    }

    init(_ name: String, _ path: Path<String>) { self.init(name, path, { $0 }, { $0 }) }

    /// A number of things that can have been counted; nil for any other.
    init(counted name: String, _ path: Path<Int>) {
      self.init(name, path, { String($0) }) {
        Int($0).flatMap { (1...1_000_000_000).contains($0) ? $0 : nil }
      }
    }
  }

  private static let fields = [
    Field("Run", \.run), Field("Agent", \.agent), Field("Mode", \.mode), Field("Base", \.base),
    Field("Branch", \.branch), Field("Commit", \.commit), Field("Text", \.text),
    Field("Cost-USD", \.costInUSD, { $0.fixed(digits: 4) }, Dollars.amount),
    Field("Failure", \.failure), Field("Blocked", \.blocked), Field("Project-Fault", \.projectFault),
    Field("Snapshot", \.snapshot), Field(counted: "Fence", \.fence), Field("Host", \.host),
    Field("Worktree", \.worktree), Field("Sandbox", \.sandbox), Field("Workflow", \.workflow),
    Field("Pass", \.pass),
    Field("Step", \.step), Field(counted: "Round", \.round), Field("Verdict", \.verdict),
  ]

  /// Reads an event back from its commit message; nil when it is not one that this version understands.
  package init?(message: String) {
    let trailers = Trailers(readFrom: message)
    guard let kind = trailers["PairCoder-Event"].flatMap(Kind.init(rawValue:)),
      let task = trailers["PairCoder-Task"].flatMap(TaskID.init(rawValue:)),
      let subject = message.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first
    else { return nil }
    var details = Details()
    for field in TaskEvent.fields { trailers[field.key].map { field.read($0, &details) } }
    self.init(kind, task, String(Substring(subject)), details)
  }
}
