/// What a project tells agents in a file of its own, such as `AGENTS.md`.
package struct ProjectNotes: Hashable, Sendable {
  /// Relative to the top of the repository.
  package let path: String
  package let text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// Agents are passed their text, since what else lies in a repository for them is switched off.
  package static let paths = ["AGENTS.md", "CLAUDE.md"]
}
