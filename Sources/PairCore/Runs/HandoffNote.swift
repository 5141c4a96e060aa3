/// What the next agent, or a person, should know about a run, without credentials: front matter, then Markdown.
package struct HandoffNote: Hashable, Sendable {
  package let assignment: Assignment
  package let outcome: RunOutcome
  package let criteria: [AcceptanceCriterion]
  package let checks: [Check]
  /// What all runs of the task cost up to now.
  package let spentInUSD: Double
  /// What the person who hands over has to say; nil for nothing.
  package let words: String?
  /// Why the result could not be integrated, for the agent that makes it again; nil where that is not the matter.
  package let returned: String?
  package let redaction: Redaction

  /// More words of a person are no note. Unlike an agent's, they are never cut.
  package static let wordsLimitInBytes = 8_000

  package init(
    assignment: Assignment, outcome: RunOutcome, criteria: [AcceptanceCriterion], checks: [Check],
    spentInUSD: Double, words: String? = nil, returned: String? = nil, redaction: Redaction
  ) {
    self.assignment = assignment
    self.outcome = outcome
    self.criteria = criteria
    self.checks = checks
    self.spentInUSD = spentInUSD
    self.words = words
    self.returned = returned
    self.redaction = redaction
  }

  /// The note as it is recorded.
  package var text: String { text(in: HandoffFormat()) }

  /// The note for `agent`. Long parts are cut to `limitInBytes`, where less than the agent's own limit is left.
  package func text(for agent: AgentName, limitInBytes: Int = .max) -> String {
    text(in: HandoffFormat(for: agent), limitInBytes: limitInBytes)
  }

  private func text(in format: HandoffFormat, limitInBytes: Int = .max) -> String {
    let limit = min(limitInBytes, format.limitInBytes)
    var text = ""
    for longest in [1 << 16, 1 << 14, 1 << 12, 1 << 10, 1 << 8, 0] {
      text = HandoffText(note: self, longestPart: longest).text(withFrontMatter: format.hasFrontMatter)
      if text.utf8.count <= limit { break }
    }
    return text
  }
}
