/// What routing reads of a task. Everything else in the text stays out of the decision, so that a task about
/// reviews is not taken for a review.
package struct TaskBrief: Hashable, Sendable, Codable {
  package let id: TaskID
  package let title: String
  package let source: TaskSource
  package var metadata: TaskMetadata
  /// Paths and globs listed under "Files to Create/Modify" or a heading like it.
  package let declaredFiles: [String]
  /// The first sentence under "Objective" or a heading like it; nil where there is none.
  package let objective: String?
  package let sizeInBytes: Int

  package init(of task: AgentTask) {
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
