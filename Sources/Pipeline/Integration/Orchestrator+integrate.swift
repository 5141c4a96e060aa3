import Git
import Host
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Merges the results of a plan into its branch, one after the other; what conflicts, or does not pass the checks
  /// once merged, is left out and goes back to an agent, or to its workflow, which starts from the branch.
  ///
  /// - Parameters:
  ///   - request: what is asked of those agents; its base is what the branch starts from.
  ///   - isEnough: whether the user wants what runs to be finished, and nothing more: no merge, no check, no agent;
  ///     asked several times a second.
  /// - Throws: `PairError` of kind `notApproved` for a check, `unsupported` where the branch is not ours to move,
  ///   `tryLater` while another process integrates the plan, `failed` where the base does not pass the checks.
  package func integrate(
    _ name: String, _ request: Request, isEnough: @escaping @Sendable () -> Bool = { false }
  ) async throws -> IntegrationReport {
    let teller = tellOnce(when: isEnough)
    defer { teller.cancel() }
    return try await integrate(name, request, until: isEnough)
  }

  private func integrate(
    _ name: String, _ request: Request, until isEnough: @Sendable () -> Bool
  ) async throws -> IntegrationReport {
    let user = try workspace.requireUser()
    let order = try integrationSpec(name, base: request.base, by: user)
    let before = try requireIntegrable(order)
    let lock = try order.log.lock(in: repository, holder: holder)
    try await reconcileOthers(by: user)
    var redone: [BatchResult.Item] = []
    var refused: [MergePair: Integration.Reason] = [:]
    var integration = try await fold(order, refused: &refused, until: isEnough)
    try publish(integration, order)
    while !isEnough(), let part = nextToRedo(integration, after: redone) {
      try await requireSoundBase(integration, part, order, until: isEnough)
      if isEnough() { break }
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, redone.reduce($0) { $0 - $1.costInUSD }) }
      redone.append(try await redo(part, in: integration, order, own, until: isEnough))
      integration = try await fold(order, refused: &refused, until: isEnough)
      try publish(integration, order)
    }
    withExtendedLifetime(lock) {}
    return try report(integration, order, before: before, redone: redone)
  }

  /// Makes sure that nothing stops the integration of a plan that can be known before its runs.
  ///
  /// - Throws: as `integrate`.
  package func requireIntegrable(_ name: String, base: String?) throws {
    _ = try requireIntegrable(integrationSpec(name, base: base, by: workspace.requireUser()))
  }

  /// - Returns: where the plan's branch stands; nil where there is none.
  private func requireIntegrable(_ order: IntegrationSpec) throws -> ObjectID? {
    let approvals = try Approvals(of: workspace)
    try approvals.require(order.config.checks)
    try approvals.require(setup: order.config.worktrees.setup)
    return try requireOwnBranch(of: order)
  }

  /// Tells a person who interrupts what that will do.
  private func tellOnce(when isEnough: @escaping @Sendable () -> Bool) -> Task<Void, any Error> {
    let say = process.say
    return Task {
      while !isEnough() { try await Task.sleep(for: .milliseconds(200)) }
      say("finishing what is under way, then nothing more is started; once more to stop now")
    }
  }

  /// What `integrate` would merge as the results stand now, without checks; reads, and changes nothing.
  package func integrationForecast(_ name: String, base: String?) async throws -> IntegrationReport {
    let nobody = Signature(name: "Nobody", email: "nobody@example.invalid", time: process.now())
    let order = try integrationSpec(name, base: base, by: nobody)
    let before = try requireOwnBranch(of: order)
    let scratch = try ScratchObjects(of: workspace)
    var refused: [MergePair: Integration.Reason] = [:]
    let integration: Integration
    do {
      integration = try await fold(order, in: scratch.place, refused: &refused)
    } catch {
      try scratch.remove()
      throw error
    }
    try scratch.remove()
    return try report(integration, order, before: before, redone: [], isForecast: true)
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
    /// The base's.
    let config: Config
    let user: Signature

    var log: PlanLog { PlanLog(plan) }
    var branch: BranchName { .plan(plan) }
    /// Tells the checks from others, by name and text.
    var checks: ObjectID {
      ObjectID.ofBlob(Array(config.checks.map { "\($0.name)\n\($0.run)\n" }.joined().utf8))
    }
  }

  private func integrationSpec(
    _ name: String, base revision: String?, by user: Signature
  ) throws -> IntegrationSpec {
    let base = try baseSide(revision)
    let (selection, faults) = try selection(name, from: library())
    let byID = Dictionary(selection.tasks.map { ($0.id, $0) }) { first, _ in first }
    // What is done comes after what it depended on, too.
    let tasks = try TaskGraph(of: selection.tasks, again: true).order.compactMap { byID[$0] }
    return IntegrationSpec(
      description: selection.description, name: name, revision: revision, plan: selection.id, tasks: tasks,
      faults: faults, base: base,
      config: try workspace.config(at: base.commit), user: user)
  }

  /// The tip of the plan's branch; nil where there is none.
  ///
  /// - Throws: `PairError` of kind `unsupported` when a worktree stands on it, it holds what we did not put there, or
  ///   another ref stands in its way.
  private func requireOwnBranch(of order: IntegrationSpec) throws -> ObjectID? {
    for ref in [order.branch.ref, order.log.ref] { try requireRoom(for: ref) }
    guard let tip = try repository.ref(order.branch.ref) else { return nil }
    try requireNotCheckedOut(order.branch)
    if try order.log.events(in: repository).contains(where: { $0.kind != .refused && $0.commit == tip }) {
      return tip
    }
    throw PairError(
      .unsupported, "the branch \(order.branch) holds commits that no integration made (\(tip.short))",
      hint: "Keep them: git branch -m \(order.branch) another-name")
  }

  /// Moves the plan's branch to all that was merged; not while results have yet to be tried, so that it never loses
  /// what it held for want of time. The log is first: it keeps what the branch held before.
  private func publish(_ integration: Integration, _ order: IntegrationSpec) throws {
    guard integration.mergedCount > 0, !integration.isCutShort else { return }
    let stands = try requireOwnBranch(of: order)
    if stands == integration.tip { return }
    let last = try order.log.events(in: repository).last
    if last?.kind != .published || last?.commit != integration.tip {
      try order.log.append(
        PlanEvent(.published, order.plan, commit: integration.tip), to: repository, by: order.user)
    }
    try repository.swapRef(
      order.branch.ref, from: stands, to: integration.tip, because: "integration of \(order.plan)")
  }

  private func report(
    _ integration: Integration, _ order: IntegrationSpec, before: ObjectID?, redone: [BatchResult.Item],
    isForecast: Bool = false
  ) throws -> IntegrationReport {
    let remotes = try repository.settings(matching: #"^remote\..*\.url$"#)
      .map { String($0.name.dropFirst("remote.".count).dropLast(".url".count)) }
    let isRewritten =
      if let before, integration.mergedCount > 0, !isForecast {
        try !repository.isReachable(before, from: integration.tip)
      } else {
        false
      }
    let isLeftBehind =
      if let before, integration.mergedCount == 0 {
        try !repository.isReachable(before, from: integration.base)
      } else {
        false
      }
    return IntegrationReport(
      description: order.description, name: order.name, revision: order.revision, base: order.base,
      integration: integration, before: before,
      redone: redone, faults: order.faults,
      remote: remotes.contains("origin") ? "origin" : remotes.sorted().first, isForecast: isForecast,
      isRewritten: isRewritten, isLeftBehind: isLeftBehind)
  }
}
