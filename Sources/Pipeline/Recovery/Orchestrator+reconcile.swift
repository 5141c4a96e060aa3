import AgentRuns
import Host
import Git
import Ledger
import PairCore

extension Orchestrator {
  /// Brings log, branch and worktree of a task back together after a run that never ended. The caller
  /// holds the task's `lease`, so that run is dead.
  ///
  /// A result that reached its branch but not the log is recorded; what else is left is kept, its worktree
  /// removed, and the log says that the run was interrupted.
  func reconcile(_ lease: borrowing Lease, by user: Signature) async throws {
    let log = TaskLog(lease.task)
    for sentence in try log.mend(in: repository, by: user) {
      process.say("note: \(sentence)")
    }
    try adoptResult(log: log, by: user)
    try recordDeadReview(of: log.task, by: user)
    let state = try log.state(in: repository)
    guard let run = state.run else { return }
    if state.isUnderWay { try endWhatOutlived(run, of: log.task) }
    let snapshot = try await clearLeftWorktrees(of: log.task, run: run, by: user)
    try settleDeadRuns(holding: log.task, by: user)
    let cost = try unloggedCost(of: run, log: log)
    let left =
      state.isUnderWay
      ? try lastAttempt(
        of: run, log: log, ending: Failure(.crashed, "its run never ended"), snapshot: snapshot,
        costInUSD: cost)
      : nil
    try log.append(
      to: repository, by: user, files: left?.files ?? [:], random: process.random
    ) { state in
      guard state.isUnderWay else { return nil }
      var details = TaskEvent.Details()
      details.run = run
      details.agent = left?.agent
      details.snapshot = snapshot
      details.costInUSD = cost
      return TaskEvent(.interrupted, log.task, "\(log.task): run \(run) never ended", details)
    }
    if state.isUnderWay { try putBack(log, because: "its run never ended", by: user) }
  }

  /// Gives a task whose run was cut off the place in the queue that the run had taken, if it came from there.
  func putBack(_ log: TaskLog, because reason: String, by user: Signature) throws {
    try log.append(to: repository, by: user, random: process.random) { state in
      guard state.last?.kind == .interrupted, state.queued == nil, let taken = state.taken else { return nil }
      return .queuedAgain(log.task, taken, because: reason)
    }
  }

  /// Takes the lease of a task and brings its log in order where its last run died.
  ///
  /// - Parameter purpose: what for, for the message that others get.
  /// - Throws: `PairError` of kind `tryLater` while somebody works on the task.
  func takeLease(_ log: TaskLog, for purpose: String, by user: Signature) async throws -> Lease {
    let lease = try Lease.take(
      log.task, in: repository, holder: "\(purpose) by process \(process.processID)")
    if try log.state(in: repository).isUnderWay { try await reconcile(lease, by: user) }
    try recordDeadReview(of: log.task, by: user)
    return lease
  }

  /// Ends the processes of a dead run, or of an agent of it that is. Its supervisor has seen to that, unless it
  /// was killed, too.
  func endWhatOutlived(_ run: RunID, of task: TaskID) throws {
    try process.effects.pass(.processKill, run.text)
    let count = Machine.killAll(with: Orchestrator.runVariable, run.text)
    try AgentRun.redactOutput(
      below: runsFolder(of: run), environment: process.environment, effects: process.effects)
    if count > 0 { process.say("note: ended \(count) left-over processes of run \(run)") }
  }

  /// Private files of a run: each of its attempts has a folder in it for prompt, transcript, the agent's stderr
  /// and the output of checks.
  func runsFolder(of run: RunID) -> String { "\(runsFolder)/\(run)" }

  /// Holds a folder for each run.
  var runsFolder: String { repository.stateFolder + "/runs" }

