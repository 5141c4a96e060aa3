/// What an agent, or a check, may inherit from the environment of this program.
public enum ChildEnvironment {
  /// `environment` without what is not a child's to have: where git works for the caller (a hook's
  /// GIT_DIR, GIT_INDEX_FILE), this program's own settings, and credentials.
  ///
  /// - Parameter prefixes: what the names of the child's own credentials begin with.
  public static func scrubbed(_ environment: [String: String], keeping prefixes: [String] = [])
    -> [String: String]
  {
    environment.filter { name, _ in
      let folded = name.uppercased()
      if folded.hasPrefix("GIT_") { return keepsOfGit(folded) }
      if folded.hasPrefix("BPSAI_PAIR_") { return false }
      return prefixes.contains { folded.hasPrefix($0) } || !looksLikeCredential(folded)
    }
  }

  /// How git reaches and trusts others, and which files configure it; not where it works, nor
  /// configuration that a caller gave to one command (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS).
  private static func keepsOfGit(_ name: String) -> Bool {
    switch name {
    case "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS",
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM":
      true
    default: name.hasPrefix("GIT_SSL_")
    }
  }

  private static func looksLikeCredential(_ name: String) -> Bool {
    ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE"].contains { name.contains($0) }
      || ["_KEY", "_PAT", "APIKEY"].contains { name.hasSuffix($0) }
  }
}
