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

  /// What the agent said that worked last in `run`, which is over; nil where none was started.
  ///
  /// - Parameters:
  ///   - failure: what ended it.
  ///   - snapshot: the ref that keeps what it left; nil where it left nothing.
  ///   - costInUSD: what it cost; nil for nothing.
  init?(
    of run: RunID, in record: TaskRecord, ending failure: Failure, snapshot: String?, costInUSD cost: Double?
  ) throws {
    let workspace = record.workspace
    // What an earlier agent of the run came to is in the log already.
    guard let last = record.events.last(where: { $0.details.run == run }), last.kind == .started,
      let agent = last.details.agent, let assignment = try record.assignment(of: run)
    else { return nil }
    let settings = workspace.settings(at: assignment.configuration)
    let redaction = workspace.credentials
    let report = try LastAttempt.report(of: agent, in: run, assignment, workspace)
    let outcome = RunOutcome(
      run: run, agent: agent, mode: last.details.mode ?? assignment.mode, end: .failed(failure),
      report: report ?? AgentReport(), costInUSD: cost ?? 0, durationInSeconds: 0, snapshot: snapshot,
      redaction: redaction)
    let note = HandoffNote(
      assignment: assignment, outcome: outcome, criteria: [], checks: try settings.config.checks,
      spentInUSD: record.state.costInUSD + outcome.costInUSD, redaction: redaction)
    self.agent = agent
    files = ["outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8)]
  }

  /// What `agent` said in its last attempt in `run`; nil where that cannot be read.
  private static func report(
    of agent: AgentName, in run: RunID, _ assignment: Assignment, _ workspace: Workspace
  ) throws -> AgentReport? {
    let profiles = try workspace.settings(at: assignment.configuration).capabilities.profiles
    guard let adapter = AgentRegistry.adapter(for: agent, among: profiles) else { return nil }
    let report = try RunFolders(workspace).report(ofDead: run, adapter, assignment)
    return adapter.setUp(workspace.process.environment).isPrivate ? report?.withoutSession() : report
  }
}
