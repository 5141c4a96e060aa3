import AgentRuns
import Host
import Git
import Ledger
public import PairCore
public import Review
import TaskFiles

extension Orchestrator {
  /// Reviews the result of `task`: scope, protected paths, secrets, and the declared checks, run on a
  /// worktree of exactly the commit under review. Records what it found in the task's log.
  ///
  /// - Throws: `PairError` of kind `unsupported` when the task has no result, `notApproved` when a
  ///   declared check has not been approved.
  public func review(_ task: TaskID) async throws -> ReviewReport {
    let user = try workspace.requireUser()
    let log = TaskLog(task)
    let state = try log.state(in: repository)
    guard let result = state.result, let base = result.base else {
      throw PairError(
        .unsupported, "\(task) has no result to review",
        hint: "Its state is '\(state.word)'. Run it: bpsai-pair orchestrate --task \(task)")
    }
    // The branch's tip, so that commits which somebody put on top are reviewed, too.
    let commit = try repository.ref(BranchName.result(of: task).ref) ?? result.commit
    let lease = try Lease.take(task, in: repository, holder: "a review by process \(surroundings.processID)")
    let assignment = try log.file("assignment.json", in: repository).map {
      try Record.read(Assignment.self, from: $0)
    }
    let checks = try await runChecks(of: task, at: commit, configuration: assignment?.configuration ?? base)
    let report = try ReviewReport(
      of: task, from: base, to: commit, policy: try policy(for: assignment, log: log),
      taskPath: assignment?.taskPath, checks: checks, in: repository)
    try log.append(
      to: repository, by: user, files: ["review.json": try Record.json(report)], random: surroundings.random
    ) { _ in
      var details = TaskEvent.Details()
      details.commit = commit
      details.base = base
      let found = report.findings.count == 1 ? "one finding" : "\(report.findings.count) findings"
      return TaskEvent(
        .reviewed, task, "\(task): review \(report.blocks ? "blocks" : "passes") with \(found)", details)
    }
    withExtendedLifetime(lease) {}
    return report
  }

  /// The policy for the task as its agent saw it.
  private func policy(for assignment: Assignment?, log: TaskLog) throws -> ChangePolicy {
    guard let assignment, let text = try log.file("task.md", in: repository) else {
      return ChangePolicy(scope: [], credentials: credentials)
    }
    let task = try TaskFile.parse(text, path: assignment.taskPath, blob: assignment.text)
    return ChangePolicy(
      for: task, resultPath: assignment.mode.writes ? nil : resultPath(of: task.id),
      rules: try workspace.config(at: assignment.configuration).changes, credentials: credentials)
  }

  func resultPath(of task: TaskID) -> String { "\(Workspace.resultsPath)/\(task).md" }

  private func runChecks(
    of task: TaskID, at commit: ObjectID, configuration: ObjectID
  ) async throws -> [CheckResult] {
    let checks = try workspace.config(at: configuration).checks
    if checks.isEmpty { return [] }
    try Approvals(of: workspace).require(checks)
    let folder = "\(repository.stateFolder)/reviews/\(task)"
    try Files.makeFolder(folder, mode: 0o700, effects: surroundings.effects)
    let root = try worktreeRoot() + "-reviews"
    // A review that was killed left checked-out content of a commit that a ref keeps.
    try RunWorktree.standing(
      at: "\(root)/\(task)", base: commit, commonDirectory: repository.commonDirectory
    )?.remove(effects: surroundings.effects)
    let worktree = try await RunWorktree.add(
      for: task, at: commit, below: root, commonDirectory: repository.commonDirectory, git: workspace.git,
      effects: surroundings.effects)
    do {
      var results: [CheckResult] = []
      for check in checks {
        surroundings.say("check: \(check.name)")
        results.append(
          try await CheckRunner.run(
            check, in: worktree.path, supervisor: surroundings.program,
            environment: surroundings.environment, folder: folder,
            effects: surroundings.effects))
      }
      try worktree.remove(effects: surroundings.effects)
      return results
    } catch {
      // Checked-out content of a commit that a ref keeps: nothing in it can be lost.
      try worktree.remove(effects: surroundings.effects)
      throw error
    }
  }
}
