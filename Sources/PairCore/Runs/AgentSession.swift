/// An agent's own conversation, which a run goes on with.
public struct AgentSession: Hashable, Sendable {
  public let id: String
  /// What its runs had used so far. Agents count over the whole session, and a run pays for its own part.
  public let used: Usage

  public init(id: String, used: Usage) {
    self.id = id
    self.used = used
  }
}
