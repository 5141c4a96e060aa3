/// The status that a task file states.
package struct TaskStatus: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Lower case, `_` between words: `in_progress`.
  package let text: String

  package init(_ text: String) {
    let words = text.trimmed.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }
    self.text = words.joined(separator: "_")
  }

  package static let done = TaskStatus("done")

  /// Whether its work is finished, so that dependents may start.
  package var isFinished: Bool { ["done", "complete", "completed", "integrated", "closed"].contains(text) }

  /// Whether a hook may route the task: waiting to be worked on, not finished, shelved or a draft.
  package var isReady: Bool { ["pending", "ready", "planned", "todo", "queued"].contains(text) }

  package var description: String { text }
}
