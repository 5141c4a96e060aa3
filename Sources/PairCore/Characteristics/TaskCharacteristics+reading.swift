extension TaskCharacteristics {
  /// What `task` is like, from its structure first and its words last.
  /// - Parameter scope: the files it speaks of, as they stand in its base commit.
  package init(of task: TaskBrief, in scope: ResolvedScope, _ levels: ComplexityLevels = ComplexityLevels()) {
    let type = TaskType.reading(of: task)
    let points = complexityReading(of: task)
    let level = levels.level(of: points.value)
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
