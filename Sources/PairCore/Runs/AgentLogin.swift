/// Where an agent's access to its model comes from, as far as that can be seen without asking anybody. Holds
/// no secret.
package enum AgentLogin: Hashable, Sendable {
  /// A variable of the environment, by its name. Whether what it holds is valid, only the model's provider
  /// knows.
  case variable(String)
  /// A login that the agent keeps, in this file.
  case file(String)
  case missing
  /// The agent needs none.
  case notNeeded
  /// It cannot be seen, and why.
  case unknown(String)
}
