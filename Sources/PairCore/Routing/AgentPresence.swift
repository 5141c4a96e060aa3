/// What this machine knows of an agent.
package struct AgentPresence: Hashable, Sendable, Codable {
  package enum State: String, Hashable, Sendable, Codable {
    case installed
    case notInstalled = "not-installed"
    /// This program cannot run it without a person.
    case noHeadlessAdapter = "no-headless-adapter"
    /// Its command line comes out of the repository, and the user has not approved it.
    case commandNotApproved = "command-not-approved"
  }

  package let name: AgentName
  package let state: State
  /// Nil for an agent of which nothing bad is known.
  package let unavailability: AgentUnavailability?

  private enum CodingKeys: String, CodingKey {
    case name, state
    case unavailability = "illness"
  }

  package init(name: AgentName, state: State, unavailability: AgentUnavailability? = nil) {
    self.name = name
    self.state = state
    self.unavailability = unavailability
  }
}

/// Whether a task brings a recipe, and whether the user approved that exact text.
package enum RecipeState: String, Hashable, Sendable, Codable { case none, approved, unapproved }

/// A fault that is known to last for a while, such as a rate limit.
package struct AgentUnavailability: Hashable, Sendable, Codable {
  package let until: Timestamp
  /// One line for people.
  package let reason: String

  package init(until: Timestamp, reason: String) {
    self.until = until
    self.reason = reason
  }

  /// "rate limited, until 2026-01-01T00:00:00Z"
  var words: String { "\(reason), until \(until)" }
}
