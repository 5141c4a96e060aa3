/// The ways in which a run fails; each has one policy.
package enum FailureClass: String, Hashable, Sendable, Codable, CaseIterable {
  case notInstalled = "not-installed"
  case notAuthenticated = "not-authenticated"
  case rateLimited = "rate-limited"
  case overloaded
  case contextExceeded = "context-exceeded"
  case refused
  case crashed
  case badOutput = "bad-output"
  case timedOut = "timed-out"
  case stalled
  case overBudget = "over-budget"
  case unchanged
  case checksFailed = "checks-failed"
  case outOfScope = "out-of-scope"
  /// Git is in the middle of a merge, a rebase or the like, or files are in conflict.
  case unfinished
  /// The agent worked on another commit than it was given, and its changes cannot be laid on the base.
  case movedBase = "moved-base"
  /// Git refuses to commit what it left, or cannot read it.
  case cannotCommit = "cannot-commit"
  /// A person stopped it.
  case cancelled
}

/// A failure and what is known about it.
package struct Failure: Error, Hashable, Sendable, Codable {
  package let kind: FailureClass
  /// For people: the agent's own words where it said any.
  package let detail: String
  /// When the agent may be asked again, for `rateLimited`, where it said so.
  package let until: Timestamp?

  package init(_ kind: FailureClass, _ detail: String, until: Timestamp? = nil) {
    self.kind = kind
    self.detail = detail
    self.until = until
  }

  package func redacted(by redaction: Redaction) -> Failure {
    Failure(kind, redaction.redacted(detail), until: until)
  }
}
