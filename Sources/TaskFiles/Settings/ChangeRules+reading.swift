import PairCore

extension ChangeRules {
  /// Reads `changes:`, such as `{protected: refuse, out-of-scope: flag}`.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at an unknown key or word.
  init(reading node: YAMLNode) throws(PairError) {
    self = .standard
    try node.requireKeys(["protected", "out-of-scope"], of: "changes")
    protectedPaths = try node.severity("protected") ?? protectedPaths
    outOfScope = try node.severity("out-of-scope") ?? outOfScope
  }
}

extension YAMLNode {
  /// What happens to a change: `allow` only notes it, `flag` lets the review block, `refuse` fails the run.
  fileprivate func severity(_ key: String) throws(PairError) -> Finding.Severity? {
    guard let node = self[key] else { return nil }
    switch try node.requireText(key) {
    case "allow": return .note
    case "flag": return .block
    case "refuse": return .refuse
    default: throw node.mismatch(key, "must be allow, flag or refuse")
    }
  }
}
