/// What a team may set about routing, under `orchestrate: routing:` in `.paircoder/config.yaml`.
package struct RoutingSettings: Hashable, Sendable, Codable {
  package var weights = ScoreWeights()
  /// The highest complexity, from 0 to 100, that counts as low.
  package var lowComplexity = ComplexityLevels().low
  /// The highest complexity that counts as medium; above it is high.
  package var mediumComplexity = ComplexityLevels().medium

  package var levels: ComplexityLevels { ComplexityLevels(low: lowComplexity, medium: mediumComplexity) }

  package static let standard = RoutingSettings()
}

/// What each factor of the score counts for. Only their proportions matter.
package struct ScoreWeights: Hashable, Sendable, Codable {
  package var strength = 40.0
  package var cost = 20.0
  package var context = 20.0
  package var availability = 10.0
  package var preference = 10.0

  package var sum: Double { strength + cost + context + availability + preference }
}
