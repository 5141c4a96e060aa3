import Git
import Host
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Merges the results of a plan into its branch, one after the other; what conflicts, or does not pass the checks
  /// once merged, is left out and goes back to an agent that starts from the branch.
  ///
  /// - Parameter request: what is asked of those agents; its base is what the branch starts from.
  /// - Throws: `PairError` of kind `notApproved` for a check, `unsupported` where the branch is not ours to move,
  ///   `tryLater` while another process integrates the plan, `failed` where the base does not pass the checks.
  public func integrate(_ name: String, _ request: Request) async throws -> IntegrationReport {
    let user = try workspace.requireUser()
    let order = try integrationOrder(name, base: request.base, by: user)
    let approvals = try Approvals(of: workspace)
    try approvals.require(order.config.checks)
    try approvals.require(setup: order.config.worktrees.setup)
    let before = try requireOwnBranch(of: order)
    let lock = try order.log.lock(in: repository, holder: holder)
    try await reconcileOthers(by: user)
    var redone: [BatchResult.Item] = []
    var refused: [MergePair: Integration.Reason] = [:]
    var integration = try await fold(order, refused: &refused)
    try publish(integration, order)
    while let part = try nextToRedo(integration, order, after: redone) {
      try await requireSoundBase(integration, part, order)
      redone.append(
        try await redo(part, in: integration, order, request, spent: redone.reduce(0) { $0 + $1.costInUSD }))
      integration = try await fold(order, refused: &refused)
      try publish(integration, order)
    }
    withExtendedLifetime(lock) {}
    return try report(integration, order, before: before, redone: redone)
  }

  /// What `integrate` would merge as the results stand now, without checks; reads, and changes nothing.
  public func integrationForecast(_ name: String, base: String?) async throws -> IntegrationReport {
    let nobody = Signature(name: "Nobody", email: "nobody@example.invalid", time: surroundings.now())
    let order = try integrationOrder(name, base: base, by: nobody)
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
  struct IntegrationOrder: Sendable {
    let description: String
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

  private func integrationOrder(
    _ name: String, base revision: String?, by user: Signature
  ) throws -> IntegrationOrder {
    let base = try baseSide(revision)
    let (tasks, faults) = try library().survey(includingArchived: true)
    let (plans, planFaults) = try plans()
    let selection = try PlanSelection(
      named: name, plans: plans, tasks: tasks, unusable: Set(faults.map(\.id)))
    let errors =
      planFaults + faults.filter { !$0.isArchived || selection.unusable.contains($0.id) }.map(\.error)
    // What has a result is there to be merged: it has its place among what it depends on, finished or not.
    let order = try TaskGraph(of: selection.tasks, again: true).order
    let byID = Dictionary(selection.tasks.map { ($0.id, $0) }) { first, _ in first }
    return IntegrationOrder(
      description: selection.description, plan: selection.id, tasks: order.compactMap { byID[$0] },
      faults: errors, base: base, config: try workspace.config(at: base.commit), user: user)
  }

  /// The tip of the plan's branch; nil where there is none.
  ///
  /// - Throws: `PairError` of kind `unsupported` when a worktree stands on it, or it holds what we did not put there.
  private func requireOwnBranch(of order: IntegrationOrder) throws -> ObjectID? {
    guard let tip = try repository.ref(order.branch.ref) else { return nil }
    try requireNotCheckedOut(order.branch)
    if try order.log.events(in: repository).contains(where: { $0.commit == tip }) { return tip }
    throw PairError(
      .unsupported, "the branch \(order.branch) holds commits that no integration made (\(tip.short))",
      hint: "Keep them: git branch -m \(order.branch) another-name")
  }

  /// Moves the plan's branch to all that was merged. The log is first: it keeps what the branch held before.
  private func publish(_ integration: Integration, _ order: IntegrationOrder) throws {
    guard integration.mergedCount > 0 else { return }
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
    _ integration: Integration, _ order: IntegrationOrder, before: ObjectID?, redone: [BatchResult.Item],
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
    return IntegrationReport(
      description: order.description, base: order.base, integration: integration, before: before,
      redone: redone, faults: order.faults,
      remote: remotes.contains("origin") ? "origin" : remotes.sorted().first, isForecast: isForecast,
      isRewritten: isRewritten)
  }
}
