/// What this machine knows of an agent.
public struct AgentPresence: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case installed
    case notInstalled = "not-installed"
    /// This program cannot run it without a person.
    case noHeadlessAdapter = "no-headless-adapter"
    /// Its command line comes out of the repository, and the user has not approved it.
    case commandNotApproved = "command-not-approved"
  }

  /// A fault that is known to last for a while, such as a rate limit.
  public struct Illness: Hashable, Sendable, Codable {
    public let until: Timestamp
    /// One line for people.
    public let reason: String

    public init(until: Timestamp, reason: String) {
      self.until = until
      self.reason = reason
    }

    /// "rate limited, until 2026-01-01T00:00:00Z"
    var words: String { "\(reason), until \(until)" }
  }

  public let name: AgentName
  public let state: State
  /// Nil for an agent of which nothing bad is known.
  public let illness: Illness?

  public init(name: AgentName, state: State, illness: Illness? = nil) {
    self.name = name
    self.state = state
    self.illness = illness
  }
}

/// Whether a task brings a recipe, and whether the user approved that exact text.
public enum RecipeState: String, Hashable, Sendable, Codable {
  case none, approved, unapproved
}