  /// The folder of the last attempt that `agent` made in `run`; nil when it made none.
  func lastFolder(of run: RunID, _ agent: AgentName) throws -> String? {
    let names = try Files.list(runsFolder(of: run)).map(\.name).filter { $0.hasSuffix("-\(agent)") }
    let last = names.max { Int($0.prefix { $0 != "-" }) ?? 0 < Int($1.prefix { $0 != "-" }) ?? 0 }
    return last.map { "\(runsFolder(of: run))/\($0)" }
  }

  /// What tells the processes of a run: in the environment of its agents and checks.
  static let runVariable = "PAIRCODER_RUN"

  /// What the processes of a run find in their environment.
  func marks(of run: RunID, for task: TaskID) -> [String: String] {
    ["PAIRCODER_TASK": task.text, Orchestrator.runVariable: run.text]
  }

  /// Says in the log that a run has a result, where it was killed after it had moved the branch and before
  /// it could say so, or where the log could not be written then.
  func adoptResult(log: TaskLog, by user: Signature) throws {
    let branch = BranchName.result(of: log.task)
    guard let tip = try repository.ref(branch.ref) else { return }
    let trailers = Trailers(readFrom: try repository.commit(tip).message)
    let assignment = try log.file("assignment.json", in: repository).map {
      try Record.read(Assignment.self, from: $0)
    }
    func isUnsaid(_ state: TaskState) -> Bool {
      guard let run = state.run, state.result?.run != run else { return false }
      return state.result?.commit != tip && trailers["PairCoder-Run"] == run.text
    }
    guard isUnsaid(try log.state(in: repository)) else { return }
    let note = try repository.note(on: tip)
    let files = note.map { ["handoff.md": $0] } ?? [:]
    try log.append(to: repository, by: user, files: files, random: process.random) { state in
      guard isUnsaid(state), let run = state.run else { return nil }
      var details = TaskEvent.Details()
      details.run = run
      details.agent = state.agent
      details.base = assignment?.run == run ? assignment?.origin : state.base
      details.branch = branch
      details.commit = tip
      details.mark(assignment?.run == run ? assignment?.step : nil)
      details.verdict = trailers["PairCoder-Verdict"].flatMap(ReviewVerdict.init(rawValue:))
      details.text = assignment?.run == run ? assignment?.text : state.last?.details.text
      details.costInUSD = trailers["PairCoder-Cost-USD"].flatMap(Double.init)
      return TaskEvent(.committed, log.task, "\(log.task): run \(run) had committed on \(branch)", details)
    }
  }

  /// Keeps what stands in `worktree` beyond its base, and removes it; leaves it standing where not all can
  /// be kept. Returns the ref that keeps it, nil when none does.
  func clear(
    _ worktree: RunWorktree, run: RunID, task: TaskID, by user: Signature
  ) async throws -> String? {
    let known = try repository.tree(of: worktree.base)
    let kept = try await keep(worktree, run: run, known: known, task: task, by: user)
    if case .worktreeMustStay(let reason) = kept {
      try leave(worktree, because: reason)
      return nil
    }
    try await worktree.remove(effects: process.effects)
    guard case .kept(let ref) = kept else { return nil }
    process.say("note: what was there is kept in \(ref)")
    return ref
  }

  /// Keeps what `worktree` holds beyond the tree `known`.
  ///
  /// - Parameter content: what stood in it when the agent ended; nil to look now.
  func keep(
    _ worktree: RunWorktree, content: WorktreeContent? = nil, run: RunID, known: ObjectID, task: TaskID,
    by user: Signature
  ) async throws -> Snapshot.Result {
    // Not under the cancellation that may have brought us here: what is left must be kept first.
    let head = try await Uncancelled.run { [git = workspace.git] in try await worktree.head(git: git) }
    return try Snapshot.take(
      of: worktree, content: content, task: task, run: run, known: known, head: head, in: repository, by: user
    )
  }
}

/// Runs work to its end even when the task around it has been cancelled.
enum Uncancelled {
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await Task.detached { try await work() }.value
  }
}
