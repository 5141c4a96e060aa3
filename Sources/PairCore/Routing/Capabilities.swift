/// What capabilities.yaml says, on top of the built-in profiles.
public struct Capabilities: Hashable, Sendable {
  public let profiles: [AgentProfile]

  /// What agents' models cost. Not part of the profiles: routing goes by `cost_per_1k_tokens`.
  public let prices: [AgentName: PriceList]

  /// How many tasks agents may work on at a time; none for those that nothing limits.
  public let maxParallel: [AgentName: Int]

  public init(
    profiles: [AgentProfile], prices: [AgentName: PriceList] = [:], maxParallel: [AgentName: Int] = [:]
  ) {
    self.profiles = profiles
    self.prices = prices
    self.maxParallel = maxParallel
  }

  /// The profiles that hold without a file.
  public static let builtIn = Capabilities(profiles: AgentProfile.builtIn)

  public var names: [AgentName] { profiles.map(\.name) }
}
