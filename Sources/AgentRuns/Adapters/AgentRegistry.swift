import Host
package import PairCore

/// The agents that this program can drive.
package enum AgentRegistry {
  package static let adapters: [any AgentAdapter] = [
    ClaudeAdapter(), CodexAdapter(), CursorAdapter(), RecipeAdapter(),
  ]

  /// - Parameter profiles: what capabilities.yaml says of agents; those with a command are run by it.
  package static func adapter(for name: AgentName, among profiles: [AgentProfile]) -> (any AgentAdapter)? {
    if let known = adapters.first(where: { $0.name == name }) { return known }
    return profiles.first { $0.name == name }?.command.map {
      TemplateAdapter(name, $0, reader: reader(of: $0))
    }
  }

  /// A project's own command may print what one of the known agents prints.
  private static func reader(
    of template: CommandTemplate
  ) -> @Sendable (AgentSession?) -> any AgentEventReader {
    switch template.output {
    case .plain: { _ in PlainReader() }
    case .claudeStreamJSON: { ClaudeStreamReader(resuming: $0) }
    case .codexJSONL: { CodexStreamReader(resuming: $0) }
    }
  }

  /// Returns the absolute path of the first of `programNames` that `path`, a PATH, leads to.
  package static func find(_ programNames: [String], path: String) -> String? {
    let path = SearchPath(path)
    for name in programNames {
      if let found = path.candidates(name).first(where: Files.isExecutable) { return found }
    }
    return nil
  }
}
