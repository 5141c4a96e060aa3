import AgentRuns
import Host
import Git
import Ledger
package import PairCore
import TaskFiles

extension Orchestrator {
  /// How a task's execution ended.
  package enum Execution: Sendable {
    case ran(Assignment, RunOutcome)
    /// There was nothing to do, and why.
    case notNeeded(String)
  }

  /// Carries out `assignment`: worktree, agent, evidence, commit, note, log, clean-up.
  ///
  /// An agent that fails hands over to the next in the ranking, in the same worktree.
  ///
  /// - Throws: `PairError` when the run cannot be started or recorded; `CancellationError` after an
  ///   interrupt, once what was there is kept.
  package func execute(
    _ assignment: Assignment, of routed: Routed, _ request: Request = Request()
  ) async throws -> Execution {
    let user = try workspace.requireUser()
    let config = try workspace.config(at: assignment.configuration)
    if assignment.mode.writes { try requireApproved(config) }

    let lease = try Lease.take(assignment.task, in: repository, holder: holder)
    let log = TaskLog(assignment.task)
    let made = try reasonMadeMeanwhile(routed, log: log)
    try await reconcile(lease, by: user)
    if request.isFromQueue, try log.state(in: repository).queued == nil {
      return .notNeeded("it was taken out of the queue")
    }
    if let reason = try made ?? notNeeded(routed.task, nil, request) {
      try dequeue(log.task, because: reason, by: user)
      return .notNeeded(reason)
    }
    let order = RunSpec(
      assignment: assignment, routed: routed, request: request, user: user, config: config,
      spending: try Spending(of: workspace))
    let (last, outcome) = try await carryOut(order, log: log)
    withExtendedLifetime(lease) {}
    // In a batch its lane is free for the next task meanwhile.
    if outcome.commit != nil, rooms == nil { await tellConflicts(of: [last.task], request) }
    return .ran(last, outcome)
  }

  /// Carries out `order` for a caller who holds the task's lease and has reconciled its log.
  func carryOut(_ order: RunSpec, log: TaskLog) async throws -> (Assignment, RunOutcome) {
    guard repository.hasPathForOthers else {
      throw PairError(
        .unsupported, "the path of this repository is not UTF-8, and no worktree can be made for it",
        hint: "Tasks are routed and queued here; to run them, rename the folder.")
    }
    let (assignment, task) = (order.assignment, order.routed.task)
    try requireRunsLeft(ofText: task.source.blob, log: log, order.config.limits, order.request)
    let oldTip = try requireOwnBranch(assignment.branch, log: log)
    // The later steps of a workflow start from what the first one left.
    if order.request.step?.isFirst != false {
      try await warnOfUncommittedChanges(task, assignment, order.config)
    }
    try settleDeadRuns(holding: assignment.task, by: order.user)
    try reserve(for: turn(of: assignment, order, log: log))
    try claim(order, log: log)
    do {
      return try await runInWorktree(order, log: log, oldTip: oldTip)
    } catch let broken as BrokenOff {
      try recordInterruption(order, log: log, broken)
      guard broken.cause is RunCancelled else { throw broken.cause }
      throw PairError(
        .failed, "\(assignment.task) was cancelled",
        hint: "To go on with it: bpsai-pair resume \(assignment.task)")
    }
  }

  /// - Throws: `PairError` of kind `notApproved` when a command that a run which writes would carry out has not
  ///   been approved.
  func requireApproved(_ config: Config) throws {
    let approvals = try Approvals(of: workspace)
    try approvals.require(config.checks)
    try approvals.require(setup: config.worktrees.setup)
  }

  /// All that a run is carried out with.
  struct RunSpec: Sendable {
    let assignment: Assignment
    let routed: Routed
    let request: Request
    let user: Signature
    let config: Config
    let spending: Spending
  }

  var holder: String {
    "process \(process.processID) on \(process.host) since \(process.now())"
  }

  /// Why there is nothing to do for `task`; nil when there is something.
  ///
  /// - Parameter order: the workflow that would carry it out; nil where one run would.
  package func notNeeded(_ task: AgentTask, _ order: WorkflowSpec?, _ request: Request) throws -> String? {
    if request.again { return nil }
    if let result = try TaskLog(task.id).state(in: repository).result, result.text == task.source.blob,
      order == nil || result.workflow == nil || result.workflow == order?.workflow.source.blob,
      try stands(result, of: task.id)
    {
      let text =
        order?.hasTaskFile == false ? "the workflow has a result" : "\(task.id) has a result for this text"
      return "\(text) already (\(result.commit.short)); --again runs it anew"
    }
    // The last step has set the status, and may yet be gone on from.
    if task.metadata.status?.isFinished == true, try order.map({ try progress(of: $0).pass == nil }) ?? true {
      return "\(task.id) is \(task.metadata.status?.text ?? "done") already; --again runs it anyway"
    }
    return nil
  }

  /// Why there is nothing to do although the task is to be run anew: since that was decided, somebody else has made
  /// a result for this very text. Nil where nobody has.
  func reasonMadeMeanwhile(_ routed: Routed, log: TaskLog) throws -> String? {
    let entries = try log.entries(in: repository)
    var new = entries[...]
    if let tip = routed.logTip {
      // A log that was mended since does not tell what is new in it.
      guard let known = entries.firstIndex(where: { $0.id == tip }) else { return nil }
      new = entries[(known + 1)...]
    }
    guard let result = try log.state(in: repository).result, result.text == routed.task.source.blob,
      new.contains(where: { $0.event?.kind == .committed && $0.event?.details.commit == result.commit }),
      try stands(result, of: routed.task.id)
    else { return nil }
    return "another process has made its result meanwhile (\(result.commit.short))"
  }

  /// - Throws: `PairError` of kind `failed` when as many runs of this very text have failed as may.
  private func requireRunsLeft(
    ofText text: ObjectID, log: TaskLog, _ limits: RunLimits, _ request: Request
  ) throws {
    let failures = try log.state(in: repository).failures
    guard !request.again, failures.text == text, failures.count >= limits.runs else { return }
    throw PairError(
      .failed, "\(log.task) has failed \(failures.count) times, and its text is still the same",
      hint: "Change the task, or say that it shall be tried again: bpsai-pair retry \(log.task)")
  }

  /// Tells which of the user's uncommitted changes the run's base does not hold.
  private func warnOfUncommittedChanges(
    _ task: AgentTask, _ assignment: Assignment, _ config: Config
  ) async throws {
    guard let top = repository.workingDirectory else { return }
    let path = assignment.taskPath
    // Not of the base: what an agent hands over holds the task with another status.
    let committed = try repository.entry(at: path, in: repository.tree(of: assignment.configuration))
    if committed == nil {
      process.say("note: \(path) is not committed: the run uses your text, and cannot set its status")
    } else if committed?.id != task.source.blob {
      process.say("note: the run uses your uncommitted text of \(path)")
    }
    if try workspace.config(at: nil).checks != config.checks {
      process.say(
        "note: the checks in your \(Workspace.configPath) differ from those of the base, which the run uses")
    }
    let printed = try await workspace.git.run(
      ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal"],
      at: .init(gitDirectory: repository.gitDirectory, worktree: top))
    let paths = printed.split(separator: 0).map { String(decoding: $0.dropFirst(3), as: UTF8.self) }
      .filter { $0 != path }
    if paths.isEmpty { return }
    let shown = paths.prefix(5).map { $0.escapedForTerminal(limit: 80) }.joined(separator: ", ")
    let more = paths.count > 5 ? " and \(paths.count - 5) more" : ""
    process.say("note: not committed, so not in the run: \(shown)\(more)")
  }
}
