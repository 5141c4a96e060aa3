/// What a task is like, as far as choosing an agent is concerned, with the evidence for each finding.
package struct TaskCharacteristics: Hashable, Sendable, Codable {
  package let complexity: Level
  /// The number behind `complexity`, from 0 to 100.
  package let complexityPoints: Int
  package let type: TaskType
  package var scope: TaskScope
  package let risk: Level
  /// Tokens that the whole run is expected to read and write.
  package let estimatedTokens: Int
  package let tokenRange: TokenRange
  package let requiresReasoning: Bool
  package let requiresIteration: Bool
  /// How much of this was stated, in 0…1: 1 where the task's metadata and files say everything.
  package let confidence: Double
  package let evidence: [Evidence]
}

package enum Level: String, Hashable, Sendable, Codable, CaseIterable {
  case low, medium, high
}

/// What kind of work a task is. Chores count as `implement`.
package enum TaskType: String, Hashable, Sendable, Codable, CaseIterable {
  case design, implement, review, refactor, fix, docs, test
}

package enum TaskScope: String, Hashable, Sendable, Codable, CaseIterable {
  case singleFile = "single-file"
  case multiFile = "multi-file"
  case crossModule = "cross-module"
}

/// Why one characteristic has its value.
package struct Evidence: Hashable, Sendable, Codable {
  /// What kind of thing it was read from, the surest first.
  package enum Basis: String, Hashable, Sendable, Codable, CaseIterable {
    /// A field of the task's head.
    case metadata
    /// A list of files, or the tree.
    case files
    /// A sum over sizes.
    case number
    /// The grammar of the title.
    case title
    /// Words of the text.
    case body
    /// Nothing said it.
    case assumption
  }

  /// The characteristic: `type`, `complexity`, …
  package let field: String
  package let value: String
  /// Where it came from: a metadata field, a heading, a path, a number.
  package let because: String
  package let basis: Basis
}

/// Where a team draws the lines through the points of complexity, from 0 to 100.
package struct ComplexityLevels: Hashable, Sendable {
  /// The highest number that counts as low.
  package var low = 30
  /// The highest number that counts as medium; above it is high.
  package var medium = 60

  func level(of points: Int) -> Level { points <= low ? .low : points <= medium ? .medium : .high }
}
