extension TaskCharacteristics {
  /// What `task` is like, from its structure first and its words last.
  ///
  /// - Parameter scope: the files it speaks of, as they stand in its base commit.
  public init(of task: AgentTask, in scope: ResolvedScope) {
    var evidence: [Evidence] = []
    let (type, typeReason) = TaskType.of(task)
    let (number, numberReason) = complexityNumber(of: task)
    let complexity = Level(complexity: number)
    let (taskScope, scopeReason) = TaskScope.of(scope)
    let (risk, riskReason) = riskLevel(of: task, in: scope)
    let tokens = tokenEstimate(of: task, in: scope, complexity: number)

    evidence.append(Evidence(field: "type", value: type.rawValue, because: typeReason))
    evidence.append(
      Evidence(field: "complexity", value: complexity.rawValue, because: numberReason))
    evidence.append(Evidence(field: "scope", value: taskScope.rawValue, because: scopeReason))
    evidence.append(Evidence(field: "risk", value: risk.rawValue, because: riskReason))
    evidence.append(
      Evidence(field: "estimatedTokens", value: String(tokens.total), because: tokens.reason))

    self.init(
      complexity: complexity, type: type, scope: taskScope, risk: risk,
      estimatedTokens: tokens.total,
      requiresReasoning: type == .design || type == .review || complexity == .high
        || taskScope == .crossModule,
      requiresIteration: type == .fix || type == .test || type == .refactor
        || (type == .implement && complexity != .low),
      evidence: evidence)
  }
}

extension Level {
  /// Low up to 30, medium up to 60, else high.
  init(complexity number: Int) {
    self = number <= 30 ? .low : number <= 60 ? .medium : .high
  }
}

extension TaskScope {
  static func of(_ scope: ResolvedScope) -> (TaskScope, String) {
    let paths = scope.paths
    guard paths.count > 1 else {
      return (
        .singleFile, paths.first.map { "one path: \($0)" } ?? "the task names no files"
      )
    }
    let modules = Set(paths.filter { !$0.isTestPath }.map(\.modulePath))
    if modules.count > 2 {
      return (.crossModule, "\(paths.count) paths in \(modules.sorted().joined(separator: ", "))")
    }
    return (.multiFile, "\(paths.count) paths")
  }
}

extension String {
  /// Whether a path looks like a test by the common conventions.
  var isTestPath: Bool {
    split(separator: "/").contains { part in
      let name = part.lowercased()
      return name == "tests" || name == "test" || name.hasPrefix("test_")
        || name.contains("_test.") || name.contains("tests.") || name.contains(".test.")
        || name.contains(".spec.")
    }
  }

  /// The folder that a path lies in, `.` at the top.
  var modulePath: String {
    let folders = split(separator: "/").dropLast()
    return folders.isEmpty ? "." : folders.joined(separator: "/")
  }
}

/// The task's complexity from 0 to 100, and where it came from.
private func complexityNumber(of task: AgentTask) -> (Int, String) {
  if let number = task.metadata.complexity {
    return (min(max(number, 0), 100), "complexity: \(number)")
  }
  if let effort = task.metadata.effort?.trimmed.uppercased() {
    let sizes = ["XS": 10, "S": 20, "M": 45, "L": 70, "XL": 90]
    if let number = sizes[effort] { return (number, "effort: \(effort)") }
  }
  return (45, "the task states neither complexity nor effort; taken as medium")
}

private func riskLevel(of task: AgentTask, in scope: ResolvedScope) -> (Level, String) {
  let sensitive = ["security", "auth", "migration", "migrations", "payments", "secrets"]
  if let tag = task.metadata.tags.first(where: { sensitive.contains($0.lowercased()) }) {
    return (.high, "tag: \(tag)")
  }
  for path in scope.paths {
    let parts = path.lowercased().split { "/._-".contains($0) }.map(String.init)
    if let word = parts.first(where: { sensitive.contains($0) }) {
      return (.high, "path \(path) names \(word)")
    }
    if ChangePolicy.steersBuilds(path) { return (.high, "path \(path) steers builds") }
  }
  switch task.metadata.priority?.uppercased() {
  case "P0": return (.medium, "priority: P0")
  case "P3": return (.low, "priority: P3")
  default: break
  }
  if scope.paths.contains(where: \.isTestPath) { return (.low, "its tests are in scope") }
  return (.medium, "nothing names a risk, and no test is in scope")
}

/// Characters per token, the usual rule of thumb for English text and code.
let bytesPerToken = 4
/// Tokens of reading, trying and talking that each point of complexity costs.
private let tokensPerComplexityPoint = 300

/// An agent does not read a whole folder: it searches, and reads what it finds.
private let mostTokensRead = 40_000

private func tokenEstimate(
  of task: AgentTask, in scope: ResolvedScope, complexity: Int
) -> (total: Int, reason: String) {
  let prompt = task.text.utf8.count / bytesPerToken
  let bytes = scope.existing.reduce(0) { sum, file in sum.addingClamped(file.sizeInBytes) }
  let files = min(bytes / bytesPerToken, mostTokensRead)
  let work = complexity * tokensPerComplexityPoint
  let total = prompt.addingClamped(files).addingClamped(files).addingClamped(work)
  return (
    total,
    "task \(prompt) + files in scope read and written 2 × \(files) + work \(complexity) × \(tokensPerComplexityPoint)"
  )
}

extension Int {
  /// The sum, or the largest number where it would not fit.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? Int.max : sum
  }
}
