/// How much an agent may do in its worktree without asking.
package enum RunMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// Reads only; its final message is the result. A review is `plan` with another prompt.
  case plan
  /// Edits files, runs no commands.
  case autoEdit = "auto-edit"
  /// Edits files and runs the commands that the project declared.
  case auto
  /// Edits files and runs what it likes.
  case fullAuto = "full-auto"

  /// Whether the agent leaves changes in its worktree.
  package var writes: Bool { self != .plan }
}
