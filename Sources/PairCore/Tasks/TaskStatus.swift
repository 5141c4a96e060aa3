/// The status that a task file states.
public struct TaskStatus: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Lower case, `_` between words: `in_progress`.
  public let text: String

  public init(_ text: String) {
    let words = text.trimmed.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }
    self.text = words.joined(separator: "_")
  }

  public static let done = TaskStatus("done")

  /// Whether its work is finished, so that dependents may start.
  public var isFinished: Bool {
    ["done", "complete", "completed", "integrated", "closed"].contains(text)
  }

  /// Whether a hook may route the task: waiting to be worked on, not finished, shelved or a draft.
  public var isReady: Bool { ["pending", "ready", "planned", "todo", "queued"].contains(text) }

  public var description: String { text }
}
