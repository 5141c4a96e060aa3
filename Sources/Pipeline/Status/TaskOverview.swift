import Git
import Ledger
package import PairCore
import TaskFiles

/// Where one task stands.
package struct TaskOverview: Hashable, Sendable, Encodable {
  package let task: TaskID
  package let title: String?
  /// `pending`, `running`, `committed`, `integrated`, …, or the task file's status where the task has no log.
  package let state: String
  package let agent: AgentName?
  package let branch: BranchName?
  package let costInUSD: Double
  /// What a person should know besides; nil when there is nothing.
  package let note: String?
}

/// Says where tasks stand, by their logs, their leases and the commits.
package final class StatusReader: StatelessRoom {
  /// Where `task` stands, by its log, its lease and the commits.
  package func overview(of task: TaskID) throws -> TaskOverview {
    try overview(of: workspace.state(of: task), file: nil)
  }

  private func overview(of state: TaskState, file: AgentTask?) throws -> TaskOverview {
    let (word, note) = try describe(state, file: file)
    return TaskOverview(
      task: state.task, title: file?.title, state: word, agent: state.agent, branch: state.branch,
      costInUSD: state.costInUSD, note: note)
  }

  /// Every task that has a file or a log, in the order of their ids, and the files that are invalid.
  package func all() throws -> (tasks: [TaskOverview], errors: [PairError]) {
    let (tasks, errors) = try workspace.settings().library.tasks()
    var files: [TaskID: AgentTask] = [:]
    for task in tasks { files[task.id] = task }
    let states = try Ledger.states(in: repository)
    let ids = Set(files.keys).union(states.keys).sorted()
    return (
      try ids.map { try overview(of: states[$0] ?? TaskState(task: $0), file: files[$0]) }, errors
    )
  }

  private func describe(_ state: TaskState, file: AgentTask?) throws -> (word: String, note: String?) {
    if !state.unreadable.isEmpty {
      return (state.word, "\(state.unreadable.count) entries of its log cannot be read")
    }
    let step = state.last?.details.step.map { "step '\($0.escapedForTerminal(limit: 60))' of its workflow" }
    if state.isUnderWay || state.isBetweenSteps, try Lease.isHeld(state.task, in: repository) {
      return ("running", step)
    }
    if state.isUnderWay {
      let run = step.map { "its run, \($0)," } ?? "its run"
      return ("interrupted", "\(run) never ended; the next one picks it up")
    }
    if let result = state.result, !result.isPartial {
      let branch = ResultBranch(of: state.task, in: workspace)
      if try branch.isMerged(result.commit) { return ("integrated", nil) }
      let committed = TaskEvent.Kind.committed.rawValue
      switch state.last?.kind {
      case _ where try branch.tip() == nil:
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

  /// A task's log, oldest first.
  package func history(of task: TaskID) throws -> [(at: Timestamp?, id: ObjectID, sentence: String)] {
    try TaskLog(task).entries(in: repository).map { entry in
      (entry.at, entry.id, entry.event?.sentence ?? "(this entry cannot be read)")
    }
  }
}
