/// An agent's own conversation, which a run goes on with.
package struct AgentSession: Hashable, Sendable, Codable {
  package let id: String
  /// What its runs had used so far. Agents count over the whole session, and a run pays for its own part.
  package let used: Usage

  package init(id: String, used: Usage) {
    self.id = id
    self.used = used
  }

  /// Whether `text` can be passed as an id: an agent can take it neither for an option nor for a path.
  package static func isID(_ text: String) -> Bool {
    text.utf8.count <= 200 && text.utf8.first?.isASCIILetterOrDigit == true
      && text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-_".utf8.contains($0) }
  }
}
