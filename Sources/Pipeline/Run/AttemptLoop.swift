import Ledger
import AgentRuns
import Git
import PairCore
import TaskFiles

/// Runs the assigned agent and, as the failure policy says, the same one again or others after it, in one
/// worktree; one that is damaged, so that git cannot work there, is kept, and the next agent gets a new one.
struct AttemptLoop: Room {
  let session: TaskSession
  let spec: RunSpec
  /// Which agents work on the tasks of the batch; nil for a task by itself.
  let slots: AgentSlots?
  /// The worktree that is open; nil for none. The caller keeps what is in it, also where `carryOut` throws.
  private(set) var worktree: RunWorktree?

  var workspace: Workspace { session.workspace }
  private var run: RunID { spec.assignment.run }
  private var task: TaskID { spec.assignment.task }
  private var storage: RunStorage { RunStorage(workspace) }

  struct End {
    let assignment: Assignment
    let verdict: RunVerdict
    let worktree: RunWorktree
    let blocked: String?
  }

  mutating func carryOut() async throws -> End {
    let limits = spec.config.limits
    let policy = FailurePolicy(limits: limits, decision: spec.routed.decision)
    var start = ContinuousClock.now
    var failed: [FailurePolicy.Attempt] = []
    var spent = 0.0
    var assignment = spec.assignment
    var work: AttributedTree?
    while true {
      if worktree == nil { work = try await open() }
      guard let worktree else { throw PairError(.internal, "no worktree is open for \(task)") }
      start += try await waitForSlot(assignment)  // Its own time does not run meanwhile.
      let elapsed = Int((ContinuousClock.now - start).inSeconds)
      let seconds = min(spec.config.runTimeoutInSeconds, max(1, limits.timeInSeconds - elapsed))
      let verdict = try await attempt(
        assignment, in: worktree, after: work, number: failed.count + 1, limit: .seconds(seconds))
      func end(blocked: String?) -> End {
        End(assignment: assignment, verdict: verdict, worktree: worktree, blocked: blocked)
      }
      guard let failure = verdict.outcome.failure else { return end(blocked: nil) }
      if verdict.isMixed {
        return end(blocked: "\(failure.kind.rawValue), and the checks changed files themselves")
      }
      failed.append(.init(assignment.agent, failure))
      spent += verdict.outcome.costInUSD
      var request = spec.request
      request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
      let step = policy.step(
        after: failed, at: process.now(), elapsed: Int((ContinuousClock.now - start).inSeconds),
        money: request.maxCostInUSD)
      switch step {
      case .end(.later): return end(blocked: nil)
      case .end(.blocked(let why)): return end(blocked: why)
      case .start(let next, let wait):
        work = verdict.work
        assignment = try await handOver(assignment, verdict, to: next, request, after: wait)
      }
    }
  }

  /// Takes a worktree for the run, and puts into it what its agent needs there; returns the work that it goes on with.
  private mutating func open() async throws -> AttributedTree? {
    let assignment = spec.assignment
    try await CrashRecovery(workspace).reconcileOthers(than: task)
    let checked = try await CheckedWorktree.open(at: assignment.base, for: spec.purpose, in: workspace)
    worktree = checked.worktree
    if assignment.mode.writes { try await checked.prepare() }
    guard let continues = assignment.continues, let snapshot = continues.snapshot else { return nil }
    try Snapshot.restore(snapshot, into: checked.worktree, from: repository, effects: process.effects)
    guard assignment.mode.writes else { return nil }
    let index = try RunFolders(workspace).make("restored", of: run) + "/index"
    do {
      let tree = try await checked.worktree.writeTree(
        git: workspace.git, index: index, effects: process.effects)
      return AttributedTree(agents: [continues.agent], tree: tree)
    } catch  where error.isOfLeavings {
      return nil  // What the other one left is what git cannot take.
    }
  }

