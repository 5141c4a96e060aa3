/// What capabilities.yaml says, on top of the built-in profiles.
public struct Capabilities: Hashable, Sendable {
  public let profiles: [AgentProfile]

  /// What agents' models cost. Not part of the profiles: routing goes by `cost_per_1k_tokens`.
  public let prices: [AgentName: PriceList]

  public init(profiles: [AgentProfile], prices: [AgentName: PriceList] = [:]) {
    self.profiles = profiles
    self.prices = prices
  }

  /// The profiles that hold without a file.
  public static let builtIn = Capabilities(profiles: AgentProfile.builtIn)

  public var names: [AgentName] { profiles.map(\.name) }
}
