/// Where an agent's access to its model comes from, as far as that is seen without asking. Holds no secret.
package enum AgentLogin: Hashable, Sendable {
  /// By the name of a variable. Whether what it holds is valid, only the model's provider knows.
  case variable(String)
  /// A login that the agent keeps, in this file.
  case file(String)
  case missing
  case notNeeded
  /// It cannot be seen, and why.
  case unknown(String)
}