  /// Says that an agent failed and waits; the assignment of the agent that goes on.
  private mutating func handOver(
    _ assignment: Assignment, _ verdict: RunVerdict, to next: AgentName, _ request: RunRequest,
    after wait: Int
  ) async throws -> Assignment {
    var outcome = verdict.outcome
    // What git refused once it would refuse again, from an agent that does not know of it.
    let startsAfresh = verdict.isDamaged || outcome.failure?.kind == .cannotCommit && next != assignment.agent
    if startsAfresh, let damaged = worktree {
      outcome.snapshot = try await storage.clear(damaged, of: task, run)
      worktree = nil
    }
    let note = spec.note(on: outcome, of: assignment, session.state, credentials)
    let isSame = next == assignment.agent
    let what = isSame ? "it is asked again" : "handing over to \(next)"
    let delay = wait == 0 ? "" : " in \(wait) s"
    say("\(assignment.agent) failed (\(outcome.failure?.kind.rawValue ?? "")); \(what)\(delay)")
    try RunLog(session: session, spec: spec).recordFailure(
      outcome, of: assignment, note: note, as: isSame ? .retrying : .handedOff)
    let end = ContinuousClock.now + .seconds(wait)
    try await self.wait { ContinuousClock.now >= end }
    return try TaskRouter(workspace).assign(
      spec.routed, request,
      to: .init(agent: next, note: note, run: run, continues: assignment.continues?.after(outcome)))
  }

  /// Waits until the agent works on few enough other tasks of the batch; returns for how long.
  private func waitForSlot(_ assignment: Assignment) async throws -> Duration {
    guard let slots, !slots.change(task, to: assignment.agent) else { return .zero }
    say("waiting for \(assignment.agent), which works on other tasks (max_parallel)")
    let start = ContinuousClock.now
    try await wait {
      if slots.change(task, to: assignment.agent) { return true }
      if slots.isOver { throw CancellationError() }
      return false
    }
    return ContinuousClock.now - start
  }

  /// Waits until `isOver`, asked several times a second; throws `RunCancelled` when a person stops the run.
  private func wait(until isOver: () throws -> Bool) async throws {
    let request = CancelRequest(task, run, in: repository)
    while try !isOver() {
      if request.isMade { throw RunCancelled() }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Runs one agent, the run's `number`th from one, and judges what it left.
  private func attempt(
    _ assignment: Assignment, in worktree: RunWorktree, after work: AttributedTree?, number: Int,
    limit: Duration
  ) async throws -> RunVerdict {
    let adapter = try AgentRegistry.require(assignment.agent, among: spec.routed.decision.inputs.profiles)
    let attempt = spec.attempt(assignment, session.state)
    let watch = try await Watch(workspace, of: run, task, in: worktree)
    let judge = RunJudge(
      workspace: workspace, spec: spec, assignment: assignment, attempt: attempt, worktree: worktree,
      folder: "\(RunFolders(workspace).folder(of: run))/\(number)-\(assignment.agent)", before: work,
      watch: watch)
    do {
      try SpendingAccount(workspace).reserve(for: attempt)
    } catch let refusal as PairError where refusal.kind == .tryLater || refusal.kind == .failed {
      // The limits do not allow it any more, now that another agent's attempt is paid.
      return try await judge.verdict(on: .notStarted(Failure(.overBudget, refusal.message)))
    }
    let job = SupervisedAgent(
      workspace: workspace, adapter: adapter, attempt: attempt, worktree: worktree, folder: judge.folder,
      config: spec.config)
    let options = SupervisedAgent.Options(
      session: assignment.session, answerSchema: spec.request.step?.review?.answerSchema,
      allowedCommands: spec.config.checks.map(\.run), limit: limit)
    let log = RunLog(session: session, spec: spec)
    do {
      return try await carryOut(job, assignment, options, judge, log)
    } catch {
      // A run that a person stopped, or that broke off: what its agent changed is told all the same.
      if let outside = await watch.endAfterBreak() { try session.recordOutside(outside, assignment.details) }
      throw error
    }
  }

  private func carryOut(
    _ job: SupervisedAgent, _ assignment: Assignment, _ options: SupervisedAgent.Options, _ judge: RunJudge,
    _ log: RunLog
  ) async throws -> RunVerdict {
    let result = try await job.run(assignment.mode, assignment.prompt, options) { walls in
      try log.recordStart(of: assignment, in: job.worktree, within: walls)
      say("\(assignment.agent) works on \(task) (\(assignment.mode.rawValue)) in \(job.worktree.path)")
    }
    // Its supervisor may be what crashed, and then what it watched is still there.
    if result.failure?.kind == .crashed { try await DeadProcesses(workspace).end(of: run) }
    let early = (assignment.omissions ?? []) + result.remarks
    for remark in early { say("  note: \(remark)") }
    let verdict = try await judge.verdict(on: result)
    for remark in (verdict.outcome.remarks ?? []).dropFirst(early.count) { say("  note: \(remark)") }
    try job.recordHealth(verdict.outcome.failure)
    try session.recordOutside(verdict.outside, assignment.details)
    return verdict
  }
}
