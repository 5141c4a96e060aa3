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
