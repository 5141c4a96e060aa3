/// One thing that a check on an agent's change found.
public struct Finding: Hashable, Sendable, Codable {
  public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
    case secret
    case protectedPath = "protected-path"
    case outOfScope = "out-of-scope"
    case check
    /// What an agent found that was asked for a review.
    case review
  }

  public enum Severity: String, Hashable, Sendable, Codable, CaseIterable {
    /// Shown to the reviewer; nothing stops.
    case note
    /// The review fails; the commit may exist.
    case block
    /// The change is not even committed.
    case refuse
  }

  public let rule: Rule
  public let severity: Severity
  /// The file, or nil for a finding about the change as a whole.
  public let path: String?
  /// Counts from one.
  public let line: Int?
  public let message: String

  public init(
    rule: Rule, severity: Severity, path: String? = nil, line: Int? = nil, message: String
  ) {
    self.rule = rule
    self.severity = severity
    self.path = path
    self.line = line
    self.message = message
  }
}
