import Git
import Host
import Ledger
import PairCore
import TaskFiles

/// Merges the results of a plan into its branch, one after the other; what conflicts, or does not pass the checks
/// once merged, is left out and goes back to an agent, or to its workflow, which starts from the branch.
package final class PlanIntegration: StatelessRoom {
  /// - Parameters:
  ///   - request: what is asked of those agents; its base is what the branch starts from.
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more: no merge, no check, no agent;
  ///     asked several times a second.
  /// - Throws: `PairError` of kind `notApproved` for a check, `unsupported` where the branch is not ours to move,
  ///   `tryLater` while another process integrates the plan, `failed` where the base does not pass the checks.
  package func integrate(
    _ name: String, _ request: RunRequest, isEnough: @escaping @Sendable () -> Bool = { false }
  ) async throws -> IntegrationReport {
    let teller = tellOnce(when: isEnough)
    defer { teller.cancel() }
    _ = try workspace.requireUser()
    let asked = try IntegrationSpec(name, base: request.base, in: workspace)
    _ = try requireIntegrable(asked)
    return try await asked.log.whileLocked(in: repository, holder: process.holder) {
      // Another integration may have ended meanwhile.
      let spec = try IntegrationSpec(name, base: request.base, in: workspace)
      let before = try requireIntegrable(spec)
      for sentence in try spec.log.commits.mend(in: repository, by: workspace.requireUser()) {
        process.say("note: \(sentence)")
      }
      try await CrashRecovery(workspace).reconcileOthers()
      return try await integrate(spec, request, before: before, until: isEnough)
    }
  }

  private func integrate(
    _ spec: IntegrationSpec, _ request: RunRequest, before: ObjectID?, until isEnough: @Sendable () -> Bool
  ) async throws -> IntegrationReport {
    var redone: [BatchResult.Item] = []
    var merging = MergeRun(workspace: workspace, spec: spec)
    var integration = try await merging.fold(until: isEnough)
    try publish(integration, spec)
    while !isEnough(), let part = RejectedResult.next(in: integration, after: redone) {
      try await merging.requireSoundBase(for: part, of: integration, until: isEnough)
      if isEnough() { break }
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, redone.reduce($0) { $0 - $1.costInUSD }) }
      let rejected = try RejectedResult(part, of: integration, spec, in: workspace)
      redone.append(try await rejected.redo(own, until: isEnough))
      integration = try await merging.fold(until: isEnough)
      try publish(integration, spec)
    }
    return try report(integration, spec, before: before, redone: redone)
  }

  /// Looks for what would stop the plan's integration before its runs; throws as `integrate` does.
  package func requireIntegrable(_ name: String, base: String?) throws {
    _ = try requireIntegrable(IntegrationSpec(name, base: base, in: workspace))
  }

  private func requireIntegrable(_ spec: IntegrationSpec) throws -> ObjectID? {
    try workspace.requireReady(spec.config)
    return try spec.requireOwnBranch(in: workspace)
  }

  private func tellOnce(when isEnough: @escaping @Sendable () -> Bool) -> Task<Void, any Error> {
    let say = process.say
    return Task {
      while !isEnough() { try await Task.sleep(for: .milliseconds(200)) }
      say("finishing what is under way, then nothing more is started; once more to stop now")
    }
  }

  /// What `integrate` would merge as the results stand now, without checks; reads, and changes nothing.
  package func forecast(_ name: String, base: String?) async throws -> IntegrationReport {
    let spec = try IntegrationSpec(name, base: base, in: workspace)
    let before = try spec.requireOwnBranch(in: workspace)
    let integration = try await ScratchObjects.with(workspace) { place in
      var merging = MergeRun(workspace: workspace, spec: spec, scratch: place)
      return try await merging.fold { false }
    }
    return try report(integration, spec, before: before, isForecast: true)
  }

  /// Moves the plan's branch to all that was merged; not while results have yet to be tried, so that it never loses
  /// what it held for want of time. The log is first: it keeps what the branch held before.
  private func publish(_ integration: Integration, _ spec: IntegrationSpec) throws {
    guard integration.mergedCount > 0, !integration.isCutShort else { return }
    let present = try spec.requireOwnBranch(in: workspace)
    if present == integration.tip { return }
    let last = try spec.log.events(in: repository).last
    if last?.kind != .published || last?.commit != integration.tip {
      try spec.log.append(
        PlanEvent(.published, spec.plan, commit: integration.tip), to: repository,
        by: workspace.requireUser())
    }
    try repository.swapRef(
      spec.branch.ref, from: present, to: integration.tip, because: "integration of \(spec.plan)")
  }

  private func report(
    _ integration: Integration, _ spec: IntegrationSpec, before: ObjectID?,
    redone: [BatchResult.Item] = [], isForecast: Bool = false
  ) throws -> IntegrationReport {
    let remotes = try repository.settings(matching: #"^remote\..*\.url$"#)
      .map { String($0.name.dropFirst("remote.".count).dropLast(".url".count)) }
    let hasMerged = integration.mergedCount > 0
    func isLost(from commit: ObjectID) throws -> Bool {
      try before.map { try !repository.isReachable($0, from: commit) } ?? false
    }
    return IntegrationReport(
      description: spec.description, name: spec.name, revision: spec.revision, base: spec.base,
      integration: integration, before: before, redone: redone, faults: spec.faults,
      remote: remotes.contains("origin") ? "origin" : remotes.sorted().first, isForecast: isForecast,
      isRewritten: try hasMerged && !isForecast && isLost(from: integration.tip),
      isLeftBehind: try !hasMerged && isLost(from: integration.base))
  }
}

