import Git
import PairCore

/// What an agent, or a check, may inherit from the environment of this program.
package enum ChildEnvironment {
  /// `environment` without where git works for the caller (a hook's GIT_DIR, GIT_INDEX_FILE), this program's
  /// own settings, and credentials, but for those whose names begin with one of `prefixes`.
  package static func scrubbed(
    _ environment: [String: String], keeping prefixes: [String] = []
  ) -> [String: String] {
    environment.filter { name, value in
      let folded = name.uppercased()
      if folded.hasPrefix("GIT_") { return GitCommand.keeps(folded) }
      if folded.hasPrefix("BPSAI_PAIR_") { return false }
      return prefixes.contains { folded.hasPrefix($0) } || !Redaction.isCredential(folded, value: value)
    }
  }
}
