import Git
import Host
import Ledger
package import PairCore
import TaskFiles

/// What hooks make of a changed task, by the rules that hold now.
package struct HookStatus: Hashable, Sendable {
  package let rules: HookRules
  /// What may be spent in a day; nil without a limit.
  package let daily: Dollars?
  /// Why no worker starts though the mode is `run`; nil where one does, or the mode is another.
  package let obstacle: String?
  /// Who works on the queue; nil when nobody does.
  package let worker: String?
  /// How many tasks wait.
  package let waiting: Int

  /// Reads the rules from HEAD, as the hooks do; before the first commit from the checkout.
  package init(in workspace: Workspace) throws {
    let head = try workspace.repository.head().commit
    let config = try workspace.settings(at: head).config
    let lock = Worker.lockPath(in: workspace.repository)
    rules = config.hooks
    daily = config.budget.daily
    obstacle = rules.mode == .run ? try head.flatMap { try WorkerBlocker(at: $0, in: workspace)?.words } : nil
    worker = try FileLock.isHeld(lock) ? FileLock.holder(of: lock) ?? "a process" : nil
    waiting = try Ledger.states(in: workspace.repository).values.count(where: \.isQueued)
  }
}
