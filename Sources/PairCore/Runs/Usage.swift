/// Tokens and money that a run used.
package struct Usage: Hashable, Sendable, Codable {
  /// Those that were not read from the provider's cache; what was written to it included.
  package var inputTokens: Int
  /// Those that were read from the provider's cache; not among `inputTokens`.
  package var cachedInputTokens: Int
  package var outputTokens: Int
  /// As the agent reported it, in US dollars; nil where it reports none.
  package var costInUSD: Double?

  package init(
    inputTokens: Int = 0, cachedInputTokens: Int = 0, outputTokens: Int = 0,
    costInUSD: Double? = nil
  ) {
    self.inputTokens = inputTokens
    self.cachedInputTokens = cachedInputTokens
    self.outputTokens = outputTokens
    self.costInUSD = costInUSD
  }

  /// The reported cost; where the agent reports none, tokens times the price of `model`, else of the agent, else
  /// its `cost_per_1k_tokens`, which knows no price for cached input.
  package func cost(
    for profile: AgentProfile, prices: PriceList = PriceList(), model: String? = nil
  ) -> Double {
    costInUSD ?? prices.price(of: model)?.costInUSD(of: self)
      ?? (Double(inputTokens) + Double(outputTokens)) / 1000 * profile.costPer1kTokensInUSD
  }

  /// Both together. The cost is known where either knows one.
  package static func + (a: Usage, b: Usage) -> Usage {
    Usage(
      inputTokens: a.inputTokens.addingClamped(b.inputTokens),
      cachedInputTokens: a.cachedInputTokens.addingClamped(b.cachedInputTokens),
      outputTokens: a.outputTokens.addingClamped(b.outputTokens),
      costInUSD: a.costInUSD == nil && b.costInUSD == nil
        ? nil : min((a.costInUSD ?? 0) + (b.costInUSD ?? 0), .greatestFiniteMagnitude))
  }

  /// What came on top of `earlier`, never less than nothing: an agent may begin to count again.
  package static func - (total: Usage, earlier: Usage) -> Usage {
    Usage(
      inputTokens: max(0, total.inputTokens.subtractingClamped(earlier.inputTokens)),
      cachedInputTokens: max(0, total.cachedInputTokens.subtractingClamped(earlier.cachedInputTokens)),
      outputTokens: max(0, total.outputTokens.subtractingClamped(earlier.outputTokens)),
      costInUSD: total.costInUSD.map { max(0, $0 - (earlier.costInUSD ?? 0)) })
  }
}
