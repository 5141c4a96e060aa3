/// One thing that a check on an agent's change found.
package struct Finding: Hashable, Sendable, Codable {
  package enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
    case secret
    case protectedPath = "protected-path"
    case outOfScope = "out-of-scope"
    case check
    /// What an agent found that was asked for a review.
    case review
    /// Something of the user's changed while the agent worked, and no process of the user's explains it.
    case outside
  }

  package enum Severity: String, Hashable, Sendable, Codable, CaseIterable {
    /// Shown to the reviewer; nothing stops.
    case note
    /// The review fails; the commit may exist.
    case block
    /// The change is not even committed.
    case refuse
  }

  package let rule: Rule
  package let severity: Severity
  /// The file, or nil for a finding about the change as a whole.
  package let path: String?
  /// Counts from one.
  package let line: Int?
  package let message: String

  package init(rule: Rule, severity: Severity, path: String? = nil, line: Int? = nil, message: String) {
    self.rule = rule
    self.severity = severity
    self.path = path
    self.line = line
    self.message = message
  }
}
