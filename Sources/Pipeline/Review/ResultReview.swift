import AgentRuns
import Git
import Ledger
import PairCore
package import Review
import TaskFiles

/// Reviews the result of a task: scope, protected paths, secrets, and the declared checks, run on a worktree of
/// exactly the commit under review; and what an agent finds in it. Records that in the task's log.
package final class ResultReview: TaskRoom {
  /// What is reviewed, as the log holds it.
  struct Subject {
    let result: TaskState.Result
    let base: ObjectID
    /// The branch's tip, so that commits which a person put on top are reviewed, too.
    let commit: ObjectID
    /// The log's entry of the result: its files are those of the run that made it, and not of a later one that failed.
    let entry: TaskLog.Entry
    /// Nil where the log does not hold it.
    let assignment: Assignment?
    /// The task as its agent saw it; nil likewise.
    let task: AgentTask?

    var configuration: ObjectID { assignment?.configuration ?? base }

    init?(_ record: TaskRecord) throws {
      guard let result = record.state.result, let base = result.base else { return nil }
      guard let entry = record.entries(committing: result.commit).last else {
        throw PairError(.internal, "the log of \(record.task) holds no such result")
      }
      self.result = result
      self.base = base
      self.entry = entry
      commit = try ResultBranch(of: record.task, in: record.workspace).tip() ?? result.commit
      let assignment = try record.value(Assignment.self, "assignment.json", at: entry.id)
      self.assignment = assignment
      task = try assignment.flatMap { assignment in
        try record.file("task.md", at: entry.id).map {
          try TaskFile.parse($0, path: assignment.taskPath, blob: assignment.text)
        }
      }
    }
  }

  /// Throws `usage` when the task has no result, `notApproved` for a check or the agent's command, `noAgent`
  /// when the agent cannot be run, `tryLater` or `failed` when the limits do not leave its cost.
  package func run(by agent: String? = nil) async throws -> ReviewReport {
    _ = try workspace.requireUser()
    return try await CrashRecovery(workspace).withTask(task, for: "a review") { session in
      guard let subject = try Subject(session.record) else {
        throw PairError(
          .usage, "\(task) has no result to review",
          hint: "Its state is '\(session.state.word)'. Run it: bpsai-pair orchestrate --task \(task)")
      }
      let reviewer = try agent.map { try ReviewAgent($0, of: subject, session.record) }
      if let reviewer {
        try await DeadReservations(workspace).settle(holding: task)
        try SpendingAccount(workspace).reserve(for: reviewer.attempt)
      }
      let run = reviewer?.attempt.run ?? newRun()
      let announced = AnnouncedReview(session: session)
      try announced.announce(run)
      let report: ReviewReport
      do {
        let watch = try await Watch(workspace, of: run, task)
        let checks = try await runChecks(on: subject, for: run)
        let agentReview = try await reviewer?.review()
        let outside = try await watch.end()
        let earlier = subject.result.outside.map { Finding(rule: .outside, severity: .block, message: $0) }
        report = try ReviewReport(
          of: task, from: subject.base, to: subject.commit, policy: policy(for: subject, session.record),
          taskPath: subject.assignment?.taskPath, outside: [earlier].compactMap(\.self) + outside.findings,
          checks: checks,
          agentReview: agentReview, in: repository)
        try record(report, of: run, session)
      } catch {
        throw await announced.breakOff(run, by: reviewer?.attempt.agent, error)
      }
      try announced.withdraw()
      return report
    }
  }

  private func record(_ report: ReviewReport, of run: RunID, _ session: TaskSession) throws {
    try session.append(files: ["review.json": try Record.json(report)]) { _ in
      var details = TaskEvent.Details()
      details.run = run
      details.commit = report.commit
      details.base = report.base
      details.agent = report.agentReview?.agent
      details.costInUSD = report.agentReview?.costInUSD
      let by = report.agentReview.map { " by \($0.agent)" } ?? ""
      let found = report.findings.count.counted("finding")
      return TaskEvent(
        .reviewed, task, "\(task): review\(by) \(report.blocks ? "blocks" : "passes") with \(found)", details)
    }
  }

  private func policy(for subject: Subject, _ record: TaskRecord) throws -> ChangePolicy {
    guard let assignment = subject.assignment, let task = subject.task else {
      return ChangePolicy(scope: [], credentials: credentials)
    }
    let rules = try workspace.settings(at: assignment.configuration).config.changes
    if assignment.step != nil,
      let workflow = try record.value(Workflow.self, "workflow.json", at: subject.entry.id)
    {
      return ChangePolicy(
        for: task, carriedOutBy: workflow, resultsIn: Workspace.resultsPath, rules: rules,
        credentials: credentials)
    }
    return ChangePolicy(
      for: task, resultPath: assignment.mode.writes ? nil : PlanResult.path(of: task.id), rules: rules,
      credentials: credentials)
  }

  private func runChecks(on subject: Subject, for run: RunID) async throws -> [CheckResult] {
    let config = try workspace.settings(at: subject.configuration).config
    if config.checks.isEmpty { return [] }
    try workspace.requireReady(config)
    let purpose = CheckedWorktree.Purpose(
      task: task, run: run, configuration: subject.configuration, config: config)
    return try await CheckedWorktree.with(subject.commit, for: purpose, in: workspace) {
      try await $0.runChecks(all: true) ?? []
    }
  }
}
