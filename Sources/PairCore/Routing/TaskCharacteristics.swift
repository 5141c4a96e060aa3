/// What a task is like, as far as choosing an agent is concerned, with the evidence for each finding.
public struct TaskCharacteristics: Hashable, Sendable, Codable {
  public let complexity: Level
  public let type: TaskType
  public let scope: TaskScope
  public let risk: Level
  /// Tokens that the whole run is expected to read and write.
  public let estimatedTokens: Int
  public let requiresReasoning: Bool
  public let requiresIteration: Bool
  public let evidence: [Evidence]

  public init(
    complexity: Level, type: TaskType, scope: TaskScope, risk: Level, estimatedTokens: Int,
    requiresReasoning: Bool, requiresIteration: Bool, evidence: [Evidence] = []
  ) {
    self.complexity = complexity
    self.type = type
    self.scope = scope
    self.risk = risk
    self.estimatedTokens = estimatedTokens
    self.requiresReasoning = requiresReasoning
    self.requiresIteration = requiresIteration
    self.evidence = evidence
  }
}

public enum Level: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case low, medium, high

  public static func < (a: Level, b: Level) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}

/// What kind of work a task is. Chores count as `implement`.
public enum TaskType: String, Hashable, Sendable, Codable, CaseIterable {
  case design, implement, review, refactor, fix, docs, test
}

public enum TaskScope: String, Hashable, Sendable, Codable, CaseIterable {
  case singleFile = "single-file"
  case multiFile = "multi-file"
  case crossModule = "cross-module"
}

/// Why one characteristic has its value.
public struct Evidence: Hashable, Sendable, Codable {
  /// The characteristic: `type`, `complexity`, …
  public let field: String
  public let value: String
  /// Where it came from: a metadata field, a heading, a path, a number.
  public let because: String

  public init(field: String, value: String, because: String) {
    self.field = field
    self.value = value
    self.because = because
  }
}

/// The files that a task speaks of, looked up in the tree of its base commit.
public struct ResolvedScope: Hashable, Sendable, Codable {
  public struct File: Hashable, Sendable, Codable {
    public let path: String
    public let sizeInBytes: Int

    public init(path: String, sizeInBytes: Int) {
      self.path = path
      self.sizeInBytes = sizeInBytes
    }
  }

  /// Files that stand in the tree.
  public let existing: [File]
  /// Declared paths that do not, most often because the task is to create them.
  public let missing: [String]

  public init(existing: [File], missing: [String]) {
    self.existing = existing
    self.missing = missing
  }

  public static let empty = ResolvedScope(existing: [], missing: [])

  public var paths: [String] { existing.map(\.path) + missing }
}
