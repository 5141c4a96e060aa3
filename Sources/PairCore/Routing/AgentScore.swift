/// How well an agent fits a task, factor by factor. Every factor lies in 0…1.
package struct AgentScore: Hashable, Sendable, Codable {
  package let agent: AgentName
  /// Share of the needed strengths that the agent has, halved for each need among its weaknesses.
  package let strength: Double
  /// The lowest price above nothing among all profiles, over this agent's; 1 for one that costs nothing.
  package let cost: Double
  /// 1 while the estimate fills at most half of the context limit, falling to 0 where it fills it.
  package let context: Double
  /// 1 for `local`, 0.5 for `optional`, 0 when not installed.
  package let availability: Double
  /// 1 when preferred or when nothing is preferred, else 0.
  package let preference: Double
  /// The weighted mean of the factors.
  package let total: Double
  package let estimatedCostInUSD: Double
  /// The needs that the agent's strengths meet.
  package let strongIn: [CapabilityNeed]
  /// The needs that are among its weaknesses.
  package let weakIn: [CapabilityNeed]
  /// Why the agent cannot take the task at all; nil for a candidate.
  package let excluded: Exclusion?

  /// A hard constraint that removes an agent, never merely demotes it.
  package struct Exclusion: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
      case notInstalled = "not-installed"
      case noHeadlessAdapter = "no-headless-adapter"
      case commandNotApproved = "command-not-approved"
      case unhealthy
      case contextTooSmall = "context-too-small"
      case overMaxCost = "over-max-cost"
      case notForRecipes = "not-for-recipes"
      case recipesOnly = "recipes-only"
      case recipeNotApproved = "recipe-not-approved"
      case excludedByTask = "excluded-by-task"
      /// `--agent` names another.
      case notForced = "not-forced"
    }

    package let kind: Kind
    package let reason: String
  }
}
