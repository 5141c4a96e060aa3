import AgentRuns
import Host
import Git
import Ledger
public import PairCore
import TaskFiles

extension Orchestrator {
  /// How a task's execution ended.
  public enum Execution: Sendable {
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
  public func execute(
    _ assignment: Assignment, of routed: Routed, _ request: Request = Request()
  ) async throws -> Execution {
    let user = try workspace.requireUser()
    let config = try workspace.config(at: assignment.configuration)
    if assignment.mode.writes { try requireApproved(config) }

    let lease = try Lease.take(assignment.task, in: repository, holder: holder)
    let log = TaskLog(assignment.task)
    let made = try reasonMadeMeanwhile(routed, log: log)
    try await reconcile(log, by: user)
    if request.isFromQueue, try log.state(in: repository).queued == nil {
      return .notNeeded("it was taken out of the queue")
    }
    if let reason = try made ?? notNeeded(routed.task, nil, request) {
      try dequeue(log.task, because: reason, by: user)
      return .notNeeded(reason)
    }
    let order = RunOrder(
      assignment: assignment, routed: routed, request: request, user: user, config: config,
      spending: try Spending(of: workspace))
    let (last, outcome) = try await carryOut(order, log: log)
    withExtendedLifetime(lease) {}
    if outcome.commit != nil { await tellConflicts(of: last.task, request) }
    return .ran(last, outcome)
  }

