/// What the next agent, or a person, should know about a run: front matter for programs, Markdown for
/// readers.
public struct HandoffNote: Hashable, Sendable {
  public let assignment: Assignment
  public let outcome: RunOutcome
  public let criteria: [AcceptanceCriterion]
  public let checks: [Check]

  public init(
    assignment: Assignment, outcome: RunOutcome, criteria: [AcceptanceCriterion], checks: [Check]
  ) {
    self.assignment = assignment
    self.outcome = outcome
    self.criteria = criteria
    self.checks = checks
  }

  public var text: String {
    ([frontMatter, "# Handoff: \(assignment.task) \(assignment.title.escapedForTerminal())"] + sections)
      .joined(separator: "\n\n") + "\n"
  }

  private var frontMatter: String {
    var lines = [
      "schema: bpsai-pair/handoff/1",
      "task: \(quoted(assignment.task.text))",
      "run: \(quoted(assignment.run.text))",
      "agent: \(quoted(assignment.agent.text))",
      "mode: \(assignment.mode.rawValue)",
      "base: \(assignment.base)",
      "cost_usd: \(outcome.costInUSD.fixed(digits: 4))",
    ]
    switch outcome.end {
    case .committed: lines.append("state: committed")
    case .failed(let failure):
      lines.append("state: failed")
      lines.append("failure: \(failure.kind.rawValue)")
    }
    if let session = outcome.session { lines.append("session: \(quoted(session))") }
    if let model = outcome.model { lines.append("model: \(quoted(model))") }
    return "---\n" + lines.joined(separator: "\n") + "\n---"
  }

  private var sections: [String] {
    var sections: [String] = []
    if let failure = outcome.failure {
      sections.append("## What stopped it\n\n" + quote("\(failure.kind.rawValue): \(failure.detail)"))
    }
    if !outcome.changedPaths.isEmpty {
      sections.append("## Files changed\n\n" + bullets(outcome.changedPaths.map { "`\($0)`" }))
    }
    if let words = outcome.finalMessage, !words.trimmed.isEmpty {
      sections.append("## The agent's last words\n\n" + quote(words))
    }
    let open = criteria.filter { !$0.isTicked }
    if !open.isEmpty {
      sections.append("## Acceptance criteria not ticked\n\n" + bullets(open.map(\.text)))
    }
    if !outcome.findings.isEmpty {
      sections.append("## Findings\n\n" + bullets(outcome.findings.map(describe)))
    }
    if !checks.isEmpty {
      let lines = checks.map { check in
        let result = outcome.checks.first { $0.name == check.name }
        return
          "\(check.name): `\(check.run)` (\(result.map { $0.passed ? "passed" : "failed" } ?? "not run"))"
      }
      sections.append("## How to verify\n\n" + bullets(lines))
    }
    return sections
  }

  private func describe(_ finding: Finding) -> String {
    let place = [finding.path, finding.line.map(String.init)].compactMap { $0 }
    return "\(place.joined(separator: ":")): \(finding.message) (\(finding.rule.rawValue))"
  }

  private func bullets(_ lines: [String]) -> String {
    lines.map { "- \($0.escapedForTerminal(limit: 2_000))" }.joined(separator: "\n")
  }

  /// As a block quote, so that headings and fences in an agent's words stay its own.
  private func quote(_ words: String) -> String {
    words.trimmed.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")
  }

  /// A double-quoted YAML scalar.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      default:
        if scalar.properties.generalCategory == .control {
          quoted += " "
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
