/// The form of a handoff note for those who read it.
package struct HandoffFormat: Hashable, Sendable {
  package private(set) var limitInBytes = 64 << 10
  private(set) var hasFrontMatter = true

  /// - Parameter agent: nil for the log, and for people.
  package init(for agent: AgentName? = nil) {
    switch agent {
    case .claudeCode?: limitInBytes = 128 << 10
    // Codex takes no more of such instructions (`project_doc_max_bytes`), and has no use for front matter.
    case .codexCLI?: (limitInBytes, hasFrontMatter) = ((32 << 10) - 1, false)
    default: break
    }
  }
}
