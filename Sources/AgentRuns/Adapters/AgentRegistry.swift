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
      TemplateAdapter(name: name, template: $0, reader: reader(of: $0))
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
    return programNames.flatMap { path.candidates($0) }.first(where: Files.isExecutable)
  }

  /// Whether `path`, a PATH, leads to the agent of `profile`; says nothing of approvals.
  package static func state(of profile: AgentProfile, path: String) -> AgentPresence.State {
    guard let adapter = adapter(for: profile.name, among: [profile]) else { return .noHeadlessAdapter }
    return find(adapter.programNames, path: path) == nil ? .notInstalled : .installed
  }

  /// - Throws: `PairError` of kind `noAgent` for an agent that this program cannot drive.
  package static func require(
    _ name: AgentName, among profiles: [AgentProfile]
  ) throws(PairError) -> any AgentAdapter {
    if let adapter = adapter(for: name, among: profiles) { return adapter }
    throw PairError(.noAgent, "\(name) cannot be run without a person yet")
  }

  /// - Throws: `PairError` of kind `noAgent` when the agent's program is not on `path`.
  package static func requireProgram(of adapter: any AgentAdapter, path: String) throws(PairError) -> String {
    if let program = find(adapter.programNames, path: path) { return program }
    throw PairError(
      .noAgent,
      "\(adapter.name) is not installed: no '\(adapter.programNames.joined(separator: "' or '"))' on PATH")
  }
}
