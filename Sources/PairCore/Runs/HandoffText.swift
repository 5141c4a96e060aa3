/// A handoff note written out, each of its long parts cut to a length.
struct HandoffText {
  let note: HandoffNote
  /// In bytes.
  let longestPart: Int
  private var assignment: Assignment { note.assignment }
  private var outcome: RunOutcome { note.outcome }

  func text(withFrontMatter: Bool) -> String {
    let title =
      "# Handoff: \(assignment.task) \(note.redaction.redacted(assignment.title).escapedForTerminal())"
    return ((withFrontMatter ? [frontMatter] : []) + [title, state] + sections).joined(separator: "\n\n")
      + "\n"
  }

  private var frontMatter: String {
    let end =
      switch outcome.end {
      case .committed(let commit): ["state: committed", "commit: \(commit)"]
      case .failed(let failure): ["state: failed", "failure: \(failure.kind.rawValue)"]
      }
    let lines =
      [
        "schema: bpsai-pair/handoff/1",
        "task: \(quoted(assignment.task.text))",
        "run: \(quoted(assignment.run.text))",
        "agent: \(quoted(outcome.agent.text))",
        "mode: \(outcome.mode.rawValue)",
        "base: \(assignment.base)",
        "cost_usd: \(outcome.costInUSD.fixed(digits: 4))",
        "spent_usd: \(note.spentInUSD.fixed(digits: 4))",
      ] + end + (outcome.session.map { ["session: \(quoted($0))"] } ?? [])
      + (outcome.model.map { ["model: \(quoted($0))"] } ?? [])
    return "---\n" + lines.joined(separator: "\n") + "\n---"
  }

  private var state: String {
    let who = "\(outcome.agent.text.escapedForTerminal(limit: 60)) (\(outcome.mode.rawValue))"
    let whose = outcome.author.map {
      "; it changed nothing, and the work is \($0.text.escapedForTerminal(limit: 60))'s"
    }
    let rest = "\(whose ?? ""); \(note.spentInUSD.inDollars) in all so far."
    return switch outcome.end {
    case .committed(let commit): "\(who) worked on it and its result is \(commit.short)\(rest)"
    case .failed(let failure) where failure.kind == .cancelled:
      "\(who) worked on it until a person stopped it\(rest)"
    case .failed(let failure): "\(who) worked on it and failed (\(failure.kind.rawValue))\(rest)"
    }
  }

  private var sections: [String] {
    var sections: [String] = []
    func add(_ heading: String, _ body: String) { sections.append("## \(heading)\n\n\(body)") }
    if let words = note.words, !words.trimmed.isEmpty {
      add("Note from the person who hands over", quote(note.redaction.redacted(words)))
    }
    if let returned = note.returned { add("Why its result is to be made anew", quote(cut(returned))) }
    if let failure = outcome.failure {
      add("What stopped it", quote(cut("\(failure.kind.rawValue): \(failure.detail)")))
    }
    if !outcome.changedPaths.isEmpty {
      add("Files changed", bullets(outcome.changedPaths.map { "`\($0)`" }))
    }
    if let words = outcome.finalMessage, !words.trimmed.isEmpty {
      add("The agent's last words", quote(cut(words)))
    }
    let open = note.criteria.filter { !$0.isTicked }
    if !open.isEmpty { add("Acceptance criteria not ticked", bullets(open.map(\.text))) }
    if !outcome.findings.isEmpty { add("Findings", bullets(outcome.findings.map(describe))) }
    if !note.checks.isEmpty { add("How to verify", bullets(note.checks.map(describe))) }
    if let remarks = outcome.remarks { add("Remarks", bullets(remarks)) }
    return sections
  }

  private func describe(_ finding: Finding) -> String {
    let place = [finding.path, finding.line.map(String.init)].compactMap { $0 }
    return "\(place.joined(separator: ":")): \(finding.message) (\(finding.rule.rawValue))"
  }

  private func describe(_ check: Check) -> String {
    let result = outcome.checks.first { $0.name == check.name }
    return "\(check.name): `\(check.run)` (\(result.map { $0.passed ? "passed" : "failed" } ?? "not run"))"
  }

  private func bullets(_ lines: [String]) -> String {
    var shown: [String] = []
    var room = longestPart
    for line in lines {
      let bullet = "- \(redacted(line, inBytes: 1 << 14).escapedForTerminal(limit: 2_000))"
      room -= bullet.utf8.count
      if room < 0 { break }
      shown.append(bullet)
    }
    if shown.count < lines.count { shown.append("- … (\(lines.count - shown.count) more)") }
    return shown.joined(separator: "\n")
  }

  /// The beginning of `text` without credentials: far more than is shown, so that none is shown cut in two.
  private func redacted(_ text: String, inBytes limit: Int) -> String {
    note.redaction.redacted(text.prefix(inBytes: limit))
  }

  /// `text` without credentials and, where it is long, without its end.
  private func cut(_ text: String) -> String {
    let redacted = redacted(text, inBytes: 1 << 18)
    let shown = redacted.prefix(inBytes: longestPart)
    if shown.utf8.count == redacted.utf8.count { return redacted }
    return shown + "\n… (\(text.utf8.count - shown.utf8.count) bytes more)"
  }

  /// As a block quote, so that headings and fences in an agent's words stay its own.
  private func quote(_ words: String) -> String {
    words.trimmed.linesByAnyEnd.map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")
  }

  /// A double-quoted YAML scalar.
  private func quoted(_ text: String) -> String {
    let shown = redacted(text, inBytes: 1_000).unicodeScalars.prefix(200).map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      default: scalar.properties.generalCategory == .control ? " " : String(scalar)
      }
    }
    return "\"\(shown.joined())\""
  }
}

extension String {
  /// As many whole characters of Unicode from the start as have at most `limit` bytes.
  fileprivate func prefix(inBytes limit: Int) -> String {
    var end = utf8.index(utf8.startIndex, offsetBy: limit, limitedBy: utf8.endIndex) ?? utf8.endIndex
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
