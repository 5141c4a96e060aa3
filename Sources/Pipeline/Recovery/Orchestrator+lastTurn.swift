import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

/// What is known of the last agent of a run that came to no end of its own: enough to go on with its session.
struct LastAttempt {
  let agent: AgentName
  /// For the log: its outcome, and its note.
  let files: [String: [UInt8]]
}

extension Orchestrator {
  /// What the agent said that worked last in `run`, which is over; nil where none was started.
  ///
  /// - Parameters:
  ///   - failure: what ended it.
  ///   - snapshot: the ref that keeps what it left; nil where it left nothing.
  ///   - costInUSD: what it cost; nil for nothing.
  func lastAttempt(
    of run: RunID, log: TaskLog, ending failure: Failure, snapshot: String?, costInUSD cost: Double?
  ) throws -> LastAttempt? {
    let events = try log.entries(in: repository).compactMap(\.event).filter { $0.details.run == run }
    // What an earlier agent of the run came to is in the log already.
    guard let last = events.last, last.kind == .started, let agent = last.details.agent,
      let bytes = try log.file("assignment.json", in: repository)
    else { return nil }
    let assignment = try Record.read(Assignment.self, from: bytes)
    guard assignment.run == run else { return nil }
    let outcome = RunOutcome(
      run: run, agent: agent, mode: last.details.mode ?? assignment.mode, end: .failed(failure),
      report: try report(of: agent, in: run, assignment) ?? AgentReport(), costInUSD: cost ?? 0,
      durationInSeconds: 0, snapshot: snapshot, redaction: credentials)
    let note = HandoffNote(
      assignment: assignment, outcome: outcome, criteria: [],
      checks: try workspace.config(at: assignment.configuration).checks,
      spentInUSD: try log.state(in: repository).costInUSD + outcome.costInUSD, redaction: credentials)
    return LastAttempt(
      agent: agent,
      files: ["outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8)])
  }

  /// What `agent` said in its last turn of `run`; nil where that cannot be read.
  private func report(
    of agent: AgentName, in run: RunID, _ assignment: Assignment
  ) throws -> AgentReport? {
    let profiles = try workspace.capabilities(at: assignment.configuration).profiles
    guard let adapter = AgentRegistry.adapter(for: agent, among: profiles),
      let folder = try lastFolder(of: run, agent)
    else { return nil }
    let session = assignment.agent == agent ? assignment.session : nil
    // The run is over in any case; without it the next one begins a new session.
    let report =
      (try? AgentRun.report(
        ofDead: adapter, resuming: session, in: folder, environment: process.environment)) ?? nil
    return adapter.setUp(process.environment).isPrivate ? report?.withoutSession() : report
  }
}
