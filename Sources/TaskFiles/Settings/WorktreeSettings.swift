package import PairCore

/// What a project sets under `orchestrate: worktrees:`.
package struct WorktreeSettings: Hashable, Sendable {
  /// How many clean worktrees may wait for their next run; none switches the pool off.
  package var poolLimit = 2
  /// Whether what git ignores, such as build caches, stays in a worktree of the pool.
  package var keepsIgnored = false
  /// What is run in a worktree before its agent, in this order.
  package var setup: [Check] = []
}

extension WorktreeSettings {
  /// Larger pools would be a slip of the keyboard: each worktree is a checkout on disk.
  private static let largestPool = 64

  init(reading node: YAMLNode) throws(PairError) {
    try node.requireKeys(["pool", "keep_ignored", "setup"], of: "worktrees")
    let limit = WorktreeSettings.largestPool
    self.init(
      poolLimit: try node.int("pool", in: 0...limit, "must be a number from 0 to \(limit)")
        ?? WorktreeSettings().poolLimit,
      keepsIgnored: try node.bool("keep_ignored") ?? false,
      setup: try ConfigFile.commands("setup", called: "set-up command", in: node))
  }
}
