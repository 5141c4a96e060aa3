/// The name of an agent, such as `claude-code`.
public struct AgentName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static let claudeCode = AgentName("claude-code")
  public static let codexCLI = AgentName("codex-cli")
  public static let cursor = AgentName("cursor")
  /// Carries out the recipe that a task brings; needs no model.
  public static let recipe = AgentName("recipe")

  /// What people also call the agents (`--prefer claude` means claude-code).
  private static let aliases: [String: AgentName] = [
    "claude": .claudeCode, "claudecode": .claudeCode,
    "codex": .codexCLI, "openai-codex": .codexCLI,
    "cursor-agent": .cursor, "cursor-cli": .cursor,
  ]

  /// The agent among `known` that a person means by `text`.
  ///
  /// - Throws: `PairError` of kind `usage` that lists the known names.
  public static func resolve(_ text: String, among known: [AgentName]) throws(PairError)
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

  public var description: String { text }
  public static func < (a: AgentName, b: AgentName) -> Bool { a.text < b.text }
}

extension AgentName: RawRepresentable, Codable {
  public init(rawValue: String) { self.init(rawValue) }
  public var rawValue: String { text }
}
