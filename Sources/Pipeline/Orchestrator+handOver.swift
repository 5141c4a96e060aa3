import AgentRuns
import Git
import Ledger
public import PairCore
import TaskFiles

extension Orchestrator {
  /// Hands `id` over to `agent`, or back to the one that worked on it last, now: a new run goes on with the task's
  /// present result, or with what its last run left, and its agent reads that run's note.
  ///
  /// - Parameters:
  ///   - agent: a name or alias; nil for the agent of that run.
  ///   - words: what the person who hands over has to say; nil for nothing.
  /// - Throws: `PairError` of kind `tryLater` while somebody works on the task, `unsupported` when there is
  ///   nothing to hand over or the task brings a recipe, `noAgent` when `agent` cannot take it.
  public func handOver(
    _ id: TaskID, to agent: String?, words: String?
  ) async throws -> Execution {
    let task = try library().task(id)
    try requireNoOpenPass(of: id)
    let log = TaskLog(id)
    _ = try await takeLease(log, for: "a handoff", by: workspace.requireUser())
    let last = try lastWork(log)

    var request = Request(forced: agent ?? last.outcome.agent.text, base: last.base.hex, again: true)
    request.configuration = try workspace.requireBase(nil)
    let routed = try decide(task, request)
    if task.recipe != nil, routed.decision.inputs.forced != .recipe {
      throw PairError(
        .unsupported, "\(id) brings its own recipe, so no agent can go on with it",
        hint:
          "Let the recipe do so: bpsai-pair handoff \(id) --to recipe. Or take it out of \(task.source.path) first."
      )
    }
    let next = try routed.decision.requireAgent()
    let note = HandoffNote(
      assignment: last.assignment, outcome: last.outcome,
      criteria: last.outcome.criteria ?? task.acceptanceCriteria,
      checks: try workspace.config(at: request.configuration).checks,
      spentInUSD: try log.state(in: repository).costInUSD, words: words, redaction: credentials)
    let session = try session(of: last.outcome, for: next, in: log)
    let continues = Continuation(
      agent: last.outcome.agent, origin: last.assignment.origin, snapshot: last.snapshot, session: session)
    let assignment = try assignment(for: routed, to: next, request, note: note, continues: continues)
    surroundings.say(
      session.map { "\(id): \(next) goes on with its session \($0.id)" }
        ?? (next == last.outcome.agent
          ? "\(next) goes on with \(id)" : "\(id): \(last.outcome.agent) hands over to \(next)"))
    return try await execute(assignment, of: routed, request)
  }

  /// The session in which `agent` itself did that work, with what all its runs used; nil where another agent
  /// did, or where it cannot go on with one.
  private func session(
    of outcome: RunOutcome, for agent: AgentName, in log: TaskLog
  ) throws -> AgentSession? {
    guard outcome.agent == agent, let id = outcome.session, AgentSession.isID(id),
      // A command of one's own says nothing of sessions.
      AgentRegistry.adapter(for: agent, among: [])?.goneSession != nil
    else { return nil }
    var used = Usage()
    for entry in try log.entries(in: repository) {
      guard let event = entry.event,
        [.committed, .failed, .unchanged, .handedOff, .retrying, .cancelled, .interrupted].contains(
          event.kind), !event.endsPass,
        let bytes = try log.file("outcome.json", at: entry.id, in: repository)
      else { continue }
      let earlier = try Record.read(RunOutcome.self, from: bytes)
      // The file may still be that of an earlier event.
      guard earlier.run == event.details.run, earlier.agent == event.details.agent, earlier.session == id
      else { continue }
      used = used + earlier.usage
    }
    return AgentSession(id: id, used: used)
  }

  /// What there is of a task to go on with.
  struct Work {
    let assignment: Assignment
    let outcome: RunOutcome
    /// What a worktree for it is checked out from.
    let base: ObjectID
    /// What lies in it beside; nil for nothing.
    let snapshot: ObjectID?
  }

  /// What the last run left that left anything.
  private func lastWork(_ log: TaskLog) throws -> Work {
    let result = try log.state(in: repository).result
    let tip = try repository.ref(BranchName.result(of: log.task).ref)
    for entry in try log.entries(in: repository).reversed() {
      guard let event = entry.event else { continue }
      switch event.kind {
      case .committed:
        guard let commit = event.details.commit, commit == result?.commit, commit == tip else { continue }
        return try work(entry.id, event, in: log, end: .committed(commit), snapshot: nil)
      case .failed, .unchanged, .interrupted, .cancelled:
        guard let ref = event.details.snapshot, let snapshot = try repository.ref(ref) else { continue }
        let failure = Failure(event.details.failure ?? .crashed, event.sentence)
        return try work(entry.id, event, in: log, end: .failed(failure), snapshot: snapshot)
      case .discarded:
        throw try nothing(log.task)
      case .routed, .queued, .dequeued, .claimed, .started, .handedOff, .retrying, .reviewed, .reviewBrokeOff,
        .sentBack:
        continue
      }
    }
    throw try nothing(log.task)
  }

  private func nothing(_ task: TaskID) throws -> PairError {
    if let left = try worktrees().first(where: { $0.state == .left && $0.task.folded == task.folded }) {
      return PairError(
        .unsupported,
        "what the last run of \(task) left stands in \(left.path), since not all of it can be kept",
        hint: "Take from it what you need. To start over: bpsai-pair retry \(task)")
    }
    return PairError(
      .usage,
      "\(task) has neither a result on \(BranchName.result(of: task)) nor work of a run to go on with",
      hint: "Run it: bpsai-pair orchestrate --task \(task)")
  }

  /// - Parameter end: how the run ended, for one that was killed before it could say more.
  func work(
    _ entry: ObjectID, _ event: TaskEvent, in log: TaskLog, end: RunOutcome.End, snapshot: ObjectID?
  ) throws -> Work {
    guard let bytes = try log.file("assignment.json", at: entry, in: repository) else {
      throw try nothing(log.task)
    }
    let assignment = try Record.read(Assignment.self, from: bytes)
    let recorded = try log.file("outcome.json", at: entry, in: repository).map {
      try Record.read(RunOutcome.self, from: $0)
    }
    let outcome =
      recorded?.run == event.details.run
      ? recorded
      : RunOutcome(
        run: assignment.run, agent: event.details.agent ?? assignment.agent, mode: assignment.mode, end: end,
        report: AgentReport(), costInUSD: event.details.costInUSD ?? 0, durationInSeconds: 0)
    guard let outcome else { throw try nothing(log.task) }
    return Work(
      assignment: assignment, outcome: outcome, base: event.details.commit ?? assignment.base,
      snapshot: snapshot)
  }
}
