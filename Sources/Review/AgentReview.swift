package import PairCore

/// How an agent reviewed a result; what it found is among the findings of the whole review.
package struct AgentReview: Hashable, Sendable, Codable {
  package let agent: AgentName
  package let run: RunID
  /// Nil when it gave no valid answer.
  package let verdict: ReviewVerdict?
  /// The agent's own words, without credentials; nil when it gave no valid answer.
  package let summary: String?
  /// Why it gave none.
  package let failure: Failure?
  package let model: String?
  package let usage: Usage
  package let costInUSD: Double
  package let durationInSeconds: Double
  /// What a person should know of it beside that, one sentence each.
  package let remarks: [String]
  /// The ref that keeps what it wrote although it was to read; nil when it wrote nothing.
  package let snapshot: String?
  /// What it found, in the words of every review.
  package let findings: [Finding]

  /// - Parameters:
  ///   - answer: what it answered, or why it gave no valid answer.
  ///   - worktree: absolute path of where it read; agents may name files by it.
  ///   - exists: whether there is something at a path, from the top of the repository.
  package init(
    by agent: AgentName, run: RunID, answer: Result<ReviewAnswer, Failure>, report: AgentReport,
    costInUSD: Double, durationInSeconds: Double, remarks: [String], snapshot: String?, worktree: String,
    redaction: Redaction, exists: (String) -> Bool
  ) {
    self.agent = agent
    self.run = run
    self.model = report.model
    self.usage = report.usage
    self.costInUSD = costInUSD
    self.durationInSeconds = durationInSeconds
    self.snapshot = snapshot
    switch answer {
    case .failure(let reason):
      verdict = nil
      summary = nil
      let reason = reason.redacted(by: redaction)
      failure = reason
      self.remarks = remarks
      findings = [
        Finding(
          rule: .review, severity: .block,
          message: "\(agent) gave no review (\(reason.kind.rawValue)): \(reason.detail)")
      ]
    case .success(let answer):
      let answer = answer.redacted(by: redaction)
      verdict = answer.verdict
      summary = answer.summary
      failure = nil
      let (found, strays) = answer.findings(below: worktree, exists: exists)
      self.remarks = remarks + strays
      // Its verdict stands, whatever it says of each finding.
      let isUnexplained = answer.verdict == .blocks && !found.contains { $0.severity == .block }
      let verdict = Finding(
        rule: .review, severity: .block,
        message: "\(agent) says that it must not be merged: \(answer.summary)")
      findings = isUnexplained ? found + [verdict] : found
    }
  }
}

extension ReviewAnswer {
  /// More findings of one review help nobody.
  private static let mostFindings = 200

  /// The findings on files that there are, and a remark on each of the others.
  fileprivate func findings(
    below worktree: String, exists: (String) -> Bool
  ) -> (findings: [Finding], remarks: [String]) {
    var found: [Finding] = []
    var remarks: [String] = []
    for item in findings.prefix(ReviewAnswer.mostFindings) {
      var path = item.path?.trimmed
      for prefix in [worktree + "/", "./"] where path?.hasPrefix(prefix) == true {
        path?.removeFirst(prefix.count)
      }
      if path?.isEmpty == true { path = nil }
      let message = item.message.trimmed
      if let path, !exists(path) {
        remarks.append(
          "left out, since there is no \(path.escapedForTerminal()): \(message.escapedForTerminal())")
        continue
      }
      found.append(
        Finding(
          rule: .review, severity: item.severity == .block ? .block : .note, path: path,
          line: path == nil ? nil : item.line.flatMap { $0 > 0 ? $0 : nil }, message: message))
    }
    if findings.count > ReviewAnswer.mostFindings {
      remarks.append("left out: \(findings.count - ReviewAnswer.mostFindings) findings more")
    }
    return (found, remarks)
  }
}

extension AgentReview {
  /// The review of what was asked for, `title`, as a Markdown file, for people and for the agent that takes
  /// up what it found. It holds no credentials.
  package func text(titled title: String) -> String {
    let verdict = ReviewVerdict(of: findings)
    var parts = ["# \(title.onOneLine)", "Verdict: \(verdict.rawValue)"]
    if let summary, !summary.trimmed.isEmpty { parts.append(summary.trimmed) }
    if !findings.isEmpty {
      let lines = findings.map { finding in
        let place = [finding.path, finding.line.map(String.init)].compactMap { $0 }.joined(separator: ":")
        let words = finding.message.onOneLine
        return
          "- \(finding.severity == .note ? "note" : "block"): \(place.isEmpty ? "" : "`\(place)`: ")\(words)"
      }
      parts.append("## Findings\n\n" + lines.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}
