import AgentRuns
import Git
import Ledger
package import PairCore
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
  package func handOver(
    _ id: TaskID, to agent: String?, words: String?
  ) async throws -> Execution {
    let task = try library().task(id)
    try requireNoOpenPass(of: id)
    let log = TaskLog(id)
    _ = try await takeLease(log, for: "a handoff", by: workspace.requireUser())
    let last = try lastWork(log)

    // Not what results are merged into in the end: that stays HEAD.
    var request = Request(forced: agent ?? last.outcome.agent.text, again: true)
    request.base = last.base.hex
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
      spentInUSD: try log.state(in: repository).costInUSD, words: words, returned: last.returned,
      redaction: credentials)
    let session = try session(of: last.outcome, for: next, in: log)
    let continues = Continuation(
      agent: last.outcome.agent, origin: last.assignment.origin, snapshot: last.snapshot, session: session)
    let assignment = try assignment(for: routed, to: next, request, note: note, continues: continues)
    process.say(
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
    /// Why the result had been sent back that it makes anew; nil where it makes none anew.
    var returned: String?
  }

  /// What the last run left that left anything; where it was to make a result anew that had been sent back, and left
  /// nothing, what it started from: the result itself would only be sent back once more.
  private func lastWork(_ log: TaskLog) throws -> Work {
    let state = try log.state(in: repository)
    let result = state.result
    var beginning: Work?
    let tip = try repository.ref(BranchName.result(of: log.task).ref)
    for entry in try log.entries(in: repository).reversed() {
      guard let event = entry.event else { continue }
      switch event.kind {
      case .committed:
        guard let commit = event.details.commit, commit == result?.commit, commit == tip else { continue }
        return try work(entry.id, event, in: log, end: .committed(commit), snapshot: nil)
      case .failed, .unchanged, .interrupted, .cancelled:
        let snapshot = try event.details.snapshot.flatMap { try repository.ref($0) }
        let remade = try rejected(state, remadeBy: event, at: entry.id, in: log)
        guard snapshot != nil || remade != nil && beginning == nil else { continue }
        let failure = Failure(event.details.failure ?? .crashed, event.sentence)
        var work = try work(entry.id, event, in: log, end: .failed(failure), snapshot: snapshot)
        work.returned = remade
        if snapshot != nil { return work }
        beginning = work
      case .discarded:
        throw try nothing(log.task)
      case .rejected:
        // What lies before it has been judged, and did not do.
        if let beginning { return beginning }
      case .routed, .queued, .dequeued, .claimed, .started, .handedOff, .retrying, .reviewed, .reviewBrokeOff:
        continue
      }
    }
    throw try nothing(log.task)
  }

  /// Why the result had been sent back that the run of `event` was to make anew; nil where it made none anew.
  private func rejected(
    _ state: TaskState, remadeBy event: TaskEvent, at entry: ObjectID, in log: TaskLog
  ) throws -> String? {
    guard let rejection = state.rejection,
      let bytes = try log.file("assignment.json", at: entry, in: repository)
    else { return nil }
    let assignment = try Record.read(Assignment.self, from: bytes)
    guard assignment.run == event.details.run, assignment.origin == rejection.start else { return nil }
    return try log.file(Orchestrator.returnFile, at: entry, in: repository)
      .map { String(decoding: $0, as: UTF8.self) }
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
