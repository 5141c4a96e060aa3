import AgentRuns
import Git
import Host
import Ledger
import PairCore
import TaskFiles

/// One run of a task, from its claim to the result's branch: claim → agents in a worktree → verdict → commit,
/// branch, note, log → worktree given back.
struct TaskRun: Room {
  let session: TaskSession
  let spec: RunSpec
  /// Which agents work on the tasks of the batch; nil for a task by itself.
  let slots: AgentSlots?

  var workspace: Workspace { session.workspace }
  private var branch: ResultBranch { ResultBranch(of: session.task, in: workspace) }

  func carryOut() async throws -> (Assignment, RunOutcome) {
    let assignment = spec.assignment
    guard repository.hasPathForOthers else {
      throw PairError(
        .unsupported, "the path of this repository is not UTF-8, and no worktree can be made for it",
        hint: "Tasks are routed and queued here; to run them, rename the folder.")
    }
    try Plants(workspace).requireNone()
    try requireRunsLeft()
    let oldTip = try branch.requireOwn(session.state)
    // The later steps of a workflow start from what the first one left.
    if spec.request.step?.isFirst != false { try await warnOfUncommittedChanges() }
    try await DeadReservations(workspace).settle(holding: session.task)
    try SpendingAccount(workspace).reserve(for: spec.attempt(assignment, session.state))
    try RunLog(session: session, spec: spec).claim()
    var loop = AttemptLoop(session: session, spec: spec, slots: slots)
    do {
      let last = try await loop.carryOut()
      return (last.assignment, try await end(last, oldTip: oldTip))
    } catch {
      var snapshot: String?
      if let left = loop.worktree {
        snapshot = await RunStorage(workspace).clearIfPossible(left, of: session.task, assignment.run)
      }
      await RunLog(session: session, spec: spec).recordInterruption(error, snapshot: snapshot)
      guard error is RunCancelled else { throw error }
      throw PairError(
        .failed, "\(session.task) was cancelled",
        hint: "To go on with it: bpsai-pair resume \(session.task)")
    }
  }

  /// Keeps what must be kept, moves the branch, attaches the note, records the end, gives the worktree back.
  private func end(_ last: AttemptLoop.End, oldTip: ObjectID?) async throws -> RunOutcome {
    let (assignment, verdict, storage) = (last.assignment, last.verdict, RunStorage(workspace))
    // A plan-mode tree is made of the base and two files of ours; the worktree itself still equals the base.
    let base = try repository.tree(of: assignment.base)
    let known =
      assignment.mode.writes ? verdict.tree.map { Snapshot.Known($0, from: verdict.index) } : nil
    let kept = try await storage.keep(
      last.worktree, content: verdict.content, of: session.task, assignment.run, known: known ?? .init(base))
    var outcome = verdict.outcome
    if case .kept(let ref) = kept { outcome.snapshot = ref }
    try session.refresh()
    let note = spec.note(on: outcome, of: assignment, session.state, credentials)
    switch outcome.end {
    case .committed(let commit):
      try publish(commit, of: assignment, oldTip: oldTip, note: note)
      try RunLog(session: session, spec: spec).recordResult(commit, outcome, of: assignment, note: note)
    case .failed(let failure):
      // A task that has a result to go on with waits for no person.
      let hasResult = try session.state.result.map { try branch.holds($0) } ?? false
      let goesOn = hasResult || spec.request.step?.task.step.onFailure == .goOn
      let blocked = goesOn ? nil : last.blocked
      if let blocked { say("note: \(session.task) waits for a person: \(blocked)") }
      try RunLog(session: session, spec: spec).recordFailure(
        outcome, of: assignment, note: note, as: failure.kind == .unchanged ? .unchanged : .failed,
        blocked: blocked)
    }
    if case .worktreeMustStay(let reason) = kept {
      try storage.leave(last.worktree, of: assignment.run, because: reason)
    } else {
      do {
        try await storage.release(last.worktree, of: assignment.run, spec.config.worktrees)
      } catch {
        // The run has ended, and says how; the next one finds the worktree by its note.
        say("note: the worktree \(last.worktree.path) could not be given back: \(error.words)")
      }
    }
    return outcome
  }

  private func publish(
    _ commit: ObjectID, of assignment: Assignment, oldTip: ObjectID?, note: HandoffNote
  ) throws {
    guard session.state.run == assignment.run else {
      throw PairError(
        .tryLater, "another process claimed \(assignment.task) while its agent worked",
        hint: "Look at it with 'bpsai-pair log \(assignment.task)'.")
    }
    // What a step of a workflow goes on from is part of what it makes.
    if let old = oldTip ?? session.state.result?.commit, try repository.exists(old),
      assignment.step == nil || old != assignment.base
    {
      try branch.keep(old, session.state)
    }
    // First, so that a branch that stands has its note even if this process dies here.
    try CommitNotes().write(note.text, on: commit, in: repository, by: workspace.requireUser())
    do {
      try repository.swapRef(
        assignment.branch.ref, from: oldTip, to: commit, because: "result of \(assignment.task)")
    } catch let error as GitError where error.kind == .modified {
      let kept = try branch.keep(commit, session.state)
      throw PairError(
        .tryLater,
        "\(assignment.branch) was moved while the agent worked; its result is kept in \(kept)",
        hint: "Give it a branch: git branch another-name \(kept)")
    }
  }

  /// - Throws: `PairError` of kind `failed` when as many runs of this very text have failed as may.
  private func requireRunsLeft() throws {
    let failures = session.state.failures
    guard !spec.request.again, failures.text == spec.task.source.blob,
      failures.count >= spec.config.limits.runs
    else { return }
    throw PairError(
      .failed, "\(session.task) has failed \(failures.count) times, and its text is still the same",
      hint: "Change the task, or say that it shall be tried again: bpsai-pair retry \(session.task)")
  }

  private func warnOfUncommittedChanges() async throws {
    guard let top = repository.workingDirectory else { return }
    let path = spec.assignment.taskPath
    // Not of the base: what an agent hands over holds the task with another status.
    let committed = try repository.entry(at: path, in: repository.tree(of: spec.assignment.configuration))
    if committed == nil {
      say("note: \(path) is not committed: the run uses your text, and cannot set its status")
    } else if committed?.id != spec.task.source.blob {
      say("note: the run uses your uncommitted text of \(path)")
    }
    if try workspace.settings().config.checks != spec.config.checks {
      say(
        "note: the checks in your \(Workspace.configPath) differ from those of the base, which the run uses")
    }
    let printed: [UInt8]
    do {
      if FileInfo.kind(at: top + "/.gitignore") == .other {
        throw GitError(.timedOut, ".gitignore is a pipe, a socket or a device")
      }
      printed = try await workspace.git.limited(to: .seconds(10)).run(
        ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal"],
        at: .init(gitDirectory: repository.gitDirectory, worktree: top))
    } catch let error as GitError {
      return say("note: what is not committed, and so not in the run, cannot be told: \(error.message)")
    }
    let paths = printed.split(separator: 0).map { String(decoding: $0.dropFirst(3), as: UTF8.self) }
      .filter { $0 != path }
    if paths.isEmpty { return }
    let shown = paths.prefix(5).map { $0.escapedForTerminal(limit: 80) }.joined(separator: ", ")
    let more = paths.count > 5 ? " and \(paths.count - 5) more" : ""
    say("note: not committed, so not in the run: \(shown)\(more)")
  }
}
