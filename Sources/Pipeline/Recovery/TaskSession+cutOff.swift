import AgentRuns
import Git
import PairCore
import TaskFiles

extension TaskSession {
  /// Settles what `run` spent, which came to no end of its own, and appends how it ended, with what is known of its
  /// last agent: enough to continue that agent's session.
  ///
  /// - Parameters:
  ///   - words: follow the run's id in the log.
  ///   - details: name the snapshot of what it left, where it left anything; its agent and cost are filled in.
  func recordCutOff(
    of run: RunID, as kind: TaskEvent.Kind, _ words: String, _ failure: Failure, _ details: TaskEvent.Details
  ) async throws {
    try await DeadReservations(workspace).settle(holding: task)
    var details = details
    details.costInUSD = try SpendingAccount(workspace).unloggedCost(of: run, in: record)
    let last = try lastOutcome(of: run, failure, details)
    details.agent = last?.outcome.agent ?? details.agent
    try append(files: last?.files ?? [:]) { state in
      guard state.isUnderWay, state.run == run else { return nil }
      return TaskEvent(kind, task, "\(task): run \(run) \(words)", details)
    }
  }

  /// What the agent that worked last in `run` came to, with the files that tell of it; nil where none was started.
  private func lastOutcome(
    of run: RunID, _ failure: Failure, _ details: TaskEvent.Details
  ) throws -> (outcome: RunOutcome, files: [String: [UInt8]])? {
    // What an earlier agent of the run came to is in the log already.
    guard let last = record.events.last(where: { $0.details.run == run }), last.kind == .started,
      let agent = last.details.agent, let assignment = try record.assignment(of: run)
    else { return nil }
    let outcome = RunOutcome(
      run: run, agent: agent, mode: last.details.mode ?? assignment.mode, end: .failed(failure),
      report: try report(of: agent, in: run, assignment) ?? AgentReport(),
      costInUSD: details.costInUSD ?? 0, durationInSeconds: 0, snapshot: details.snapshot,
      redaction: workspace.credentials)
    let note = HandoffNote(
      assignment: assignment, outcome: outcome, criteria: [],
      checks: try workspace.settings(at: assignment.configuration).config.checks,
      spentInUSD: record.state.costInUSD + outcome.costInUSD, redaction: workspace.credentials)
    return (outcome, ["outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8)])
  }

  /// What `agent` said in its last attempt in `run`; nil where that cannot be read.
  private func report(of agent: AgentName, in run: RunID, _ assignment: Assignment) throws -> AgentReport? {
    let profiles = try workspace.settings(at: assignment.configuration).capabilities.profiles
    guard let adapter = AgentRegistry.adapter(for: agent, among: profiles) else { return nil }
    let report = try RunFolders(workspace).report(ofDead: run, adapter, assignment)
    return adapter.setUp(workspace.process.environment).isPrivate ? report?.withoutSession() : report
  }
}
