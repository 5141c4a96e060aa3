import AgentRuns
import Git
import PairCore

struct RunLog {
  let session: TaskSession
  let spec: RunSpec

  private var task: TaskID { session.task }

  func claim() throws {
    let assignment = spec.assignment
    var files = [
      "task.md": Array(spec.task.text.utf8),
      "decision.json": try Record.json(spec.routed.decision),
      "assignment.json": try Record.json(assignment),
    ]
    if let workflow = spec.request.step?.task.workflow { files["workflow.json"] = try Record.json(workflow) }
    let host = session.workspace.process.host
    try session.append(files: files) { state in
      var details = assignment.details
      details.fence = state.claims + 1
      details.host = host
      let from =
        assignment.session.map { ", which goes on with its session \($0.id)" }
        ?? assignment.continues.map { ", handed over from \($0.agent)" } ?? ""
      return TaskEvent(
        .claimed, task,
        "\(task): claimed for \(assignment.agent) (\(assignment.mode.rawValue))\(assignment.inStep)\(from)",
        details)
    }
  }

  /// - Parameter walls: around the agent, in words.
  func recordStart(of assignment: Assignment, in worktree: RunWorktree, within walls: String) throws {
    try session.append { _ in
      var details = assignment.details
      details.worktree = worktree.path
      details.sandbox = walls
      return TaskEvent(
        .started, task, "\(task): \(assignment.agent) started (\(assignment.mode.rawValue))", details)
    }
  }

  func recordResult(_ commit: ObjectID, _ outcome: RunOutcome, of assignment: Assignment, note: HandoffNote)
    throws
  {
    let verdict = spec.request.step?.review.map { _ in ReviewVerdict(of: outcome.findings) }
    let found = verdict.map { ": it \($0.words(outcome.findings))" } ?? ""
    try session.append(files: try files(outcome, assignment, note)) { _ in
      var details = assignment.details
      details.base = assignment.origin
      details.branch = assignment.branch
      details.commit = commit
      details.costInUSD = outcome.costInUSD
      details.snapshot = outcome.snapshot
      details.verdict = verdict
      return TaskEvent(
        .committed, task,
        "\(task): \(outcome.author ?? outcome.agent) changed \(outcome.changedPaths.count.counted("file")) on \(assignment.branch)\(assignment.inStep)\(found)",
        details)
    }
  }

  func recordFailure(
    _ outcome: RunOutcome, of assignment: Assignment, note: HandoffNote, as kind: TaskEvent.Kind,
    blocked: String? = nil
  ) throws {
    guard let failure = outcome.failure else { return }
    try session.append(files: try files(outcome, assignment, note)) { _ in
      var details = assignment.details
      details.costInUSD = outcome.costInUSD
      details.failure = failure.kind
      details.blocked = blocked
      details.snapshot = outcome.snapshot
      let words = failure.detail.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      return TaskEvent(
        kind, task,
        "\(task): \(assignment.agent) failed (\(failure.kind.rawValue)): \(words.escapedForTerminal())"
          + (blocked == nil ? "" : "; the task waits for a person"),
        details)
    }
  }

  private func files(
    _ outcome: RunOutcome, _ assignment: Assignment, _ note: HandoffNote
  ) throws -> [String: [UInt8]] {
    [
      "outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8),
      "assignment.json": try Record.json(assignment),
    ]
  }

  /// Records that `cause` ended the run, if that is still possible. `snapshot` is the ref that keeps what was
  /// there; nil when nothing was, or the worktree had to stay.
  func recordInterruption(_ cause: any Error, snapshot: String?) async {
    let assignment = spec.assignment
    let workspace = session.workspace
    let words = cause.words.onOneLine
    let fault = (cause as? PairError)?.obstacle == .project ? words : nil
    let (kind, why, failure): (TaskEvent.Kind, String, Failure) =
      switch cause {
      case is RunCancelled: (.cancelled, "cancelled", Failure(.cancelled, "a person had it stopped"))
      case is CancellationError: (.interrupted, "interrupted", Failure(.cancelled, "it was interrupted"))
      case _ where fault != nil:
        (.failed, "could not start an agent: \(words)", Failure(.crashed, words))
      default: (.interrupted, "broke off: \(words)", Failure(.crashed, words))
      }
    do {
      try session.refresh()
      try CrashRecovery(workspace).adoptResult(session)
      var details = assignment.details
      details.snapshot = snapshot
      details.projectFault = fault
      try await session.recordCutOff(of: assignment.run, as: kind, why, failure, details)
    } catch {
      // The disk may be full: the error that is on its way says so, and the next run reconciles.
      workspace.process.say("note: the log of \(task) could not be written: \(error.words)")
    }
  }
}
