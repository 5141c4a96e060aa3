import PairCore

extension RoutingSettings {
  /// Reads `routing:`, such as
  ///
  ///     weights: {strength: 40, cost: 20, context: 20, availability: 10, preference: 10}
  ///     complexity: {low: 30, medium: 60}
  ///
  /// What is left out keeps its usual value.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at an unknown key, a weight below 0, weights that are all
  ///   0, or limits of complexity that are not whole numbers in order between 0 and 100.
  init(reading node: YAMLNode) throws(PairError) {
    self = .standard
    try node.requireKeys(["weights", "complexity"], of: "routing")
    if let weights = node["weights"] { try read(weights: weights) }
    if let limits = node["complexity"] { try read(limits: limits) }
  }

  private mutating func read(weights node: YAMLNode) throws(PairError) {
    let keys: [(String, WritableKeyPath<ScoreWeights, Double>)] = [
      ("strength", \.strength), ("cost", \.cost), ("context", \.context), ("availability", \.availability),
      ("preference", \.preference),
    ]
    try node.requireKeys(keys.map(\.0), of: "weights")
    for (key, path) in keys {
      guard let weight = try node.double(key) else { continue }
      guard (0...1_000_000).contains(weight) else {
        throw (node[key] ?? node).mismatch(key, "must be from 0 to 1000000")
      }
      weights[keyPath: path] = weight
    }
    if weights.sum <= 0 { throw PairError(.invalidInput, "the weights are all 0", at: node.location) }
  }

  private mutating func read(limits node: YAMLNode) throws(PairError) {
    try node.requireKeys(["low", "medium"], of: "complexity")
    lowComplexity = try node.int("low") ?? lowComplexity
    mediumComplexity = try node.int("medium") ?? mediumComplexity
    guard 0 <= lowComplexity, lowComplexity <= mediumComplexity, mediumComplexity <= 100 else {
      throw PairError(
        .invalidInput,
        "the limits of complexity must be 0 ≤ low ≤ medium ≤ 100, not low \(lowComplexity) and medium \(mediumComplexity)",
        at: node.location,
        hint: "Each is the highest number that still counts as that: {low: 30, medium: 60}.")
    }
  }
}
