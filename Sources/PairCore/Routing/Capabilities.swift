/// What capabilities.yaml says, on top of the built-in profiles.
package struct Capabilities: Hashable, Sendable {
  package let profiles: [AgentProfile]

  /// What agents' models cost. Not part of the profiles: routing goes by `cost_per_1k_tokens`.
  package let prices: [AgentName: PriceList]

  /// How many tasks agents may work on at a time; none for those that nothing limits.
  package let maxParallel: [AgentName: Int]

  package init(
    profiles: [AgentProfile], prices: [AgentName: PriceList] = [:], maxParallel: [AgentName: Int] = [:]
  ) {
    self.profiles = profiles
    self.prices = prices
    self.maxParallel = maxParallel
  }

  /// The profiles that hold without a file.
  package static let builtIn = Capabilities(profiles: AgentProfile.builtIn)

  package var names: [AgentName] { profiles.map(\.name) }
}
