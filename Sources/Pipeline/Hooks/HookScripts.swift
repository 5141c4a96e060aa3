import PairCore

/// The scripts that are installed, with what they have to know written into them.
package struct HookScripts: Sendable {
  private let inCheckout: String
  private let onServer: String
  private let program: String

  /// The texts of `hooks/post-commit` and `hooks/post-receive`, and where this program lies.
  package init(inCheckout: String, onServer: String, program: String) {
    self.inCheckout = inCheckout
    self.onServer = onServer
    self.program = program
  }

  func text(of hook: HookName) -> String {
    let template = hook == .postReceive ? onServer : inCheckout
    return [("@EVENT@", hook.rawValue), ("@BPSAI_PAIR@", program)].reduce(template) {
      $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: HookScripts.quoted($1.1))
    }
  }

  /// What stands between single quotes in sh(1).
  static func quoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
  }
}

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
