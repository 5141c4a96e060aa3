/// The form of a handoff note for those who read it.
package enum HandoffFormat: Hashable, Sendable {
  /// For the log, for people and for agents of which nothing special is known.
  case generic
  case claude
  /// Codex takes no more than 32 KiB of such instructions (`project_doc_max_bytes`), and no front matter.
  case codex

  package init(for agent: AgentName) {
    self =
      switch agent {
      case .claudeCode: .claude
      case .codexCLI: .codex
      default: .generic
      }
  }

  /// How long a note is at most.
  package var limitInBytes: Int {
    switch self {
    case .generic: 64 << 10
    case .claude: 128 << 10
    case .codex: (32 << 10) - 1
    }
  }

  var hasFrontMatter: Bool { self != .codex }
}
