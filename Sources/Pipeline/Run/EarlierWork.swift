import Git
import Ledger
import PairCore

/// What there is of a task to go on with.
struct EarlierWork {
  let assignment: Assignment
  let outcome: RunOutcome
  /// What a worktree for it is checked out from.
  let base: ObjectID
  /// What lies in it beside; nil for nothing.
  let snapshot: ObjectID?
  /// Why the result had been sent back that it makes again; nil where it makes none again.
  var returned: String?
}

extension TaskRecord {
  /// Where a log keeps why its task's result was sent back, for those steps of a workflow that come later.
  static let returnFile = "returned.md"

  /// The work of the run of an entry; nil where the entry does not hold it. `end` counts for a run that was
  /// killed before it could say more.
  func work(at entry: TaskLog.Entry, end: RunOutcome.End, snapshot: ObjectID? = nil) throws -> EarlierWork? {
    guard let event = entry.event,
      let assignment = try value(Assignment.self, "assignment.json", at: entry.id)
    else { return nil }
    let recorded = try value(RunOutcome.self, "outcome.json", at: entry.id)
    let outcome =
      recorded?.run == event.details.run
      ? recorded
      : RunOutcome(
        run: assignment.run, agent: event.details.agent ?? assignment.agent, mode: assignment.mode, end: end,
        report: AgentReport(), costInUSD: event.details.costInUSD ?? 0, durationInSeconds: 0)
    return outcome.map {
      EarlierWork(
        assignment: assignment, outcome: $0, base: event.details.commit ?? assignment.base,
        snapshot: snapshot)
    }
  }

  /// The note of the run that made `result`, with `words` why that does not do; nil where no run made it.
  /// `criteria` count where that run left none.
  func returnNote(
    of result: ObjectID, because words: String, _ criteria: [AcceptanceCriterion], _ checks: [Check]
  ) throws -> HandoffNote? {
    // The first that tells of it: the end of a workflow's pass comes later, and after other runs perhaps.
    guard let entry = entries(committing: result).first,
      let work = try work(at: entry, end: .committed(result))
    else { return nil }
    return HandoffNote(
      assignment: work.assignment, outcome: work.outcome, criteria: work.outcome.criteria ?? criteria,
      checks: checks, spentInUSD: state.costInUSD, returned: words,
      redaction: workspace.credentials)
  }

  /// What the last run left that left anything, by the `tip` of the result branch; nil for nothing. For one
  /// that was to make a rejected result again and left nothing: that run's start, not the result.
  func lastWork(tip: ObjectID?) throws -> EarlierWork? {
    var beginning: EarlierWork?
    for entry in entries.reversed() {
      guard let event = entry.event else { continue }
      switch event.kind {
      case .committed:
        guard let commit = event.details.commit, commit == state.result?.commit, commit == tip else {
          continue
        }
        return try work(at: entry, end: .committed(commit))
      case .failed, .unchanged, .interrupted, .cancelled:
        let snapshot = try event.details.snapshot.flatMap { try workspace.repository.ref($0) }
        let remade = try rejection(remadeBy: event, at: entry.id)
        guard snapshot != nil || remade != nil && beginning == nil else { continue }
        let failure = Failure(event.details.failure ?? .crashed, event.sentence)
        guard var work = try work(at: entry, end: .failed(failure), snapshot: snapshot) else { return nil }
        work.returned = remade
        if snapshot != nil { return work }
        beginning = work
      case .discarded: return nil
      case .rejected:
        // What lies before it has been judged, and did not do.
        if let beginning { return beginning }
      case .routed, .queued, .dequeued, .claimed, .started, .handedOff, .retrying, .reviewed, .reviewBrokeOff,
        .outside:
        continue
      }
    }
    return nil
  }

  /// Why the result had been sent back that the run of `event` was to make again; nil where it made none again.
  private func rejection(remadeBy event: TaskEvent, at entry: ObjectID) throws -> String? {
    guard let rejection = state.rejection,
      let assignment = try value(Assignment.self, "assignment.json", at: entry),
      assignment.run == event.details.run, assignment.origin == rejection.start
    else { return nil }
    return try file(TaskRecord.returnFile, at: entry).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What all runs in the session `id` of `agent` used.
  func usage(of agent: AgentName, inSession id: String) throws -> Usage {
    var used = Usage()
    for entry in entries {
      guard let event = entry.event,
        [.committed, .failed, .unchanged, .handedOff, .retrying, .cancelled, .interrupted].contains(
          event.kind),
        !event.endsPass, let earlier = try value(RunOutcome.self, "outcome.json", at: entry.id),
        // The file may still be that of an earlier event.
        earlier.run == event.details.run, earlier.agent == event.details.agent, earlier.agent == agent,
        earlier.session == id
      else { continue }
      used = used + earlier.usage
    }
    return used
  }
}
