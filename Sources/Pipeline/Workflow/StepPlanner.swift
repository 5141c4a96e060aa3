import Git
import PairCore
import TaskFiles

/// Makes a run of a workflow's step: what its agent is told, where it starts, who takes it.
struct StepPlanner: Room {
  let workspace: Workspace
  let pass: WorkflowPass

  /// - Throws: `PairError` of kind `noAgent` where no agent can take it.
  func plan(_ task: StepTask) throws -> RunSpec {
    let base = try pass.progress.commit ?? workspace.requireBase(pass.request.base)
    try requirePlace(for: task, on: base)
    // A review reads all that the pass has made.
    let subject =
      try task.step.isReview
      ? ReviewSubject(from: task.progress.origin ?? base, to: base, in: repository) : nil
    let step = StepSpec(task: task, review: subject, hasTaskFile: pass.spec.hasTaskFile)
    var request = pass.request.carryingOut(step, on: base)
    request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 + pass.costBefore - pass.progress.costInUSD) }
    request.configuration = pass.configuration
    let before = task.progress.predecessor(of: task.step, round: task.round)
    let work = try before.flatMap { try pass.work(of: $0) }
    let criteria = work?.outcome.criteria ?? pass.spec.task.acceptanceCriteria
    let routed = try TaskRouter(workspace).decide(task.task(of: pass.spec.task, criteria: criteria), request)
    let agent = try agent(for: step, routed.decision)
    let origin = task.progress.origin ?? base
    let note = try note(for: task, after: work, from: origin, criteria)
    let continues = work.map { Continuation(agent: $0.outcome.agent, origin: origin, snapshot: nil) }
    let assignment = try TaskRouter(workspace).assign(
      routed, request, to: .init(agent: agent, note: note, continues: continues))
    return try RunSpec(assignment, routed, request, in: workspace)
  }

  private func agent(for step: StepSpec, _ decision: RoutingDecision) throws -> AgentName {
    let named = try pass.spec.agent(of: step.task.step, among: decision.inputs.profiles.map(\.name))
    if decision.agent == nil, decision.ranking.contains(where: { $0.excluded?.kind == .overMaxCost }) {
      throw PairError(
        .failed, "what is left of --max-cost is too little for the step '\(step.task.step.id)'",
        hint: "The same command with a higher --max-cost goes on with it.")
    }
    if decision.allows(named) { return named }
    let agent = try decision.requireAgent()
    let why = decision.ranking.first { $0.agent == named }?.excluded?.reason ?? "it is not known"
    say("note: \(agent) takes the step '\(step.task.step.id)', since \(named) cannot (\(why))")
    return agent
  }

  /// What the agent of a step should know: what the step before it did (`work`), and why the result was
  /// rejected that the pass, which started from `start`, makes again.
  private func note(
    for task: StepTask, after work: EarlierWork?, from start: ObjectID, _ criteria: [AcceptanceCriterion]
  ) throws -> HandoffNote? {
    let record = pass.session.record
    let checks = pass.config.checks
    let rejection = record.state.rejection.flatMap { $0.start == start ? $0 : nil }
    let words = try rejection.flatMap { _ in try record.file(TaskRecord.returnFile) }
      .map { String(decoding: $0, as: UTF8.self) }
    guard let work else {
      guard let rejection, let words else { return nil }
      return try record.returnNote(of: rejection.result, because: words, criteria, checks)
    }
    return HandoffNote(
      assignment: work.assignment, outcome: work.outcome, criteria: criteria, checks: checks,
      // An agent that only reads has nothing to make again.
      spentInUSD: record.state.costInUSD, returned: task.step.mode.writes ? words : nil,
      redaction: credentials)
  }

  /// Throws `invalidInput` where the file of a step that only reads cannot be put in its place.
  private func requirePlace(for step: StepTask, on base: ObjectID) throws {
    guard !step.step.mode.writes, let output = step.step.output else { return }
    let tree = try repository.tree(of: base)
    var path = ""
    for part in output.split(separator: "/") {
      path += (path.isEmpty ? "" : "/") + part
      guard let entry = try repository.entry(at: path, in: tree) else { return }
      let fits = path == output ? [.file, .executable].contains(entry.mode) : entry.mode == .folder
      if fits { continue }
      throw PairError(
        .invalidInput,
        "the output \(output.escapedForTerminal()) of the step '\(step.step.id)' is in the way of \(path.escapedForTerminal()), which is \(path == output ? "no file" : "no folder")",
        at: SourceLocation(file: step.workflow.source.path, line: step.step.line),
        hint: "Name another 'output'.")
    }
  }
}
