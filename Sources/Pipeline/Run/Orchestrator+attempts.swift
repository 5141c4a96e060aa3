import AgentRuns
import Host
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// The last agent of a run, and what it came to.
  struct LastAgent {
    let assignment: Assignment
    let judged: RunVerdict
    let worktree: RunWorktree
    /// Why the task waits for a person; nil where it does not.
    let blocked: String?
  }

  /// Runs the assigned agent and, as the failure policy says, the same one again or others after it, all in
  /// one worktree; but what one has damaged, so that git cannot work there, is kept, and the next starts anew.
  ///
  /// - Parameter place: the worktree that is open; nil for none. Whoever calls sees to it where this throws.
  func runAgents(_ order: RunSpec, in place: inout RunWorktree?, log: TaskLog) async throws -> LastAgent {
    let limits = order.config.limits
    let policy = FailurePolicy(limits: limits, decision: order.routed.decision)
    var start = ContinuousClock.now
    var failed: [FailurePolicy.Attempt] = []
    var spent = 0.0
    var assignment = order.assignment
    var work: AttributedTree?
    while true {
      let worktree: RunWorktree
      if let place {
        worktree = place
      } else {
        (worktree, work) = try await openWorktree(order, as: &place)
      }
      start += try await waitForRoom(assignment)  // Its own time does not run meanwhile.
      let elapsed = Int((ContinuousClock.now - start).inSeconds)
      let judged = try await runAgent(
        assignment, order, in: worktree, after: work, log: log, number: failed.count + 1,
        timeLimit: .seconds(min(order.config.runTimeoutInSeconds, max(1, limits.timeInSeconds - elapsed))))
      guard let failure = judged.outcome.failure else {
        return LastAgent(assignment: assignment, judged: judged, worktree: worktree, blocked: nil)
      }
      if judged.isMixed {
        let why = "\(failure.kind.rawValue), and the checks changed files themselves"
        return LastAgent(assignment: assignment, judged: judged, worktree: worktree, blocked: why)
      }
      failed.append(.init(assignment.agent, failure))
      spent += judged.outcome.costInUSD
      var request = order.request
      request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
      let step = policy.step(
        after: failed, at: process.now(), elapsed: Int((ContinuousClock.now - start).inSeconds),
        money: request.maxCostInUSD)
      switch step {
      case .end(.later):
        return LastAgent(assignment: assignment, judged: judged, worktree: worktree, blocked: nil)
      case .end(.blocked(let why)):
        return LastAgent(assignment: assignment, judged: judged, worktree: worktree, blocked: why)
      case .start(let next, let wait):
        let isSame = next == assignment.agent
        var outcome = judged.outcome
        work = judged.work
        if judged.isDamaged {
          outcome = outcome.keeping(
            try await clear(worktree, run: assignment.run, task: assignment.task, by: order.user))
          place = nil
        }
        let note = try note(on: outcome, of: assignment, order, log: log)
        let what = isSame ? "it is asked again" : "handing over to \(next)"
        let delay = wait == 0 ? "" : " in \(wait) s"
        process.say("\(assignment.agent) failed (\(failure.kind.rawValue)); \(what)\(delay)")
        try recordFailure(
          outcome, of: assignment, order, log: log, note: note,
          kind: isSame ? .retrying : .handedOff)
        try await sleep(seconds: wait, unless: cancelRequest(for: assignment))
        assignment = try handoff(assignment, of: order.routed, to: next, request, note: note)
      }
    }
  }

  /// Waits until the agent works on few enough other tasks of the batch to take this one.
  ///
  /// - Returns: how long that took.
  private func waitForRoom(_ assignment: Assignment) async throws -> Duration {
    guard let rooms, !rooms.change(assignment.task, to: assignment.agent) else { return .zero }
    process.say("waiting for \(assignment.agent), which works on other tasks (max_parallel)")
    let start = ContinuousClock.now
    let request = cancelRequest(for: assignment)
    while !rooms.change(assignment.task, to: assignment.agent) {
      if request.isMade { throw RunCancelled() }
      if rooms.isOver { throw CancellationError() }
      try await Task.sleep(for: .milliseconds(200))
    }
    return ContinuousClock.now - start
  }

  private func sleep(seconds: Int, unless request: CancelRequest) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if request.isMade { throw RunCancelled() }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Runs one agent and judges what it left.
  ///
  /// - Parameter number: counts the agents of the run from one.
  private func runAgent(
    _ assignment: Assignment, _ order: RunSpec, in worktree: RunWorktree, after work: AttributedTree?,
    log: TaskLog,
    number: Int, timeLimit: Duration
  ) async throws -> RunVerdict {
    let adapter = try AgentRegistry.require(
      assignment.agent, among: order.routed.decision.inputs.profiles)
    let folder = "\(runsFolder(of: assignment.run))/\(number)-\(assignment.agent)"
    let turn = try turn(of: assignment, order, log: log)
    let context = RunContext(
      assignment: assignment, order: order, turn: turn, worktree: worktree, folder: folder, before: work)
    do {
      try reserve(for: turn)
    } catch let refusal as PairError where refusal.kind != .internal {
      // Another agent's turn, which the limits do not allow any more.
      return try await judge(.notStarted(Failure(.overBudget, refusal.message)), context)
    }
    let spending = try guardSpending(on: turn)
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let request = AgentRequest(
      program: try AgentRegistry.requireProgram(of: adapter, path: process.environment["PATH"] ?? ""),
      mode: assignment.mode, prompt: assignment.prompt,
      model: turn.model, session: assignment.session, worktree: worktree.path, runFolder: folder,
      maxCostInUSD: spending.maxCostInUSD, maxTurns: order.config.limits.turns,
      answerSchema: order.request.step?.review?.answerSchema,
      setUp: adapter.setUp(process.environment), allowedCommands: order.config.checks.map(\.run),
      isRoot: process.isRoot, environment: process.environment)
    try log.append(to: repository, by: order.user, random: process.random) { _ in
      var details = details(of: assignment)
      details.worktree = worktree.path
      return TaskEvent(
        .started, assignment.task,
        "\(assignment.task): \(assignment.agent) started (\(assignment.mode.rawValue))", details)
    }
    process.say(
      "\(assignment.agent) works on \(assignment.task) (\(assignment.mode.rawValue)) in \(worktree.path)")
    let say = process.say
    let limits = order.config.limits
    let result = try await AgentRun.run(
      adapter, request, supervisor: process.program,
      extraEnvironment: marks(of: assignment.run, for: assignment.task),
      bounds: AgentBounds(
        time: timeLimit, silence: limits.stallInSeconds.map { .seconds($0) } ?? adapter.quietLimit,
        outputInBytes: limits.outputInBytes, isCancelled: isCancelled(assignment),
        overrun: spending.guard.map { $0.overrun }),
      effects: process.effects
    ) { event in
      if let line = event.line { say(line.replacing(worktree.path + "/", with: "")) }
    }
    try settle(result.report, of: turn)
    // Its supervisor may be what crashed, and then nobody has seen to what it watched.
    if result.failure?.kind == .crashed { try endWhatOutlived(assignment.run, of: assignment.task) }
    for remark in (assignment.omissions ?? []) + result.remarks { say("  note: \(remark)") }
    let judged = try await judge(result, context)
    try AgentHealth(in: repository).note(
      judged.outcome.failure, of: assignment.agent,
      login: adapter.loginFingerprint(process.environment), at: process.now())
    return judged
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
