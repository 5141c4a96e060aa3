/// The one table from what a task is like to the words of capabilities.yaml: what helps with it, and what gets
/// in its way. Of its free words these count, and those that a task demands by its own `requires:` key.
package enum CapabilityNeed: String, Hashable, Sendable, Codable, CaseIterable {
  case architectureDesign = "architecture-design"
  case complexReasoning = "complex-reasoning"
  case codeReview = "code-review"
  case refactoring
  case fileOperations = "file-operations"
  case rapidIteration = "rapid-iteration"
  case documentation
  /// Every run goes without a person: an agent that is weak in that suffers, and none gains.
  case headlessOperation = "headless-operation"

  /// What a task of `type` needs on `branch` of the tree, the most important first.
  package static func needs(on branch: DecisionTree, of type: TaskType) -> [CapabilityNeed] {
    switch branch {
    case .design: [.architectureDesign, .complexReasoning]
    case .review: [.codeReview]
    case .bulkRefactoring: [.refactoring, .fileOperations]
    case .rapidImplementation: [.rapidIteration]
    case .complexImplementation: [.complexReasoning]
    case .other: type == .docs ? [.documentation] : [.complexReasoning]
    }
  }

  /// The words that mean it, among strengths and weaknesses alike.
  package var words: [String] {
    switch self {
    case .architectureDesign: ["architecture-design", "architecture"]
    case .fileOperations: ["file-operations", "bulk-file-operations"]
    case .headlessOperation: ["headless-operation", "automation"]
    case .complexReasoning, .codeReview, .refactoring, .rapidIteration, .documentation: [rawValue]
    }
  }

  func isAmong(_ capabilities: [String]) -> Bool { capabilities.contains { words.contains($0.lowercased()) } }

  /// Whether `capabilities` have what a task calls `word`: by the table, else by the same word.
  static func isMet(_ word: String, by capabilities: [String]) -> Bool {
    let folded = word.lowercased()
    if let need = allCases.first(where: { $0.words.contains(folded) }) { return need.isAmong(capabilities) }
    return capabilities.contains { $0.lowercased() == folded }
  }
}
