/// The name of an agent, such as `claude-code`.
package struct AgentName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static let claudeCode = AgentName("claude-code")
  package static let codexCLI = AgentName("codex-cli")
  package static let cursor = AgentName("cursor")
  /// Carries out the recipe that a task brings; needs no model.
  package static let recipe = AgentName("recipe")

  /// What people also call the agents (`--prefer claude` means claude-code).
  private static let aliases: [String: AgentName] = [
    "claude": .claudeCode, "claudecode": .claudeCode,
    "codex": .codexCLI, "openai-codex": .codexCLI,
    "cursor-agent": .cursor, "cursor-cli": .cursor,
  ]

  /// The agent among `known` that a person means by `text`.
  /// - Throws: `PairError` of kind `usage` that lists the known names.
  package static func resolve(_ text: String, among known: [AgentName]) throws(PairError)
    -> AgentName
  {
    let folded = text.lowercased()
    if let exact = known.first(where: { $0.text.lowercased() == folded }) { return exact }
    if let alias = aliases[folded], known.contains(alias) { return alias }
    let names = known.map(\.text).sorted().joined(separator: ", ")
    throw PairError(
      .usage, "no agent is called '\(text.escapedForTerminal(limit: 60))'",
      hint:
        "Known agents: \(names). Others can be added under 'agents:' in .paircoder/capabilities.yaml."
    )
  }

  package var description: String { text }
  package static func < (a: AgentName, b: AgentName) -> Bool { a.text < b.text }
}

extension AgentName: RawRepresentable, Codable {
  package init(rawValue: String) { self.init(rawValue) }
  package var rawValue: String { text }
}
