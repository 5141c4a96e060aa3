/// What an agent is good at and what it costs: one entry under `agents:` in capabilities.yaml.
package struct AgentProfile: Hashable, Sendable, Codable {
  package enum Availability: String, Hashable, Sendable, Codable, CaseIterable {
    /// Expected on every machine of the team.
    case local
    /// Used where it happens to be installed.
    case optional
  }

  package let name: AgentName
  package let strengths: [String]
  package let weaknesses: [String]
  package let costPer1kTokensInUSD: Double
  /// Tokens.
  package let contextLimit: Int
  package let availability: Availability
  /// How to run it; nil for an agent that this program has an adapter for, or cannot run.
  package let command: CommandTemplate?

  package init(
    name: AgentName, strengths: [String], weaknesses: [String], costPer1kTokensInUSD: Double,
    contextLimit: Int, availability: Availability, command: CommandTemplate? = nil
  ) {
    self.name = name
    self.strengths = strengths
    self.weaknesses = weaknesses
    self.costPer1kTokensInUSD = costPer1kTokensInUSD
    self.contextLimit = contextLimit
    self.availability = availability
    self.command = command
  }

  /// The profiles that hold where capabilities.yaml says nothing else.
  package static let builtIn: [AgentProfile] = [
    AgentProfile(
      name: .claudeCode,
      strengths: ["complex-reasoning", "architecture-design", "code-review", "documentation"],
      weaknesses: ["rapid-iteration", "bulk-file-operations"],
      costPer1kTokensInUSD: 0.015, contextLimit: 200_000, availability: .local),
    AgentProfile(
      name: .codexCLI,
      strengths: ["rapid-iteration", "file-operations", "shell-commands", "refactoring"],
      weaknesses: ["complex-reasoning", "architecture"],
      costPer1kTokensInUSD: 0.01, contextLimit: 32_000, availability: .local),
    AgentProfile(
      name: .cursor,
      strengths: ["ide-integration", "interactive-editing", "ui-development"],
      weaknesses: ["headless-operation", "automation"],
      costPer1kTokensInUSD: 0.012, contextLimit: 100_000, availability: .optional),
  ]

  /// Carries out a task's own recipe, and takes exactly the tasks that bring one. It costs nothing, needs no model,
  /// and is no entry of capabilities.yaml.
  package static let recipe = AgentProfile(
    name: .recipe, strengths: ["shell-commands"], weaknesses: [], costPer1kTokensInUSD: 0,
    contextLimit: .max, availability: .local)
}
