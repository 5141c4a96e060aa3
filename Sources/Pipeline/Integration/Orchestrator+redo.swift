import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// The first result that an agent is to make anew; nil when none is left that may be.
  ///
  /// - Parameter redone: what this command had made anew already.
  func nextToRedo(
    _ integration: Integration, _ order: IntegrationOrder, after redone: [BatchResult.Item]
  ) throws -> Integration.Part? {
    for part in integration.parts where part.isForAnAgent {
      let last = redone.last { $0.task.folded == part.task.folded }
      if let last, case .committed = last.end {} else if last != nil { continue }
      guard let task = order.tasks.first(where: { $0.id == part.task }) else { continue }
      let returns = try TaskLog(taskID(part.task.text)).state(in: repository).returns
      if returns.text == task.source.blob, returns.count >= order.config.limits.runs { continue }
      return part
    }
    return nil
  }

  /// Says in the log of a task why its result was left out, and has an agent make it anew, from the plan's branch.
  ///
  /// - Parameter spent: what this command has cost so far.
  func redo(
    _ part: Integration.Part, in integration: Integration, _ order: IntegrationOrder, _ request: Request,
    spent: Double
  ) async throws -> BatchResult.Item {
    guard let reason = part.reason, let result = part.result,
      let task = order.tasks.first(where: { $0.id == part.task })
    else { throw PairError(.internal, "\(part.task) was not left out") }
    surroundings.say("\(task.id) \(reason.words): an agent is to make it anew")
    var own = request
    own.again = true
    own.base = integration.tip.hex
    own.configuration = order.base.commit
    own.integrated = Set(order.tasks.map(\.id))
    own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
    do {
      let routed = try decide(task, own)
      let agent = try routed.decision.requireAgent()
      let log = TaskLog(try taskID(task.id.text))
      let note = try returnNote(part, result, reason, in: integration, order, log: log)
      try sendBack(task, result, reason, note: note, log: log, by: order.user)
      let assignment = try assignment(for: routed, to: agent, own, note: note)
      let ready = ReadyTask(task: task.id, agent: agent, work: .run(assignment, routed), request: own)
      let (item, _) = try await carryOut(ready)
      if item.end == .interrupted { throw CancellationError() }
      return item
    } catch let error as PairError where error.kind != .internal {
      return .init(task: task.id, end: .failed(.init(error)))
    }
  }

  /// What the next agent should know: the run that made the result, and why that does not do.
  private func returnNote(
    _ part: Integration.Part, _ result: ObjectID, _ reason: Integration.Reason, in integration: Integration,
    _ order: IntegrationOrder, log: TaskLog
  ) throws -> HandoffNote {
    let entry = try log.entries(in: repository).last {
      $0.event?.kind == .committed && $0.event?.details.commit == result
    }
    guard let entry, let assigned = try log.file("assignment.json", at: entry.id, in: repository),
      let recorded = try log.file("outcome.json", at: entry.id, in: repository)
    else {
      throw PairError(
        .unsupported, "\(BranchName.result(of: part.task)) holds commits that no run made (\(result.short))",
        hint: "Merge it by hand, or drop it: bpsai-pair discard \(part.task)")
    }
    let outcome = try Record.read(RunOutcome.self, from: recorded)
    let origin = entry.event?.details.base ?? order.base.commit
    var words = """
      Its result \(result.short) is not on \(order.branch): it \(reason.words).
      You start from what that branch holds (\(integration.tip.short)), the results of the other tasks, without that \
      change. Make it anew so that it goes with theirs, and leave theirs as it is.
      The change as it was: git diff \(origin.short) \(result.short)
      """
    switch reason {
    case .conflict(let paths, let tasks):
      words += "\nIn conflict:\n" + paths.map { "  \($0)" }.joined(separator: "\n")
      for task in tasks { words += "\nWhat \(task) did there: git log -p \(BranchName.result(of: task))" }
    case .checkFailed(let check): words += "\nWhat the check '\(check.name)' said:\n\(check.detail)"
    case .buildsOn, .outdated, .impossible: break
    }
    return HandoffNote(
      assignment: try Record.read(Assignment.self, from: assigned), outcome: outcome,
      criteria: outcome.criteria ?? order.tasks.first { $0.id == part.task }?.acceptanceCriteria ?? [],
      checks: order.config.checks, spentInUSD: try log.state(in: repository).costInUSD, returned: words,
      redaction: credentials)
  }

  private func sendBack(
    _ task: AgentTask, _ result: ObjectID, _ reason: Integration.Reason, note: HandoffNote, log: TaskLog,
    by user: Signature
  ) throws {
    try log.append(
      to: repository, by: user, files: ["handoff.md": Array(note.text.utf8)], random: surroundings.random
    ) { state in
      // An integration that was killed has said so already.
      if state.returned == result { return nil }
      var details = TaskEvent.Details()
      details.commit = result
      details.text = task.source.blob
      return TaskEvent(.sentBack, log.task, "\(log.task): sent back: it \(reason.words)", details)
    }
  }
}
