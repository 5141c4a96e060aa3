/// What a model's tokens cost, in US dollars per million.
package struct TokenPrice: Hashable, Sendable {
  /// Of input that was not read from the provider's cache; what was written to it included.
  package let input: Double
  /// Of input that was read from the provider's cache.
  package let cachedInput: Double
  /// Of output, reasoning included.
  package let output: Double

  package init(input: Double, cachedInput: Double, output: Double) {
    self.input = input
    self.cachedInput = cachedInput
    self.output = output
  }

  package func costInUSD(of usage: Usage) -> Double {
    (Double(usage.inputTokens) * input + Double(usage.cachedInputTokens) * cachedInput
      + Double(usage.outputTokens) * output) / 1_000_000
  }
}

/// What one agent's models cost: `prices:` of the agent in capabilities.yaml.
package struct PriceList: Hashable, Sendable {
  /// By the model's name.
  package let models: [String: TokenPrice]
  /// For models without a price of their own; nil where it is `cost_per_1k_tokens`.
  package let standard: TokenPrice?

  package init(models: [String: TokenPrice] = [:], standard: TokenPrice? = nil) {
    self.models = models
    self.standard = standard
  }

  /// Every price with its model, in the order of the names; `default` stands for the others.
  package var all: [(model: String, price: TokenPrice)] {
    models.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + (standard.map { [("default", $0)] } ?? [])
  }

  package var isEmpty: Bool { models.isEmpty && standard == nil }

  /// The price of `model`: its own, that of the name without the date at its end
  /// (`claude-sonnet-4-5-20250929`), else the standard one; nil where there is none.
  package func price(of model: String?) -> TokenPrice? {
    guard let model else { return standard }
    return models[model] ?? models[PriceList.withoutDate(model)] ?? standard
  }

  /// Providers put the day of a version behind a model's name: `-20250929` or `-2025-09-29`.
  private static func withoutDate(_ model: String) -> String {
    model.replacing(#/-([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})$/#, with: "")
  }
}
