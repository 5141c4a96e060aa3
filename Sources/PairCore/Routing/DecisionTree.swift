/// Routing decision tree v1: the first branch that a task fits gives the mode and the strengths that it needs
/// (`CapabilityNeed`). The score alone then picks the agent.
package enum DecisionTree: String, Hashable, Sendable, Codable, CaseIterable {
  case design
  case review
  case bulkRefactoring = "bulk-refactoring"
  case rapidImplementation = "rapid-implementation"
  case complexImplementation = "complex-implementation"
  case other = "default"

  /// The first branch of the tree that `task` fits.
  package init(for task: TaskCharacteristics) {
    self =
      switch task.type {
      case .design: .design
      case .review: .review
      case .refactor: task.scope == .singleFile ? .other : .bulkRefactoring
      case .docs: .other
      case .implement, .fix, .test:
        if task.complexity == .high || task.scope == .crossModule {
          .complexImplementation
        } else {
          task.complexity == .low ? .rapidImplementation : .other
        }
      }
  }

  package var mode: RunMode {
    switch self {
    case .design, .review: .plan
    case .bulkRefactoring: .fullAuto
    case .rapidImplementation: .autoEdit
    case .complexImplementation, .other: .auto
    }
  }

  package var sentence: String {
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
