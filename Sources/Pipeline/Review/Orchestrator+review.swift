import AgentRuns
import Host
import Git
import Ledger
package import PairCore
package import Review
import TaskFiles

extension Orchestrator {
  /// Reviews the result of `task`: scope, protected paths, secrets, and the declared checks, run on a
  /// worktree of exactly the commit under review; and what `agent` finds in it. Records that in the task's log.
  ///
  /// - Parameter agent: an agent's name or alias; nil for none.
  /// - Throws: `PairError` of kind `unsupported` when the task has no result, `notApproved` when a
  ///   declared check or the agent's command has not been approved, `noAgent` when the agent cannot be run,
  ///   `tryLater` or `failed` when the limits do not leave what it is expected to cost.
  package func review(_ task: TaskID, by agent: String? = nil) async throws -> ReviewReport {
    let user = try workspace.requireUser()
    let log = TaskLog(task)
    if try log.state(in: repository).isUnderWay { _ = try await takeLease(log, for: "a review", by: user) }
    let state = try log.state(in: repository)
    guard let result = state.result, let base = result.base else {
      throw PairError(
        .usage, "\(task) has no result to review",
        hint: "Its state is '\(state.word)'. Run it: bpsai-pair orchestrate --task \(task)")
    }
    // The branch's tip, so that commits which somebody put on top are reviewed, too.
    let commit = try repository.ref(BranchName.result(of: task).ref) ?? result.commit
    let entry = try entry(of: result, in: log)
    let assignment = try log.file("assignment.json", at: entry, in: repository).map {
      try Record.read(Assignment.self, from: $0)
    }
    var asked: Reviewer?
    if let agent {
      asked = try reviewer(
        agent, of: commit, against: base, assignment: assignment, log: log, entry: entry, by: user)
    }
    let lease = try Lease.take(task, in: repository, holder: "a review by process \(process.processID)")
    try recordDeadReview(of: task, by: user)
    if let asked {
      try settleDeadRuns(holding: task, by: user)
      try reserve(for: asked.turn)
    }
    let run = asked?.run ?? RunID(start: process.now(), random: process.random())
    try announce(run, reviewing: task)
    let checks: [CheckResult]
    var agentReview: AgentReview?
    do {
      checks = try await runChecks(
        of: task, at: commit, configuration: assignment?.configuration ?? base, for: run)
      if let asked { agentReview = try await self.agentReview(by: asked) }
    } catch {
      throw breakOff(run, of: task, by: asked?.turn.agent, for: user, error)
    }
    let report = try ReviewReport(
      of: task, from: base, to: commit, policy: try policy(for: assignment, log: log, entry: entry),
      taskPath: assignment?.taskPath, checks: checks, agentReview: agentReview, in: repository)
    try log.append(
      to: repository, by: user, files: ["review.json": try Record.json(report)], random: process.random
    ) { _ in
      var details = TaskEvent.Details()
      details.run = run
      details.commit = commit
      details.base = base
      details.agent = agentReview?.agent
      details.costInUSD = agentReview?.costInUSD
      let by = agentReview.map { " by \($0.agent)" } ?? ""
      let found = report.findings.count == 1 ? "one finding" : "\(report.findings.count) findings"
      return TaskEvent(
        .reviewed, task, "\(task): review\(by) \(report.blocks ? "blocks" : "passes") with \(found)", details)
    }
    try withdrawReview(of: task)
    withExtendedLifetime(lease) {}
    return report
  }

  /// Says that `run` is a review of `task` from now on, for whoever wants it to stop: it is no event before it ends.
  /// The caller holds the lease. Whoever takes that later and finds it said still knows that the log is not.
  private func announce(_ run: RunID, reviewing task: TaskID) throws {
    try Files.makeFolder(reviewFolder(of: task), mode: 0o700, effects: process.effects)
    try Files.replace(
      reviewFolder(of: task) + "/run", with: Array("\(run)\n".utf8), effects: process.effects)
  }

  /// The run that reviews a result of `task` now; nil when none does.
  func runningReview(of task: TaskID) throws -> RunID? {
    try Lease.isHeld(task, in: repository) ? try announcedReview(of: task) : nil
  }

  /// The run that reviews a result of `task`, or did when it was killed.
  func announcedReview(of task: TaskID) throws -> RunID? {
    let bytes = try Files.read(reviewFolder(of: task) + "/run", limitInBytes: 4096)
    return bytes.flatMap { RunID(String(decoding: $0, as: UTF8.self).trimmed) }
  }

  func withdrawReview(of task: TaskID) throws {
    try Files.remove(reviewFolder(of: task) + "/run", effects: process.effects)
  }

  private func reviewFolder(of task: TaskID) -> String { "\(repository.stateFolder)/reviews/\(task)" }

  /// The log's entry of `result`: its files are those of the run that made it, and not of a later one that failed.
  private func entry(of result: TaskState.Result, in log: TaskLog) throws -> ObjectID {
    let found = try log.entries(in: repository).last {
      $0.event?.kind == .committed && $0.event?.details.commit == result.commit
    }
    guard let found else { throw PairError(.internal, "the log of \(log.task) holds no such result") }
    return found.id
  }

  /// The policy for the task as its agent saw it.
  private func policy(for assignment: Assignment?, log: TaskLog, entry: ObjectID) throws -> ChangePolicy {
    guard let assignment, let text = try log.file("task.md", at: entry, in: repository) else {
      return ChangePolicy(scope: [], credentials: credentials)
    }
    let task = try TaskFile.parse(text, path: assignment.taskPath, blob: assignment.text)
    let rules = try workspace.config(at: assignment.configuration).changes
    if assignment.step != nil, let bytes = try log.file("workflow.json", at: entry, in: repository) {
      let workflow = try Record.read(Workflow.self, from: bytes)
      return ChangePolicy(
        for: task, carriedOutBy: workflow, resultsIn: Workspace.resultsPath, rules: rules,
        credentials: credentials)
    }
    return ChangePolicy(
      for: task, resultPath: assignment.mode.writes ? nil : resultPath(of: task.id), rules: rules,
      credentials: credentials)
  }

  func resultPath(of task: TaskID) -> String { "\(Workspace.resultsPath)/\(task).md" }

  private func runChecks(
    of task: TaskID, at commit: ObjectID, configuration: ObjectID, for run: RunID
  ) async throws -> [CheckResult] {
    let config = try workspace.config(at: configuration)
    let checks = config.checks
    if checks.isEmpty { return [] }
    try Approvals(of: workspace).require(checks)
    let root = try worktreeRoot() + "-reviews"
    // A review that was killed left checked-out content of a commit that a ref keeps.
    try await RunWorktree.standing(
      at: "\(root)/\(task)", base: commit, commonDirectory: repository.commonDirectory
    )?.remove(effects: process.effects)
    let worktree = try await RunWorktree.add(
      for: task, at: commit, below: root, commonDirectory: repository.commonDirectory, git: workspace.git,
      effects: process.effects)
    do {
      var results: [CheckResult] = []
      for check in checks {
        process.say("check: \(check.name)")
        results.append(
          try await CheckRunner.run(
            check, in: worktree.path, supervisor: process.program,
            environment: process.environment, folder: reviewFolder(of: task),
            outputInBytes: config.limits.outputInBytes, effects: process.effects,
            isCancelled: isCancelled(run, of: task)))
      }
      try await worktree.remove(effects: process.effects)
      return results
    } catch {
      // Checked-out content of a commit that a ref keeps: nothing in it can be lost.
      try await worktree.remove(effects: process.effects)
      throw error
    }
  }
}
