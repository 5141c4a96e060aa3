import PairCore

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
