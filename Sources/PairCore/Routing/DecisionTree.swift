/// Routing decision tree v1: the first branch that a task fits gives the mode and the strengths that
/// the task needs. The score alone then picks the agent.
public enum DecisionTree: String, Hashable, Sendable, Codable, CaseIterable {
  case design
  case review
  case bulkRefactoring = "bulk-refactoring"
  case rapidImplementation = "rapid-implementation"
  case complexImplementation = "complex-implementation"
  case other = "default"

  /// The first branch of the tree that `task` fits.
  public init(for task: TaskCharacteristics) {
    let isWork = task.type == .implement || task.type == .fix || task.type == .test
    self =
      if task.type == .design {
        .design
      } else if task.type == .review {
        .review
      } else if task.type == .refactor && task.scope != .singleFile {
        .bulkRefactoring
      } else if isWork && task.complexity == .low && task.scope != .crossModule {
        .rapidImplementation
      } else if isWork && (task.complexity == .high || task.scope == .crossModule) {
        .complexImplementation
      } else {
        .other
      }
  }

  public var mode: RunMode {
    switch self {
    case .design, .review: .plan
    case .bulkRefactoring: .fullAuto
    case .rapidImplementation: .autoEdit
    case .complexImplementation, .other: .auto
    }
  }

  /// Capabilities that help with a task of `type` on this branch, in the vocabulary of capabilities.yaml.
  public func neededStrengths(for type: TaskType) -> [String] {
    switch self {
    case .design: ["architecture-design", "complex-reasoning"]
    case .review: ["code-review"]
    case .bulkRefactoring: ["refactoring", "file-operations"]
    case .rapidImplementation: ["rapid-iteration"]
    case .complexImplementation: ["complex-reasoning"]
    case .other: type == .docs ? ["documentation"] : ["complex-reasoning"]
    }
  }

  /// Weaknesses, beyond the needed strengths themselves, that hurt on this branch.
  var hurtfulWeaknesses: [String] {
    switch self {
    case .design: ["architecture"]
    case .bulkRefactoring: ["bulk-file-operations"]
    case .review, .rapidImplementation, .complexImplementation, .other: []
    }
  }

  public var sentence: String {
    switch self {
    case .design: "a design task"
    case .review: "a review"
    case .bulkRefactoring: "bulk refactoring"
    case .rapidImplementation: "rapid implementation"
    case .complexImplementation: "complex implementation"
    case .other: "the default branch"
    }
  }
}
