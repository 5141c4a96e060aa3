import AgentRuns
import Git
import Host
import PairCore
import TaskFiles

/// Carries out a task again at a person's wish: from its base, where it stopped, or by another agent.
package final class TaskRerun: TaskRoom {
  private var id: TaskID { task }

  /// Executes the task, or its workflow from the first step, from its base, however often it failed.
  package func retry(stepEnded: (String) -> Void = { _ in }) async throws -> WorkResult {
    let task = try workspace.settings().library.task(id)
    var request = RunRequest(again: true)
    // It is decided while the task is held: what another process did until then counts.
    return try await rerun("a retry") { session in
      let work: TaskWork
      request = try await TaskStart(of: task, request, in: workspace).get()
      if let spec = try WorkflowFinder(workspace).spec(for: task) {
        work = .workflow(spec)
      } else {
        let routed = try TaskRouter(workspace).decide(task, request)
        work = .run(try TaskRouter(workspace).assign(routed, request), routed)
      }
      try WorkflowRunner(workspace).requireApproved(work, request)
      // Says that a person wants it: failures and what they cost count from here.
      try session.append(files: ["task.md": Array(task.text.utf8)]) { state in
        if state.isQueued, state.queued?.text == task.source.blob { return nil }
        return .queued(id, text: task.source.blob)
      }
      do {
        return try await run(work, request, in: session, stepEnded: stepEnded)
      } catch {
        // The person who asked is told, and does not want it to start by itself later.
        try QueuePlace(workspace: workspace, task: id).leave(because: "it could not be started")
        throw error
      }
    }
  }

  /// Continues where the task stopped: with its workflow's next steps, else with what its last run left, by
  /// that agent. Throws `usage` when there is a result, `unsupported` when nothing is left.
  package func resume(stepEnded: (String) -> Void = { _ in }) async throws -> WorkResult {
    try await rerun("a resumption") { session in
      guard let spec = try WorkflowFinder(workspace).open(session.record) else {
        if let result = session.state.result, result.run == session.state.run,
          try ResultBranch(of: id, in: workspace).holds(result)
        {
          throw PairError(
            .usage, "\(id) has a result, so there is nothing to resume",
            hint: "To go on with it: bpsai-pair handoff \(id) --to AGENT")
        }
        return try await handOver(to: nil, words: nil, in: session)
      }
      var request = RunRequest()
      request.configuration = try workspace.requireBase(nil)
      // Where no step has a result: from what the first one started from, which may hold other tasks'
      // results.
      let progress = try spec.progress(in: session.record)
      if progress.commit == nil { request.base = progress.base?.hex }
      return try await run(.workflow(spec), request, in: session, stepEnded: stepEnded)
    }
  }

  /// Hands the task over to `agent`, nil for the one that worked on it last: a new run continues with the
  /// task's present result, or with what its last run left, and its agent reads that run's note and the
  /// person's `words`.
  ///
  /// - Throws: `PairError` of kind `tryLater` while another process works on the task, `unsupported` when
  ///   there is nothing to hand over or the task brings a recipe, `noAgent` when `agent` cannot take it.
  package func handOver(to agent: String?, words: String?) async throws -> WorkResult {
    try await rerun("a handoff") { session in
      try await handOver(to: agent, words: words, in: session)
    }
  }

  /// Has `work` done on the opened task. What its result conflicts with is told when others may have the task again.
  private func rerun(
    _ purpose: String, _ work: (TaskSession) async throws -> (WorkResult, RunRequest)
  ) async throws -> WorkResult {
    let (result, request) = try await CrashRecovery(workspace).withTask(id, for: purpose, work)
    await WorkflowRunner(workspace).tellConflicts(after: result, request)
    return result
  }

  private func run(
    _ work: TaskWork, _ request: RunRequest, in session: TaskSession, stepEnded: (String) -> Void = { _ in }
  ) async throws -> (WorkResult, RunRequest) {
    let runner = WorkflowRunner(workspace)
    try runner.requireApproved(work, request)
    return (try await runner.run(work, request, in: session, stepEnded: stepEnded), request)
  }

  private func handOver(
    to agent: String?, words: String?, in session: TaskSession
  ) async throws -> (WorkResult, RunRequest) {
    let record = session.record
    let task = try workspace.settings().library.task(id)
    try OpenPass.requireNone(record)
    guard let last = try record.lastWork(tip: ResultBranch(of: id, in: workspace).tip()) else {
      throw try nothing()
    }
    // Not what results are merged into in the end: that stays HEAD.
    var request = RunRequest(forced: agent ?? last.outcome.agent.text, again: true)
    request.base = last.base.hex
    request.configuration = try workspace.requireBase(nil)
    let router = TaskRouter(workspace)
    let routed = try router.decide(task, request)
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
      checks: try workspace.settings(at: request.configuration).config.checks,
      spentInUSD: record.state.costInUSD, words: words, returned: last.returned, redaction: credentials)
    let own = try self.session(of: last.outcome, for: next, record)
    let continues = Continuation(
      agent: last.outcome.agent, origin: last.assignment.origin, snapshot: last.snapshot, session: own)
    let assignment = try router.assign(
      routed, request, to: .init(agent: next, note: note, continues: continues))
    say(
      own.map { "\(id): \(next) goes on with its session \($0.id)" }
        ?? (next == last.outcome.agent
          ? "\(next) goes on with \(id)" : "\(id): \(last.outcome.agent) hands over to \(next)"))
    return try await run(.run(assignment, routed), request, in: session)
  }

  /// The session in which `agent` did that work, with what its runs used; nil where it cannot continue it.
  private func session(
    of outcome: RunOutcome, for agent: AgentName, _ record: TaskRecord
  ) throws -> AgentSession? {
    guard outcome.agent == agent, let id = outcome.session, AgentSession.isID(id),
      // A command of one's own says nothing of sessions.
      AgentRegistry.adapter(for: agent, among: [])?.goneSession != nil
    else { return nil }
    return AgentSession(id: id, used: try record.usage(of: agent, inSession: id))
  }

  private func nothing() throws -> PairError {
    for slot in try RunStorage(workspace).pool().slots() {
      guard try !slot.isHeld, let note = try slot.note(), note.state == .stays, note.task.folded == id.folded,
        FileInfo.kind(at: slot.path) != nil
      else { continue }
      return PairError(
        .unsupported,
        "what the last run of \(id) left stands in \(slot.path), since not all of it can be kept",
        hint: "Take from it what you need. To start over: bpsai-pair retry \(id)")
    }
    return PairError(
      .usage,
      "\(id) has neither a result on \(BranchName.result(of: id)) nor work of a run to go on with",
      hint: "Run it: bpsai-pair orchestrate --task \(id)")
  }
}
