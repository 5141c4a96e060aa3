import AgentRuns
import Host
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Runs the assigned agent, and after a failure the next ones, in one worktree; then commits or keeps
  /// what is there, and gives the worktree back.
  func runInWorktree(
    _ attempt: Attempt, log: TaskLog, oldTip: ObjectID?
  ) async throws -> (Assignment, RunOutcome) {
    let first = attempt.assignment
    let worktree: RunWorktree
    do {
      worktree = try await acquireWorktree(attempt)
    } catch {
      throw BrokenOff(cause: error, snapshot: nil)
    }
    do {
      try await prepare(worktree, attempt)
      if let snapshot = first.continues?.snapshot {
        try Snapshot.restore(snapshot, into: worktree, from: repository, effects: surroundings.effects)
      }
      var assignment = first
      var judged = try await runAgent(assignment, attempt, in: worktree, log: log)
      var spent = judged.outcome.costInUSD
      for next in fallbacks(after: first.agent, in: attempt.routed.decision) {
        guard let failure = judged.outcome.failure, Orchestrator.passesOn(failure.kind) else { break }
        var request = attempt.request
        request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
        if let left = request.maxCostInUSD, next.estimatedCostInUSD > left { continue }
        let note = try note(on: judged.outcome, of: assignment, attempt, log: log)
        surroundings.say(
          "\(assignment.agent) failed (\(failure.kind.rawValue)); handing over to \(next.agent)")
        try recordFailure(judged.outcome, of: assignment, attempt, log: log, note: note, kind: .handedOff)
        assignment = try handoff(assignment, of: attempt.routed, to: next.agent, request, note: note)
        judged = try await runAgent(assignment, attempt, in: worktree, log: log)
        spent += judged.outcome.costInUSD
      }
      let ended = try await end(judged, of: assignment, attempt, in: worktree, log: log, oldTip: oldTip)
      return (assignment, ended)
    } catch {
      throw BrokenOff(cause: error, snapshot: await cleanUp(worktree, attempt))
    }
  }

  /// The agents that may take over, best first.
  private func fallbacks(after agent: AgentName, in decision: RoutingDecision) -> [AgentScore] {
    decision.ranking.filter { $0.excluded == nil && $0.agent != agent }
  }

  /// Whether another agent may do better after such a failure. Not where the result itself was refused:
  /// that is for a person to look at.
  static func passesOn(_ failure: FailureClass) -> Bool {
    switch failure {
    case .notInstalled, .notAuthenticated, .rateLimited, .overloaded, .contextExceeded, .refused, .crashed,
      .badOutput, .timedOut, .stalled, .unchanged:
      true
    case .overBudget, .checksFailed, .outOfScope: false
    }
  }

  /// Runs one agent and judges what it left.
  private func runAgent(
    _ assignment: Assignment, _ attempt: Attempt, in worktree: RunWorktree, log: TaskLog
  ) async throws -> Judged {
    let adapter = try AgentRegistry.require(
      assignment.agent, among: attempt.routed.decision.inputs.profiles)
    let folder = try runFolder(of: assignment)
    let request = AgentRequest(
      program: try AgentRegistry.requireProgram(of: adapter, path: surroundings.environment["PATH"] ?? ""),
      mode: assignment.mode, prompt: assignment.prompt,
      model: attempt.config.models[assignment.agent]?[attempt.routed.decision.characteristics.complexity],
      worktree: worktree.path, runFolder: folder,
      maxCostInUSD: assignment.maxCostInUSD, allowedCommands: attempt.config.checks.map(\.run),
      isRoot: surroundings.isRoot, environment: surroundings.environment)
    try log.append(to: repository, by: attempt.user, random: surroundings.random) { _ in
      var details = details(of: assignment)
      details.worktree = worktree.path
      return TaskEvent(
        .started, assignment.task,
        "\(assignment.task): \(assignment.agent) started (\(assignment.mode.rawValue))", details)
    }
    surroundings.say(
      "\(assignment.agent) works on \(assignment.task) (\(assignment.mode.rawValue)) in \(worktree.path)")
    let say = surroundings.say
    let result = try await AgentRun.run(
      adapter, request, supervisor: surroundings.program,
      extraEnvironment: ["PAIRCODER_TASK": assignment.task.text, "PAIRCODER_RUN": assignment.run.text],
      limit: .seconds(attempt.config.runTimeoutInSeconds), quietLimit: adapter.quietLimit,
      effects: surroundings.effects
    ) { event in
      if let line = event.line { say(line.replacing(worktree.path + "/", with: "")) }
    }
    for remark in (assignment.omissions ?? []) + result.remarks { say("  note: \(remark)") }
    let context = RunContext(assignment: assignment, attempt: attempt, worktree: worktree, folder: folder)
    let judged = try await judge(result, context)
    try AgentHealth(in: repository).note(
      judged.outcome.failure, of: assignment.agent, at: surroundings.now())
    return judged
  }

  /// Private files of a run: prompt, transcript, the agent's stderr, the output of checks.
  func runFolder(of assignment: Assignment) throws -> String {
    let folder = "\(repository.stateFolder)/runs/\(assignment.run)-\(assignment.agent)"
    try Files.makeFolder(folder, mode: 0o700, effects: surroundings.effects)
    return folder
  }

  /// Keeps what a broken-off run left and removes its worktree; leaves it standing when that fails. Returns
  /// the ref that keeps it.
  private func cleanUp(_ worktree: RunWorktree, _ attempt: Attempt) async -> String? {
    do {
      let (run, task) = (attempt.assignment.run, attempt.assignment.task)
      return try await clear(worktree, run: run, task: task, by: attempt.user)
    } catch {
      surroundings.say("note: the worktree \(worktree.path) stays: \(Orchestrator.words(of: error))")
      return nil
    }
  }
}

extension AgentEvent {
  /// What a person who waits is told of the event; nil for what only programs need.
  var line: String? {
    switch self {
    case .fileChanged(let path): "  changed \(path.escapedForTerminal())"
    case .commandRun(let command, let code):
      "  ran \(command.escapedForTerminal(limit: 100))\(code.map { $0 == 0 ? "" : " (status \($0))" } ?? "")"
    case .denied(let tool, let detail): "  was denied \(tool) \(detail.escapedForTerminal(limit: 100))"
    case .retrying(let reason): "  retries: \(reason.escapedForTerminal(limit: 100))"
    case .rateLimited(let until): "  is rate-limited\(until.map { " until \($0)" } ?? "")"
    case .started, .message, .toolUsed, .usage, .finished, .failed, .unknown: nil
    }
  }
}