  /// Carries out `order` for a caller who holds the task's lease and has reconciled its log.
  func carryOut(_ order: RunOrder, log: TaskLog) async throws -> (Assignment, RunOutcome) {
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

  /// A run that ended for a reason that is not the agent's.
  struct BrokenOff: Error {
    let cause: any Error
    /// The ref that keeps what was there; nil when nothing was, or the worktree had to stay.
    let snapshot: String?
  }

  /// All that a run is carried out with.
  struct RunOrder: Sendable {
    let assignment: Assignment
    let routed: Routed
    let request: Request
    let user: Signature
    let config: Config
    let spending: Spending
  }

  var holder: String {
    "process \(surroundings.processID) on \(surroundings.host) since \(surroundings.now())"
  }

  /// Why there is nothing to do for `task`; nil when there is something.
  ///
  /// - Parameter order: the workflow that would carry it out; nil where one run would.
  public func notNeeded(_ task: AgentTask, _ order: WorkflowOrder?, _ request: Request) throws -> String? {
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

  /// Whether somebody could still use a result: its branch is there, or it is part of HEAD, and no step of a
  /// workflow is missing.
  func stands(_ result: TaskState.Result, of task: TaskID) throws -> Bool {
    if result.isPartial { return false }
    if try repository.ref(BranchName.result(of: task).ref) != nil { return true }
    guard let head = try repository.head().commit else { return false }
    return try repository.isReachable(result.commit, from: head)
  }

  /// - Throws: `PairError` of kind `unsupported` when a worktree stands on `branch`: to move or delete it
  ///   would pull the commit from under somebody's index.
  func requireNotCheckedOut(_ branch: BranchName) throws {
    guard try repository.isCheckedOut(branch) else { return }
    throw PairError(
      .unsupported, "a worktree stands on \(branch)",
      hint: "Switch it to another branch first ('git worktree list' shows where).")
  }

  /// The tip of the result branch, nil where there is none.
  ///
  /// - Throws: `PairError` of kind `unsupported` when the branch holds what no run of ours put there.
  private func requireOwnBranch(_ branch: BranchName, log: TaskLog) throws -> ObjectID? {
    if try repository.ref("refs/heads/" + String(BranchName.prefix.dropLast())) != nil {
      throw PairError(
        .unsupported, "a branch called 'paircoder' stands in the way of \(branch)",
        hint: "git branch -m paircoder another-name")
    }
    guard let tip = try repository.ref(branch.ref) else {
      // Before an agent is paid for what could not be put there.
      guard let below = try repository.refs(under: branch.ref + "/").keys.sorted().first else { return nil }
      throw PairError(
        .unsupported, "the branch \(BranchName(ref: below)) stands in the way of \(branch)",
        hint: "git branch -m \(BranchName(ref: below)) another-name")
    }
    try requireNotCheckedOut(branch)
    if try log.state(in: repository).result?.commit == tip { return tip }
    throw PairError(
      .unsupported, "the branch \(branch) holds commits that are not the result of a run (\(tip.short))",
      hint: "Keep them: git branch -m \(branch) another-name. Or drop them: bpsai-pair discard \(log.task)")
  }

  private func claim(_ order: RunOrder, log: TaskLog) throws {
    let assignment = order.assignment
    var files = [
      "task.md": Array(order.routed.task.text.utf8),
      "decision.json": try Record.json(order.routed.decision),
      "assignment.json": try Record.json(assignment),
    ]
    if let workflow = order.request.step?.task.workflow { files["workflow.json"] = try Record.json(workflow) }
    try log.append(to: repository, by: order.user, files: files, random: surroundings.random) { state in
      var details = details(of: assignment)
      details.fence = state.claims + 1
      details.host = surroundings.host
      let from =
        assignment.session.map { ", which goes on with its session \($0.id)" }
        ?? assignment.continues.map { ", handed over from \($0.agent)" } ?? ""
      return TaskEvent(
        .claimed, assignment.task,
        "\(assignment.task): claimed for \(assignment.agent) (\(assignment.mode.rawValue))\(assignment.inStep)\(from)",
        details)
    }
  }

  func details(of assignment: Assignment) -> TaskEvent.Details {
    var details = TaskEvent.Details()
    details.run = assignment.run
    details.agent = assignment.agent
    details.mode = assignment.mode
    details.base = assignment.base
    details.text = assignment.text
    details.mark(assignment.step)
    return details
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
      surroundings.say("note: \(path) is not committed: the run uses your text, and cannot set its status")
    } else if committed?.id != task.source.blob {
      surroundings.say("note: the run uses your uncommitted text of \(path)")
    }
    if try workspace.config(at: nil).checks != config.checks {
      surroundings.say(
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
    surroundings.say("note: not committed, so not in the run: \(shown)\(more)")
  }

  /// Says in the log that a run broke off, if that can still be said.
  private func recordInterruption(_ order: RunOrder, log: TaskLog, _ broken: BrokenOff) throws {
    let assignment = order.assignment
    let words = Orchestrator.words(of: broken.cause).onOneLine
    let fault = (broken.cause as? PairError)?.obstacle == .project ? words : nil
    let (kind, why, failure): (TaskEvent.Kind, String, Failure) =
      switch broken.cause {
      case is RunCancelled: (.cancelled, "cancelled", Failure(.cancelled, "a person had it stopped"))
      case is CancellationError: (.interrupted, "interrupted", Failure(.cancelled, "it was interrupted"))
      case _ where fault != nil:
        (.failed, "could not start an agent: \(words)", Failure(.crashed, words))
      default: (.interrupted, "broke off: \(words)", Failure(.crashed, words))
      }
    do {
      try adoptResult(log: log, by: order.user)
      try settleDeadRuns(holding: assignment.task, by: order.user)
      let cost = try unloggedCost(of: assignment.run, log: log)
      let left = try lastTurn(
        of: assignment.run, log: log, ending: failure, snapshot: broken.snapshot, costInUSD: cost)
      try log.append(
        to: repository, by: order.user, files: left?.files ?? [:], random: surroundings.random
      ) { state in
        guard state.isUnderWay, state.run == assignment.run else { return nil }
        var details = details(of: assignment)
        details.agent = left?.agent ?? assignment.agent
        details.snapshot = broken.snapshot
        details.costInUSD = cost
        details.projectFault = fault
        return TaskEvent(
          kind, assignment.task, "\(assignment.task): run \(assignment.run) \(why)", details)
      }
    } catch {
      // The disk may be full: the error that is on its way says so, and the next run reconciles.
      surroundings.say(
        "note: the log of \(assignment.task) could not be written: \(Orchestrator.words(of: error))")
    }
  }

  static func words(of error: any Error) -> String {
    switch error {
    case let error as PairError: error.message
    case let error as GitError: error.message
    default: "\(error)"
    }
  }
}