/// All that integrating a plan goes by.
struct IntegrationSpec: Sendable {
  let description: String
  /// As a person called the plan, and the revision to start from; nil for HEAD.
  let name: String
  let revision: String?
  let plan: PlanID
  /// In the order in which they run.
  let tasks: [AgentTask]
  let faults: [PairError]
  let base: ConflictForecast.Side
  let config: Config

  var log: PlanLog { PlanLog(plan) }
  var branch: BranchName { .plan(plan) }
  /// Tells the checks from others, by name and text.
  var checks: ObjectID {
    ObjectID.ofBlob(Array(config.checks.map { "\($0.name)\n\($0.run)\n" }.joined().utf8))
  }

  init(_ name: String, base revision: String?, in workspace: Workspace) throws {
    let base = try workspace.side(revision)
    let (selection, faults) = try PlanScheduler(workspace)
      .selection(name, from: workspace.settings().library)
    let byID = Dictionary(selection.tasks.map { ($0.id, $0) }) { first, _ in first }
    description = selection.description
    self.name = name
    self.revision = revision
    plan = selection.id
    // What is done comes after what it depended on, too.
    tasks = try TaskGraph(of: selection.tasks, again: true).order.compactMap { byID[$0] }
    self.faults = faults
    self.base = base
    config = try workspace.settings(at: base.commit).config
  }

  /// The tip of the plan's branch; nil where there is none. Throws `unsupported` when a worktree stands on
  /// it, it holds what we did not put there, or another ref is in its way.
  func requireOwnBranch(in workspace: Workspace) throws -> ObjectID? {
    for ref in [branch.ref, log.ref] { try workspace.requireRoom(for: ref) }
    guard let tip = try workspace.repository.ref(branch.ref) else { return nil }
    try workspace.requireNotCheckedOut(branch)
    if try log.events(in: workspace.repository).contains(where: { $0.kind != .refused && $0.commit == tip }) {
      return tip
    }
    throw PairError(
      .unsupported, "the branch \(branch) holds commits that no integration made (\(tip.short))",
      hint: "Keep them: git branch -m \(branch) another-name")
  }
}
