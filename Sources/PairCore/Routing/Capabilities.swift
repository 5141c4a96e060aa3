/// What capabilities.yaml says, on top of the built-in profiles.
public struct Capabilities: Hashable, Sendable {
  public let profiles: [AgentProfile]

  public init(profiles: [AgentProfile]) { self.profiles = profiles }

  /// The profiles that hold without a file.
  public static let builtIn = Capabilities(profiles: AgentProfile.builtIn)

  public var names: [AgentName] { profiles.map(\.name) }
}
