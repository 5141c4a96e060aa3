import Host
import Git
import Ledger
package import PairCore
import TaskFiles

extension Orchestrator {
  /// Where one task stands.
  package struct Status: Hashable, Sendable {
    package let task: TaskID
    package let title: String?
    /// One word: `pending`, `running`, `committed`, `integrated`, … or the task file's own status where
    /// the task has no log.
    package let word: String
    package let agent: AgentName?
    package let branch: BranchName?
    package let costInUSD: Double
    /// What a person should know besides; nil when there is nothing.
    package let note: String?
  }

  /// Where `task` stands, by its log, its lease and the commits.
  package func monitor(_ task: TaskID, file: AgentTask? = nil) throws -> Status {
    try status(of: TaskLog(task).state(in: repository), file: file)
  }

  private func status(of state: TaskState, file: AgentTask?) throws -> Status {
    let (word, note) = try describe(state, file: file)
    return Status(
      task: state.task, title: file?.title, word: word, agent: state.agent, branch: state.branch,
      costInUSD: state.costInUSD, note: note)
  }

  /// Every task that has a file or a log, in the order of their ids, and the files that are invalid.
  package func status() throws -> (tasks: [Status], errors: [PairError]) {
    let (tasks, errors) = try library().tasks()
    var files: [TaskID: AgentTask] = [:]
    for task in tasks { files[task.id] = task }
    let states = try Ledger.states(in: repository)
    let ids = Set(files.keys).union(states.keys).sorted()
    return (
      try ids.map { try status(of: states[$0] ?? TaskState(task: $0), file: files[$0]) }, errors
    )
  }

  private func describe(_ state: TaskState, file: AgentTask?) throws -> (word: String, note: String?) {
    if !state.unreadable.isEmpty {
      return (state.word, "\(state.unreadable.count) entries of its log cannot be read")
    }
    let step = state.last?.details.step.map { "step '\($0.escapedForTerminal(limit: 60))' of its workflow" }
    if state.isUnderWay || state.isBetweenSteps, Lease.isHeld(state.task, in: repository) {
      return ("running", step)
    }
    if state.isUnderWay {
      let run = step.map { "its run, \($0)," } ?? "its run"
      return ("interrupted", "\(run) never ended; the next one picks it up")
    }
    if let result = state.result, !result.isPartial {
      if let head = try repository.head().commit, try repository.isReachable(result.commit, from: head) {
        return ("integrated", nil)
      }
      let committed = TaskEvent.Kind.committed.rawValue
      switch state.last?.kind {
      case _ where try repository.ref(BranchName.result(of: state.task).ref) == nil:
        return (state.word, "its branch is gone; the result was \(result.commit.short)")
      case .routed, .dequeued:
        let hasChanged = state.last?.details.text.map { $0 != result.text } ?? false
        return (committed, hasChanged ? "its text changed since" : nil)
      case .failed, .unchanged, .interrupted, .cancelled:
        let how = state.last?.details.failure?.rawValue ?? state.word
        return (committed, "a later run left it as it is (\(how))")
      case .rejected: return (committed, state.last?.sentence.dropFirst("\(state.task): ".count).description)
      default: break
      }
    }
    if state.last == nil || state.last?.kind == .dequeued {
      return (file?.metadata.status?.text ?? "pending", nil)
    }
    if state.isBetweenSteps {
      return ("interrupted", "\(step ?? "a step") is done, others are still to come")
    }
    if let blocked = state.blocked { return (state.word, blocked) }
    if let fault = state.last?.details.projectFault {
      return (state.word, "the project is at fault: \(fault)")
    }
    if let failure = state.last?.details.failure, failure != .unchanged {
      return (state.word, failure.rawValue + (step.map { ", \($0)" } ?? ""))
    }
    return (state.word, nil)
  }

  /// The id that a person means by `text`: ids are the same in any case, refs are not, so a task that has
  /// a log goes by the log's spelling.
  ///
  /// - Throws: `PairError` of kind `invalidInput` when `text` is no id.
  package func taskID(_ text: String) throws -> TaskID {
    let id = try TaskID(text)
    // The common case, without a look at thousands of logs.
    if try repository.ref(TaskLog(id).ref) != nil { return id }
    return try Ledger.tasks(in: repository).first { $0.folded == id.folded } ?? id
  }

  /// The same, for a task that has a log or a file.
  ///
  /// - Throws: `PairError` of kind `usage` when it has neither, `invalidInput` when `text` is no id.
  package func requireTask(_ text: String) throws -> TaskID {
    let id = try taskID(text)
    return try repository.ref(TaskLog(id).ref) == nil ? library().task(id).id : id
  }

  /// A task's log, oldest first.
  package func history(of task: TaskID) throws -> [(at: Timestamp?, id: ObjectID, sentence: String)] {
    try TaskLog(task).entries(in: repository).map { entry in
      (entry.at, entry.id, entry.event?.sentence ?? "(this entry cannot be read)")
    }
  }
}
