import Git
import Ledger
import PairCore
import TaskFiles

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
