extension RoutingDecision {
  /// How long the chosen agent is expected to work: a minute, and a second for each hundred tokens; half a minute
  /// for a recipe, 0 where nobody is chosen. Only the order of tasks and the times of a dry run depend on it.
  package var expectedSeconds: Int {
    switch agent {
    case nil: 0
    case .recipe?: 30
    default: 60 + characteristics.estimatedTokens / 100
    }
  }
}
