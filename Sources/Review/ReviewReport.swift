package import Git
package import PairCore

/// What a review of an agent's commits found.
package struct ReviewReport: Hashable, Sendable, Codable {
  package static let schema = "bpsai-pair/review/1"

  package let schema: String
  package let task: TaskID
  package let base: ObjectID
  /// The commit that was reviewed: the tip of the result branch.
  package let commit: ObjectID
  /// Without the task's own file.
  package let changedPaths: [String]
  package let findings: [Finding]
  package let checks: [CheckResult]
  /// The agent that was asked for a review beside; nil where none was.
  package let agentReview: AgentReview?

  /// Whether a person must act before the result may be merged.
  package var blocks: Bool { findings.contains { $0.severity != .note } }

  /// Judges what `commit` changes against `base` by `policy`, by the checks that ran on it, and by what an
  /// agent found.
  ///
  /// - Parameter outside: what the agents that made it changed that is not theirs; nil for nothing.
  package init(
    of task: TaskID, from base: ObjectID, to commit: ObjectID, policy: ChangePolicy, taskPath: String?,
    outside: String? = nil, checks: [CheckResult], agentReview: AgentReview? = nil,
    in repository: borrowing Repository
  ) throws {
    let changes = try repository.changes(
      from: repository.tree(of: base), to: repository.tree(of: commit), lines: true)
    let failed = checks.filter { !$0.passed }.map { check in
      Finding(rule: .check, severity: .block, message: "the check '\(check.name)' \(check.detail)")
    }
    let touched = (outside.map { [Finding(rule: .outside, severity: .block, message: $0)] }) ?? []
    self.schema = ReviewReport.schema
    self.task = task
    self.base = base
    self.commit = commit
    self.changedPaths = changes.map(\.path).filter { $0 != taskPath }
    self.findings = touched + policy.judge(changes) + failed + (agentReview?.findings ?? [])
    self.checks = checks
    self.agentReview = agentReview
  }
}
