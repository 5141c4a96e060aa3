/// What goes wrong when the work goes wrong. What is sensitive by name makes the risk high; without that it is
/// low, or medium where urgency, complexity and missing tests outweigh what speaks against them.
func riskReading(
  of task: TaskBrief, in scope: ResolvedScope, touching touched: TouchedPaths, type: TaskType, level: Level
) -> Reading<Level> {
  if let tag = task.metadata.tags.first(where: { SensitiveWords.all.contains($0.lowercased()[...]) }) {
    return Reading(.high, "tag: \(tag)", .metadata)
  }
  if touched.areDeclared {
    let names = task.declaredFiles.map { Glob($0).pattern }
    // A folder is declared for what will change in it, not for the names of all that it holds.
    for path in touched.sources where names.contains(where: { path.isNamed(by: $0) }) {
      if let word = SensitiveWords.first(in: path) {
        return Reading(.high, "path \(path) names \(word)", .files)
      }
      if ChangePolicy.steersCI(path.lowercased().pathParts) {
        return Reading(.high, "path \(path) steers CI or hooks", .files)
      }
    }
  }
  if type == .review || type == .design {
    return Reading(.low, "a \(type.rawValue) changes no code", .number)
  }
  if !touched.all.isEmpty, touched.sources.isEmpty {
    return Reading(.low, "it touches documents and tests only", .files)
  }
  if type == .docs { return Reading(.low, "documents change no behaviour", .number) }
  if let path = touched.sources.first(where: { ChangePolicy.steersBuilds($0.lowercased().pathParts) }) {
    return Reading(.medium, "path \(path) steers builds or agents", .files)
  }
  if let word = SensitiveWords.first(in: task.title) {
    return Reading(.medium, "the title names \(word)", .title)
  }
  return weighed(task, scope, level)
}

private func weighed(_ task: TaskBrief, _ scope: ResolvedScope, _ level: Level) -> Reading<Level> {
  var points = 0
  var reasons: [String] = []
  func count(_ value: Int, _ reason: String) {
    points += value
    reasons.append(reason)
  }
  switch task.metadata.priority?.uppercased() {
  case "P0": count(1, "priority: P0")
  case "P3": count(-1, "priority: P3")
  default: break
  }
  if level != .medium { count(level == .high ? 1 : -1, "\(level.rawValue) complexity") }
  if let file = scope.untested.first {
    count(1, "no test goes by the name of \(file)")
  } else if let test = scope.tests.first {
    if let new = scope.missing.first(where: { PathKind(of: $0) == .source }) {
      count(0, "tests cover it in part: \(test), none yet \(new)")
    } else {
      count(-1, "tests cover it: \(test)")
    }
  }
  if reasons.isEmpty {
    return Reading(.medium, "nothing names a risk, and no test is known to cover it", .assumption)
  }
  return Reading(points < 0 ? .low : .medium, reasons.joined(separator: "; "), .files)
}

/// Words that name what must not break.
private enum SensitiveWords {
  static let all: Set<Substring> = [
    "security", "auth", "authentication", "authorization", "oauth", "login", "permissions", "credentials",
    "secrets", "crypto", "encryption", "migration", "migrations", "migrate", "payments", "payment", "billing",
  ]

  static func first(in text: String) -> String? {
    text.lowercased().split { "/._- :(),".contains($0) }.first { all.contains($0) }.map(String.init)
  }
}

extension String {
  /// Whether `name` names this path itself, perhaps without its first folders.
  fileprivate func isNamed(by name: String) -> Bool {
    utf8.count <= name.utf8.count + 1 ? self == name || self == name + "/" : hasSuffix("/" + name)
  }
}
