/// Whose home an agent works in.
package enum AgentSetUp: Hashable, Sendable {
  /// The user's, with the login and the settings that the agent keeps there.
  case own
  /// One of the run's own, gone afterwards: all that the agent has is the key in the variable of this name.
  case keyOnly(variable: String)

  package var isPrivate: Bool { self != .own }
}
