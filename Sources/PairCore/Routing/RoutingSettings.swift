/// What a team may set about routing, under `orchestrate: routing:` in `.paircoder/config.yaml`.
public struct RoutingSettings: Hashable, Sendable, Codable {
  public var weights: ScoreWeights
  /// The highest complexity, from 0 to 100, that counts as low.
  public var lowComplexity: Int
  /// The highest complexity that counts as medium; above it is high.
  public var mediumComplexity: Int

  public init(
    weights: ScoreWeights = ScoreWeights(), lowComplexity: Int = 30, mediumComplexity: Int = 60
  ) {
    self.weights = weights
    self.lowComplexity = lowComplexity
    self.mediumComplexity = mediumComplexity
  }

  func level(of points: Int) -> Level {
    points <= lowComplexity ? .low : points <= mediumComplexity ? .medium : .high
  }
}

/// What each factor of the score counts for. Only their proportions matter.
public struct ScoreWeights: Hashable, Sendable, Codable {
  public var strength: Double
  public var cost: Double
  public var context: Double
  public var availability: Double
  public var preference: Double

  public init(
    strength: Double = 40, cost: Double = 20, context: Double = 20, availability: Double = 10,
    preference: Double = 10
  ) {
    self.strength = strength
    self.cost = cost
    self.context = context
    self.availability = availability
    self.preference = preference
  }

  public var sum: Double { strength + cost + context + availability + preference }
}
