/// How a run ended. A non-zero agent exit is an outcome, not an error.
package struct RunOutcome: Hashable, Sendable, Codable {
  package static let schema = "bpsai-pair/outcome/1"

  package enum End: Hashable, Sendable {
    /// There is a change, it passed what was declared, and the commit exists.
    case committed(ObjectID)
    case failed(Failure)
  }

  package let schema: String
  package let run: RunID
  package let agent: AgentName
  /// The last agent that changed anything; nil where that is the one that the run ended with.
  package let author: AgentName?
  package let mode: RunMode
  package let end: End
  /// The task's acceptance criteria as the run left them; nil for none.
  package let criteria: [AcceptanceCriterion]?
  /// Without the task's own file.
  package let changedPaths: [String]
  package let findings: [Finding]
  package let checks: [CheckResult]
  package let usage: Usage
  package let costInUSD: Double
  package let durationInSeconds: Double
  /// The agent's last words, without credentials.
  package let finalMessage: String?
  package let session: String?
  package let model: String?
  /// What a person should know of the run beside how it ended; nil for none.
  package let remarks: [String]?
  /// The ref that keeps what a failed run left; nil when it left nothing.
  package var snapshot: String?

  /// - Parameter redaction: hides the credentials in the agent's words.
  package init(
    run: RunID, agent: AgentName, mode: RunMode, end: End, criteria: [AcceptanceCriterion] = [],
    changedPaths: [String] = [],
    findings: [Finding] = [], checks: [CheckResult] = [], report: AgentReport,
    costInUSD: Double, durationInSeconds: Double, remarks: [String] = [], snapshot: String? = nil,
    author: AgentName? = nil, redaction: Redaction = Redaction()
  ) {
    self.schema = RunOutcome.schema
    self.run = run
    self.agent = agent
    self.author = author == agent ? nil : author
    self.mode = mode
    self.end = end
    // The agent may have written in the task's file, too.
    self.criteria =
      criteria.isEmpty
      ? nil
      : criteria.map { AcceptanceCriterion(text: redaction.redacted($0.text), isTicked: $0.isTicked) }
    self.changedPaths = changedPaths
    self.findings = findings
    self.checks = checks
    self.usage = report.usage
    self.costInUSD = costInUSD
    self.durationInSeconds = durationInSeconds
    self.finalMessage = report.finalMessage.map(redaction.redacted)
    self.session = report.session
    self.model = report.model
    self.remarks = remarks.isEmpty ? nil : remarks
    self.snapshot = snapshot
  }

  package var failure: Failure? {
    if case .failed(let failure) = end { failure } else { nil }
  }

  package var commit: ObjectID? {
    if case .committed(let commit) = end { commit } else { nil }
  }
}

/// As JSON: `{"state": "committed", "commit": …}` or `{"state": "failed", "failure": {…}}`.
extension RunOutcome.End: Codable {
  private enum CodingKeys: String, CodingKey { case state, commit, failure }

  private enum State: String, Codable { case committed, failed }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self =
      switch try fields.decode(State.self, forKey: .state) {
      case .committed: .committed(try fields.decode(ObjectID.self, forKey: .commit))
      case .failed: .failed(try fields.decode(Failure.self, forKey: .failure))
      }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .committed(let commit):
      try fields.encode(State.committed, forKey: .state)
      try fields.encode(commit, forKey: .commit)
    case .failed(let failure):
      try fields.encode(State.failed, forKey: .state)
      try fields.encode(failure, forKey: .failure)
    }
  }
}

/// A command that the project declares under `checks:`, and whose success a result needs.
package struct Check: Hashable, Sendable, Codable {
  package let name: String
  /// Shell text.
  package let run: String
  package let timeoutInSeconds: Int

  package init(name: String, run: String, timeoutInSeconds: Int) {
    self.name = name
    self.run = run
    self.timeoutInSeconds = timeoutInSeconds
  }
}

/// How one check ended on a tree.
package struct CheckResult: Hashable, Sendable, Codable {
  package let name: String
  package let passed: Bool
  /// For people: exit status or signal, and the end of what it printed.
  package let detail: String
  package let durationInSeconds: Double

  package init(name: String, passed: Bool, detail: String, durationInSeconds: Double) {
    self.name = name
    self.passed = passed
    self.detail = detail
    self.durationInSeconds = durationInSeconds
  }
}
