import Host
public import PairCore

/// The agents that this program can drive.
public enum AgentRegistry {
  public static let adapters: [any AgentAdapter] = [
    ClaudeAdapter(), CodexAdapter(), CursorAdapter(), RecipeAdapter(),
  ]

  /// - Parameter profiles: what capabilities.yaml says of agents; those with a command are run by it.
  public static func adapter(
    for name: AgentName, among profiles: [AgentProfile]
  ) -> (any AgentAdapter)? {
    if let known = adapters.first(where: { $0.name == name }) { return known }
    return profiles.first { $0.name == name }?.command.map { TemplateAdapter(name, $0) }
  }

  /// Returns the absolute path of the first of `programNames` that `path`, a PATH, leads to.
  ///
  /// Relative entries, the empty one included, are skipped: they would lead into whatever the working
  /// directory is, and an agent can leave programs there.
  public static func find(_ programNames: [String], path: String) -> String? {
    let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
    for name in programNames {
      for folder in folders {
        let candidate = folder.hasSuffix("/") ? "\(folder)\(name)" : "\(folder)/\(name)"
        if Files.isExecutable(candidate) { return candidate }
      }
    }
    return nil
  }
}
