import AgentRuns
import Git
import Host
import PairCore
import TaskFiles

extension Orchestrator {
  /// How the checks on a commit ended.
  enum CheckEnd {
    case passed
    /// The first that did not pass.
    case failed(CheckResult)
    /// The user wanted an end before all were through.
    case brokenOff
  }

  /// Runs the checks on `commit`, in a worktree of the pool that is set up as a run's is.
  ///
  /// - Parameters:
  ///   - task: whose result was merged last.
  ///   - what: says what is checked, for people.
  ///   - isEnough: whether the user wants an end; asked before each check.
  func check(
    _ commit: ObjectID, for task: TaskID, _ what: String, _ order: IntegrationSpec,
    until isEnough: () -> Bool
  ) async throws -> CheckEnd {
    let config = order.config
    if config.checks.isEmpty { return .passed }
    let run = RunID(start: process.now(), random: process.random())
    let folder = runsFolder(of: run) + "/checks"
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let worktree = try await worktreePool(keepsIgnored: config.worktrees.keepsIgnored)
      .acquire(for: task, run: run, at: commit)
    do {
      try await prepare(worktree, for: task, run: run, configuration: order.base.commit, config)
      let end = try await runChecks(
        in: worktree, for: task, what, run: run, folder: folder, config, until: isEnough)
      // Nobody worked in it: all that it holds beside the commit is what checks made.
      try await giveBack(worktree, config.worktrees)
      return end
    } catch {
      try await worktree.remove(effects: process.effects)
      throw error
    }
  }

  private func runChecks(
    in worktree: RunWorktree, for task: TaskID, _ what: String, run: RunID, folder: String, _ config: Config,
    until isEnough: () -> Bool
  ) async throws -> CheckEnd {
    for check in config.checks {
      if isEnough() { return .brokenOff }
      process.say("  check: \(check.name) \(what)")
      let result = try await CheckRunner.run(
        check, in: worktree.path, supervisor: process.program,
        environment: process.environment.merging(marks(of: run, for: task)) { $1 }, folder: folder,
        outputInBytes: config.limits.outputInBytes, effects: process.effects)
      if !result.passed { return .failed(result) }
    }
    return .passed
  }

  /// Before an agent is paid for what the project does wrong.
  ///
  /// - Throws: `PairError` of kind `failed` when nothing was merged, `part` failed a check, and so does the base.
  func requireSoundBase(
    _ integration: Integration, _ part: Integration.Part, _ order: IntegrationSpec,
    until isEnough: () -> Bool
  ) async throws {
    guard case .checkFailed = part.reason, integration.mergedCount == 0 else { return }
    process.say("does \(order.base.title) itself pass the checks?")
    guard
      case .failed(let failed) = try await check(
        order.base.commit, for: part.task, "on \(order.base.title) itself", order, until: isEnough)
    else { return }
    throw PairError(
      .failed,
      "the check '\(failed.name.escapedForTerminal(limit: 60))' fails on \(order.base.title) itself, so no result can pass it",
      hint: "Correct that first: \(failed.detail.escapedForTerminal(limit: 300))", obstacle: .project)
  }
}
