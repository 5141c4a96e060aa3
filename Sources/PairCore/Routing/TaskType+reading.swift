extension TaskType {
  /// What kind of work `task` asks for, and where that was read.
  ///
  /// Metadata decides, but for `feature` and `chore`, which people put on nearly everything: then the title's
  /// grammar does (what it begins with, what it ends in), then the kind of files that the task declares.
  /// Words further down count only where all that leaves it open, and of those only the verb that the
  /// objective begins with: a task about a reviewer speaks of reviews all the time.
  static func reading(of task: TaskBrief) -> Reading<TaskType> {
    let declared = task.metadata.type?.trimmed.lowercased()
    let type = declared.flatMap { declaredTypes[$0] }
    if let declared, let type, type != .implement { return Reading(type, "type: \(declared)", .metadata) }
    if let found = TitleGrammar(task.title).reading { return found }
    if let found = readingOfFiles(task.declaredFiles) { return found }
    if let found = readingOfFindings(task) { return found }
    if let declared, let type { return Reading(type, "type: \(declared)", .metadata) }
    if let making = TitleGrammar(task.title).making { return making }
    if let objective = task.objective, let found = TitleGrammar(objective).leadingVerb {
      return Reading(found.type, "the objective begins with '\(found.verb)'", .body)
    }
    return Reading(.implement, "neither metadata nor title nor files say otherwise", .assumption)
  }

  /// Titles that may name a thing to build or the findings of a look at what there is ("Tool
  /// Verification", "Create Fix List"): tags and objective tell which.
  private static func readingOfFindings(_ task: TaskBrief) -> Reading<TaskType>? {
    let title = TitleGrammar(task.title)
    guard let noun = title.findings else { return nil }
    if let tag = task.metadata.tags.first(where: {
      ["audit", "review", "assessment"].contains($0.lowercased())
    }) {
      return Reading(.review, "the title is about '\(noun)', the tag is \(tag)", .metadata)
    }
    guard title.making == nil, let objective = task.objective,
      let verb = TitleGrammar(objective).leadingVerb, verb.type == .review
    else { return nil }
    return Reading(.review, "the title ends in '\(noun)', the objective begins with '\(verb.verb)'", .body)
  }

  private static let declaredTypes: [String: TaskType] = [
    "feature": .implement, "feat": .implement, "chore": .implement, "implement": .implement, "bugfix": .fix,
    "bug": .fix, "fix": .fix, "hotfix": .fix, "docs": .docs, "documentation": .docs, "refactor": .refactor,
    "refactoring": .refactor, "test": .test, "tests": .test, "design": .design, "review": .review,
    "audit": .review,
  ]

  private static func readingOfFiles(_ paths: [String]) -> Reading<TaskType>? {
    guard let first = paths.first else { return nil }
    let kind = PathKind(of: first)
    guard kind != .source, paths.allSatisfy({ PathKind(of: $0) == kind }) else { return nil }
    return kind == .document
      ? Reading(.docs, "all files that it declares are documents", .files)
      : Reading(.test, "all files that it declares are tests", .files)
  }
}
