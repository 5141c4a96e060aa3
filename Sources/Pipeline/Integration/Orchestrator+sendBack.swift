import Git
import Ledger
import PairCore
import TaskFiles

// What whoever makes a result anew is told.
extension Orchestrator {
  /// Where a task's log keeps why its result was sent back, for those steps of a workflow that come later.
  static let returnFile = "returned.md"

  /// Says in the log of `task` why its result was left out.
  ///
  /// - Returns: what the next agent should know.
  func sendBack(
    _ task: AgentTask, _ part: Integration.Part, in integration: Integration, _ order: IntegrationSpec
  ) throws -> HandoffNote {
    guard let reason = part.reason, let result = part.result else {
      throw PairError(.internal, "\(part.task) was not left out")
    }
    let log = TaskLog(try taskID(task.id.text))
    let words = try returnWords(part, result, reason, in: integration, order, log: log)
    guard
      let note = try returnNote(
        of: result, because: words, task.acceptanceCriteria, order.config.checks, log: log)
    else {
      throw PairError(
        .unsupported, "\(BranchName.result(of: part.task)) holds commits that no run made (\(result.short))",
        hint: "Merge it by hand, or drop it: bpsai-pair discard \(part.task)")
    }
    let files = [
      "handoff.md": Array(note.text.utf8),
      Orchestrator.returnFile: Array(credentials.redacted(words).utf8),
    ]
    try log.append(to: repository, by: order.user, files: files, random: process.random) { state in
      // An integration that was killed has said so already.
      if state.returned == result, state.rejection?.start == integration.tip { return nil }
      var details = TaskEvent.Details()
      details.commit = result
      details.base = integration.tip
      details.text = task.source.blob
      return TaskEvent(.rejected, log.task, "\(log.task): sent back: it \(reason.words)", details)
    }
    return note
  }

  /// The note of the run that made `result`, with the words why that does not do; nil where no run made it.
  ///
  /// - Parameter criteria: where that run left none.
  func returnNote(
    of result: ObjectID, because words: String, _ criteria: [AcceptanceCriterion], _ checks: [Check],
    log: TaskLog
  ) throws -> HandoffNote? {
    // The first that tells of it: the end of a workflow's pass comes later, and after other runs perhaps.
    guard let entry = try commits(of: result, log).first, let event = entry.event else { return nil }
    let work = try work(entry.id, event, in: log, end: .committed(result), snapshot: nil)
    return HandoffNote(
      assignment: work.assignment, outcome: work.outcome, criteria: work.outcome.criteria ?? criteria,
      checks: checks, spentInUSD: try log.state(in: repository).costInUSD, returned: words,
      redaction: credentials)
  }

  private func commits(of result: ObjectID, _ log: TaskLog) throws -> [TaskLog.Entry] {
    try log.entries(in: repository).filter {
      $0.event?.kind == .committed && $0.event?.details.commit == result
    }
  }

  private func returnWords(
    _ part: Integration.Part, _ result: ObjectID, _ reason: Integration.Reason, in integration: Integration,
    _ order: IntegrationSpec, log: TaskLog
  ) throws -> String {
    let origin = try commits(of: result, log).last?.event?.details.base ?? order.base.commit
    let who = part.isByWorkflow ? "All steps of its workflow start once more" : "You start"
    var words = """
      Its result \(result.short) is not on \(order.branch): it \(reason.words).
      \(who) from what that branch holds (\(integration.tip.short)), the results of the other tasks, without that \
      change. Make it anew so that it goes with theirs, and leave theirs as it is.
      The change as it was: git diff \(origin.short) \(result.short)
      """
    switch reason {
    case .conflict(let paths, let tasks, let base):
      words += "\nIn conflict:\n" + paths.map { "  \($0)" }.joined(separator: "\n")
      for task in tasks { words += "\nWhat \(task) did there: git log -p \(BranchName.result(of: task))" }
      if let base, let since = try repository.mergeBases(of: base.commit, and: result).first {
        let place = paths.isEmpty ? "" : " -- " + paths.map(\.quotedForShell).joined(separator: " ")
        words +=
          "\nWhat \(base.title) did there since: git log -p \(since.short)..\(base.commit.short)\(place)"
      }
    case .checkFailed(let check): words += "\nWhat the check '\(check.name)' said:\n\(check.detail)"
    case .buildsOn, .outdated, .impossible: break
    }
    return words
  }
}
