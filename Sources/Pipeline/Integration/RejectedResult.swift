import Ledger
import Git
import PairCore
import TaskFiles

/// A result of a plan that was left out and is made again: an ordinary task of a batch, on another base.
struct RejectedResult: Room {
  let workspace: Workspace
  private let spec: IntegrationSpec
  private let integration: Integration
  private let part: Integration.Part
  private let remedy: Integration.Remedy
  private let task: AgentTask

  init(
    _ part: Integration.Part, of integration: Integration, _ spec: IntegrationSpec, in workspace: Workspace
  ) throws {
    guard let remedy = part.remedy, let task = spec.tasks.first(where: { $0.id == part.task }) else {
      throw PairError(.internal, "\(part.task) was not left out")
    }
    self.workspace = workspace
    self.spec = spec
    self.integration = integration
    self.part = part
    self.remedy = remedy
    self.task = task
  }

  /// The first result that is to be made again, without those of `redone` that failed; nil when none is left.
  static func next(in integration: Integration, after redone: [BatchResult.Item]) -> Integration.Part? {
    integration.parts.first { part in
      guard part.remedy != nil else { return false }
      guard let last = redone.last(where: { $0.task.folded == part.task.folded }) else { return true }
      if case .committed = last.end { return true }
      return false
    }
  }

  /// Records in the task's log why its result was left out, and has an agent or the task's workflow make it
  /// again from the plan's branch. A workflow that has begun to do so continues.
  ///
  /// - Parameters:
  ///   - request: its `maxCostInUSD` is what may still be spent.
  ///   - isEnough: whether the user wants what runs to be finished: a workflow then ends after its step.
  func redo(_ request: RunRequest, until isEnough: () -> Bool) async throws -> BatchResult.Item {
    let who =
      switch remedy {
      case .agent: "an agent is to make it anew"
      case .workflow: "all steps of its workflow are to make it anew"
      case .restOfWorkflow: "its workflow goes on making it anew"
      }
    say("\(part.reason.map { "\(task.id) \($0.words)" } ?? task.id.text): \(who)")
    var own = request
    own.again = remedy != .restOfWorkflow
    own.base = integration.tip.hex
    own.configuration = spec.base.commit
    own.integrated = Set(spec.tasks.map(\.id))
    let item: BatchResult.Item
    do {
      item = try await prepare(own).carryOut(in: workspace, slots: nil, isEnough: isEnough).item
    } catch let error as PairError where error.kind != .internal {
      return .init(task: task.id, end: .failed(.init(error)))
    }
    if item.end == .interrupted { try Task.checkCancellation() }
    return item
  }

  private func prepare(_ request: RunRequest) async throws -> PreparedTask {
    if remedy == .agent {
      let routed = try TaskRouter(workspace).decide(task, request)
      let agent = try routed.decision.requireAgent()
      let note = try await sendBack()
      let assignment = try TaskRouter(workspace).assign(routed, request, to: .init(agent: agent, note: note))
      return PreparedTask(agent: agent, work: .run(assignment, routed), request: request)
    }
    let record = try TaskRecord(of: workspace.taskID(task.id.text), in: workspace)
    let workflow = try WorkflowFinder(workspace).spec(making: task, record)
    let prepared = try prepare(workflow, request)
    if remedy == .workflow { _ = try await sendBack() }
    return prepared
  }

  /// The steps of `workflow` that are to come; throws where they are known not to reach its end: half of it
  /// would be paid for nothing.
  private func prepare(_ workflow: WorkflowSpec, _ request: RunRequest) throws -> PreparedTask {
    if let forced = request.forced {
      throw PairError(
        .unsupported,
        "\(task.id) is made anew by all steps of its workflow, and \(forced.escapedForTerminal(limit: 60)) alone was asked for",
        hint: "Integrate without naming an agent: bpsai-pair integrate --plan NAME")
    }
    let ahead = try WorkflowForecaster(workspace).forecast(workflow, request)
    if let reason = ahead.obstacle ?? ahead.refusal { throw reason }
    // All steps together, as far as the limits of the budget go.
    if let agent = ahead.steps.first(where: \.isExpected)?.agent {
      let account = SpendingAccount(workspace)
      var budget = try account.forecast()
      if let refusal = try account.refusal(
        of: task, by: agent, costing: ahead.estimatedCostInUSD ?? 0, &budget)
      {
        throw refusal
      }
    }
    return try PreparedTask(workflow, request, in: workspace)
  }

  /// Records in the task's log why its result was left out; returns what the next agent should know.
  private func sendBack() async throws -> HandoffNote {
    guard let reason = part.reason, let result = part.result else {
      throw PairError(.internal, "\(part.task) was not left out")
    }
    let id = try workspace.taskID(task.id.text)
    return try await CrashRecovery(workspace).withTask(id, for: "an integration") { session in
      let words = try words(result, reason, session.record)
      guard
        let note = try session.record.returnNote(
          of: result, because: words, task.acceptanceCriteria, spec.config.checks)
      else {
        throw PairError(
          .unsupported,
          "\(BranchName.result(of: part.task)) holds commits that no run made (\(result.short))",
          hint: "Merge it by hand, or drop it: bpsai-pair discard \(part.task)")
      }
      let files = [
        "handoff.md": Array(note.text.utf8),
        TaskRecord.returnFile: Array(words.utf8),
      ]
      try session.append(files: files) { state in
        // An integration that was killed has said so already.
        if state.returned == result, state.rejection?.start == integration.tip { return nil }
        var details = TaskEvent.Details()
        details.commit = result
        details.base = integration.tip
        details.text = task.source.blob
        return TaskEvent(.rejected, id, "\(id): sent back: it \(reason.words)", details)
      }
      return note
    }
  }

  private func words(_ result: ObjectID, _ reason: Integration.Reason, _ record: TaskRecord) throws -> String
  {
    let origin = record.entries(committing: result).last?.event?.details.base ?? spec.base.commit
    let who = part.isByWorkflow ? "All steps of its workflow start once more" : "You start"
    var words = """
      Its result \(result.short) is not on \(spec.branch): it \(reason.words).
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
