import AgentRuns
import Git
import Ledger
package import PairCore

/// Opens tasks for work, and brings log, branch and worktree of a task back together after a run that never ended.
package final class CrashRecovery: StatelessRoom {
  private var storage: RunStorage { RunStorage(workspace) }

  /// Takes the lease of `task`, brings its log in order, and calls `work`; other processes are told the
  /// `purpose`, nil for a run. Throws `tryLater` while another process works on the task.
  func withTask<Value>(
    _ task: TaskID, for purpose: String? = nil, _ work: (TaskSession) async throws -> Value
  ) async throws -> Value {
    // Before anything is written: every log entry names the user.
    _ = try workspace.requireUser()
    let session = try TaskSession(of: task, in: workspace, for: purpose)
    defer { session.close() }
    try await reconcile(session)
    return try await work(session)
  }

  /// Ends what outlived a dead run, keeps what it left, records its end; returns whether there was such a
  /// run. Throws `tryLater` while the run lives: a live claim is never taken away.
  package func unlock(_ task: TaskID) async throws -> Bool {
    let wasUnderWay = try workspace.state(of: task).isUnderWay
    try await withTask(task, for: "an unlock") { _ in
      try await DeadReservations(workspace).settle(holding: task)
    }
    return wasUnderWay
  }

  /// Records a result that reached its branch but not the log, keeps what else is left, removes the worktree,
  /// and records the interruption.
  private func reconcile(_ session: TaskSession) async throws {
    for sentence in try session.mend() { say("note: \(sentence)") }
    try adoptResult(session)
    try await AnnouncedReview(session: session).recordDead()
    try await compareAfterDead(session)
    let state = session.state
    guard let run = state.run else { return }
    let isUnderWay = state.isUnderWay
    if isUnderWay { try await DeadProcesses(workspace).end(of: run) }
    let snapshot = try await storage.clearLeftWorktrees(of: session.task, run: run)
    guard isUnderWay else { return try await DeadReservations(workspace).settle(holding: session.task) }
    var details = TaskEvent.Details()
    details.run = run
    details.snapshot = snapshot
    try await session.recordCutOff(
      of: run, as: .interrupted, "never ended", Failure(.crashed, "its run never ended"), details)
    try QueuePlace(workspace: workspace, task: session.task).requeue(because: "its run never ended")
    try session.refresh()
  }

  /// Tells what the agents of runs that were killed changed outside.
  private func compareAfterDead(_ session: TaskSession) async throws {
    for run in try unwatched(session.task) {
      try await DeadProcesses(workspace).end(of: run)
      try await session.recordOutside(
        ofDead: run, by: session.state.run == run ? session.state.agent : nil)
    }
  }

  /// The runs of a task that were killed while they were watched, where no process has its lease: a run, or a review,
  /// that lives has it; the checks of an integration have not.
  private func unwatched(_ task: TaskID) throws -> [RunID] {
    let check = try AnnouncedCheck(workspace: workspace, task: task).running()
    return try WatchNote.runs(of: task, in: workspace).filter { $0 != check }
  }

  /// Records the result of a run that was killed after it had moved the branch, or could not write the log.
  func adoptResult(_ session: TaskSession) throws {
    let task = session.task
    let branch = BranchName.result(of: task)
    guard let tip = try repository.ref(branch.ref) else { return }
    // While damaged files stand there, git takes what the next run makes of the same content for written.
    if try !ObjectFiles.setAsideDamaged(of: tip, in: repository) {
      say("note: \(branch) stands at \(tip.short), of which something is missing or damaged")
    }
    let record = try repository.unlessLost(tip, .commit) { () throws(GitError) in
      try repository.record(of: tip)
    }
    guard let record else { return }
    let trailers = Trailers(readFrom: record.message)
    func isUnsaid(_ state: TaskState) -> Bool {
      guard let run = state.run, state.result?.run != run else { return false }
      return state.result?.commit != tip && trailers["PairCoder-Run"] == run.text
    }
    guard isUnsaid(session.state), let run = session.state.run else { return }
    let assignment = try session.record.assignment(of: run)
    let note = try CommitNotes().text(on: tip, in: repository)
    try session.append(files: note.map { ["handoff.md": $0] } ?? [:]) { state in
      guard isUnsaid(state) else { return nil }
      var details = TaskEvent.Details()
      details.run = run
      details.agent = state.agent
      details.base = assignment.map(\.origin) ?? state.base
      details.branch = branch
      details.commit = tip
      details.mark(assignment?.step)
      details.verdict = trailers["PairCoder-Verdict"].flatMap(ReviewVerdict.init(rawValue:))
      details.text = assignment?.text ?? state.last?.details.text
      details.costInUSD = trailers["PairCoder-Cost-USD"].flatMap(Dollars.amount)
      return TaskEvent(.committed, task, "\(task): run \(run) had committed on \(branch)", details)
    }
  }

  /// Brings in order what dead runs left of tasks other than `own`, so that it does not wait until those are
  /// run again. What other processes work on now is left to them.
  func reconcileOthers(than own: TaskID? = nil) async throws {
    for slot in try storage.pool().slots() {
      do {
        guard try !slot.isHeld, let note = try slot.note(), note.state == .inUse else { continue }
        await reconcile(other: note.task, than: own, leaving: slot.path)
      } catch {
        say("note: \(slot.path) is left as it is: \(error.words)")
      }
    }
    for task in try WatchNote.tasks(in: workspace) where try !unwatched(task).isEmpty {
      await reconcile(other: task, than: own, leaving: "what a dead run of \(task) left")
    }
  }

  private func reconcile(other task: TaskID, than own: TaskID?, leaving what: String) async {
    do {
      if try task == own || Lease.isHeld(task, in: repository) { return }
      try await withTask(task, for: "a clean-up") { _ in }
    } catch let error as PairError where error.kind == .tryLater {
      return
    } catch {
      say("note: \(what) is left as it is: \(error.words)")
    }
  }
}
