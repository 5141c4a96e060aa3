/// The hooks of git that this program answers (githooks(5)).
package enum HookName: String, Sendable, CaseIterable {
  case postCommit = "post-commit"
  case postMerge = "post-merge"
  case postRewrite = "post-rewrite"
  case postApplypatch = "post-applypatch"
  case postReceive = "post-receive"

  /// Those that fire in a repository with a working tree, or in a bare one.
  package static func firing(inBare isBare: Bool) -> [HookName] {
    allCases.filter { ($0 == .postReceive) == isBare }
  }
}
