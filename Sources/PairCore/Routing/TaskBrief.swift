/// What routing reads of a task: its head, its title, the files that it names, how long it is. Everything
/// else in the text stays out of the decision, so that a task about reviews is not taken for a review.
public struct TaskBrief: Hashable, Sendable, Codable {
  public let id: TaskID
  public let title: String
  public let source: TaskSource
  public var metadata: TaskMetadata
  /// Paths and globs listed under "Files to Create/Modify" or a heading like it.
  public let declaredFiles: [String]
  /// The first sentence under "Objective" or a heading like it; nil where there is none.
  public let objective: String?
  public let sizeInBytes: Int

  public init(of task: AgentTask) {
    self.id = task.id
    self.title = task.title
    self.source = task.source
    self.metadata = task.metadata
    self.declaredFiles = task.declaredFiles
    self.objective = task.objective
    self.sizeInBytes = task.text.utf8.count
  }
}

extension AgentTask {
  private static let objectiveHeadings: Set<String> = [
    "objective", "objectives", "goal", "goals", "purpose", "summary", "description", "overview", "what",
  ]

  fileprivate var objective: String? {
    let section = sections.first { AgentTask.objectiveHeadings.contains($0.heading.trimmed.lowercased()) }
    let line = section?.body.split(whereSeparator: \.isNewline).lazy.map(\.trimmed).first {
      !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("```")
    }
    guard let line else { return nil }
    let text = line.drop { !$0.isAnyLetter && $0 != "`" }
    let sentence = text.prefix { !".:;".contains($0) }.prefix(160)
    return sentence.isEmpty ? nil : String(sentence)
  }
}
