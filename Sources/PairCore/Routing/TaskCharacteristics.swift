/// What a task is like, as far as choosing an agent is concerned, with the evidence for each finding.
package struct TaskCharacteristics: Hashable, Sendable, Codable {
  package let complexity: Level
  /// The number behind `complexity`, from 0 to 100.
  package let complexityPoints: Int
  package let type: TaskType
  package let scope: TaskScope
  package let risk: Level
  /// Tokens that the whole run is expected to read and write.
  package let estimatedTokens: Int
  package let tokenRange: TokenRange
  package let requiresReasoning: Bool
  package let requiresIteration: Bool
  /// How much of this was stated and how much assumed, in 0…1: 1 where the task's metadata and files
  /// say everything.
  package let confidence: Double
  package let evidence: [Evidence]

  package init(
    complexity: Level, complexityPoints: Int, type: TaskType, scope: TaskScope, risk: Level,
    estimatedTokens: Int, tokenRange: TokenRange, requiresReasoning: Bool, requiresIteration: Bool,
    confidence: Double, evidence: [Evidence]
  ) {
    self.complexity = complexity
    self.complexityPoints = complexityPoints
    self.type = type
    self.scope = scope
    self.risk = risk
    self.estimatedTokens = estimatedTokens
    self.tokenRange = tokenRange
    self.requiresReasoning = requiresReasoning
    self.requiresIteration = requiresIteration
    self.confidence = confidence
    self.evidence = evidence
  }

  /// What `task` is like, from its structure first and its words last.
  ///
  /// - Parameter scope: the files it speaks of, as they stand in its base commit.
  package init(of task: TaskBrief, in scope: ResolvedScope, _ settings: RoutingSettings = RoutingSettings()) {
    let type = TaskType.reading(of: task)
    let points = complexityReading(of: task)
    let level = settings.level(of: points.value)
    let touched = TouchedPaths(scope)
    let extent = TaskScope.reading(of: touched, in: task, type: type.value, level: level)
    let risk = riskReading(of: task, in: scope, touching: touched, type: type.value, level: level)
    let tokens = TokenEstimate(
      of: task, in: scope, type: type.value, extent: extent.value, points: points.value)
    let doubt = Doubt(type: type.basis, complexity: points.basis, scope: extent.basis)
    self.init(
      complexity: level, complexityPoints: points.value, type: type.value, scope: extent.value,
      risk: risk.value, estimatedTokens: tokens.expected, tokenRange: tokens.range,
      requiresReasoning: type.value == .design || type.value == .review || level == .high
        || extent.value == .crossModule,
      requiresIteration: type.value == .fix || type.value == .test || type.value == .refactor
        || (type.value == .implement && level != .low),
      confidence: doubt.confidence,
      evidence: [
        Evidence(field: "type", value: type.value.rawValue, because: type.because, basis: type.basis),
        Evidence(field: "complexity", value: level.rawValue, because: points.because, basis: points.basis),
        Evidence(field: "scope", value: extent.value.rawValue, because: extent.because, basis: extent.basis),
        Evidence(field: "risk", value: risk.value.rawValue, because: risk.because, basis: risk.basis),
        Evidence(
          field: "estimatedTokens", value: String(tokens.expected), because: tokens.because,
          basis: extent.basis),
        Evidence(
          field: "confidence", value: doubt.confidence.inScore, because: doubt.sentence, basis: .number),
      ])
  }
}

package enum Level: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case low, medium, high

  package static func < (a: Level, b: Level) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
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

  package init(field: String, value: String, because: String, basis: Basis) {
    self.field = field
    self.value = value
    self.because = because
    self.basis = basis
  }
}

/// One characteristic as it was read.
struct Reading<Value> {
  let value: Value
  let because: String
  let basis: Evidence.Basis

  init(_ value: Value, _ because: String, _ basis: Evidence.Basis) {
    self.value = value
    self.because = because
    self.basis = basis
  }
}

/// What a task leaves open, and how far that lowers the confidence in what it is like.
private struct Doubt {
  let type: Evidence.Basis
  let complexity: Evidence.Basis
  let scope: Evidence.Basis

  /// Type counts for 40 %, complexity and scope for 30 % each.
  var confidence: Double {
    let percent = 4 * sureness(of: type) + 3 * sureness(of: complexity) + 3 * sureness(of: scope)
    return Double(percent) / 100
  }

  /// In tenths.
  private func sureness(of basis: Evidence.Basis) -> Int {
    switch basis {
    case .metadata, .files, .number: 10
    case .title: 9
    case .body: 5
    case .assumption: 2
    }
  }

  var sentence: String {
    var open: [String] = []
    if type == .assumption { open.append("neither metadata nor title tells the type") }
    if complexity == .assumption { open.append("no complexity or effort is stated that could be read") }
    if scope == .assumption { open.append("no files are declared") }
    return open.isEmpty ? "type, complexity and files are told" : open.joined(separator: "; ")
  }
}

/// The task's complexity from 0 to 100. Words never override a number.
private func complexityReading(of task: TaskBrief) -> Reading<Int> {
  if let number = task.metadata.complexity {
    return Reading(min(max(number, 0), 100), "complexity: \(number)", .metadata)
  }
  if let effort = task.metadata.effort?.trimmed.uppercased() {
    let sizes = [
      "XS": 10, "S": 20, "SMALL": 20, "LOW": 20, "M": 45, "MEDIUM": 45, "L": 70, "LARGE": 70, "HIGH": 70,
      "XL": 90, "XXL": 95,
    ]
    if let number = sizes[effort] {
      return Reading(number, "effort: \(effort), taken as \(number)", .metadata)
    }
  }
  let reason =
    task.metadata.effort.map { "effort: \($0) is not understood" }
    ?? "neither complexity nor effort is stated"
  return Reading(45, "\(reason); taken as medium", .assumption)
}
