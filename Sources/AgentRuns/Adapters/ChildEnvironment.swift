import Git
package import PairCore

/// What of this program's environment the programs inherit that it starts: agents, checks, set-up commands, recipes,
/// and git where that runs filters. What no list names stays out.
package enum ChildEnvironment {
  /// The variables of `environment` that programs commonly need and that hold no credential, and:
  ///
  /// - Parameters:
  ///   - settings: what else the program reads, where it holds no credential.
  ///   - keys: what it gets whatever that holds: its own keys, and what the user approved.
  package static func inherited(
    from environment: [String: String], settings: [VariablePattern] = [], keys: [VariablePattern] = []
  ) -> [String: String] {
    environment.filter { name, value in
      let folded = name.uppercased()
      let isCommon = CommonVariables.names.contains(folded)
      if folded.hasPrefix("BPSAI_PAIR_") { return false }
      // Not where git works for the caller: a hook's GIT_DIR, GIT_INDEX_FILE.
      if folded.hasPrefix("GIT_"), !isCommon, !GitCommand.keeps(folded) { return false }
      if keys.contains(where: { $0.covers(name) }) { return true }
      if Redaction.isCredential(value: value) { return false }
      return isCommon
        || !Redaction.isCredential(name, value: value)
          && (CommonVariables.beginnings + settings).contains { $0.covers(name) }
    }
  }
}
