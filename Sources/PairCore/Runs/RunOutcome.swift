/// How a run ended. A non-zero agent exit is an outcome, not an error.
public struct RunOutcome: Hashable, Sendable, Codable {
  public static let schema = "bpsai-pair/outcome/1"

  public enum End: Hashable, Sendable {
    /// There is a change, it passed what was declared, and the commit exists.
    case committed(ObjectID)
    case failed(Failure)
  }

  public let schema: String
  public let run: RunID
  public let agent: AgentName
  /// The last agent that changed anything; nil where that is the one that the run ended with.
  public let author: AgentName?
  public let mode: RunMode
  public let end: End
  /// The task's acceptance criteria as the run left them; nil for none.
  public let criteria: [AcceptanceCriterion]?
  /// Without the task's own file.
  public let changedPaths: [String]
  public let findings: [Finding]
  public let checks: [CheckResult]
  public let usage: Usage
  public let costInUSD: Double
  public let durationInSeconds: Double
  /// The agent's last words, without credentials.
  public let finalMessage: String?
  public let session: String?
  public let model: String?
  /// What a person should know of the run beside how it ended; nil for none.
  public let remarks: [String]?
  /// The ref that keeps what a failed run left; nil when it left nothing.
  public private(set) var snapshot: String?

  /// - Parameter redaction: hides the credentials in the agent's words.
  public init(
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

  /// The same outcome, with the ref that keeps what the run left beside it.
  public func keeping(_ snapshot: String?) -> RunOutcome {
    var copy = self
    copy.snapshot = snapshot
    return copy
  }

  public var failure: Failure? {
    if case .failed(let failure) = end { failure } else { nil }
  }

  public var commit: ObjectID? {
    if case .committed(let commit) = end { commit } else { nil }
  }
}

/// As JSON: `{"state": "committed", "commit": …}` or `{"state": "failed", "failure": {…}}`.
extension RunOutcome.End: Codable {
  private enum CodingKeys: String, CodingKey {
    case state, commit, failure
  }

  private enum State: String, Codable {
    case committed, failed
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self =
      switch try fields.decode(State.self, forKey: .state) {
      case .committed: .committed(try fields.decode(ObjectID.self, forKey: .commit))
      case .failed: .failed(try fields.decode(Failure.self, forKey: .failure))
      }
  }

  public func encode(to encoder: any Encoder) throws {
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
public struct Check: Hashable, Sendable, Codable {
  public let name: String
  /// Shell text.
  public let run: String
  public let timeoutInSeconds: Int

  public init(name: String, run: String, timeoutInSeconds: Int) {
    self.name = name
    self.run = run
    self.timeoutInSeconds = timeoutInSeconds
  }
}

/// How one check ended on a tree.
public struct CheckResult: Hashable, Sendable, Codable {
  public let name: String
  public let passed: Bool
  /// For people: exit status or signal, and the end of what it printed.
  public let detail: String
  public let durationInSeconds: Double

  public init(name: String, passed: Bool, detail: String, durationInSeconds: Double) {
    self.name = name
    self.passed = passed
    self.detail = detail
    self.durationInSeconds = durationInSeconds
  }
}
