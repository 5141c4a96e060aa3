/// What a team may set about routing, under `orchestrate: routing:` in `.paircoder/config.yaml`.
package struct RoutingSettings: Hashable, Sendable, Codable {
  package var weights: ScoreWeights
  /// The highest complexity, from 0 to 100, that counts as low.
  package var lowComplexity: Int
  /// The highest complexity that counts as medium; above it is high.
  package var mediumComplexity: Int

  package init(
    weights: ScoreWeights = ScoreWeights(), lowComplexity: Int = ComplexityLevels().low,
    mediumComplexity: Int = ComplexityLevels().medium
  ) {
    self.weights = weights
    self.lowComplexity = lowComplexity
    self.mediumComplexity = mediumComplexity
  }

  package var levels: ComplexityLevels { ComplexityLevels(low: lowComplexity, medium: mediumComplexity) }
}

/// What each factor of the score counts for. Only their proportions matter.
package struct ScoreWeights: Hashable, Sendable, Codable {
  package var strength: Double
  package var cost: Double
  package var context: Double
  package var availability: Double
  package var preference: Double

  package init(
    strength: Double = 40, cost: Double = 20, context: Double = 20, availability: Double = 10,
    preference: Double = 10
  ) {
    self.strength = strength
    self.cost = cost
    self.context = context
    self.availability = availability
    self.preference = preference
  }

  package var sum: Double { strength + cost + context + availability + preference }
}
