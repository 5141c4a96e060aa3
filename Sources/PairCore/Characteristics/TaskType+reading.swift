extension TaskType {
  /// Whether what `text` asks for, by its first words alone, is a review: "Review implementation against design".
  package static func isReview(_ text: String) -> Bool {
    let first = text.trimmed.split(whereSeparator: \.isNewline).first ?? ""
    return TitleGrammar(String(first)).reading?.reading.value == .review
  }

  /// What kind of work `task` asks for, and where that was read.
  ///
  /// Metadata decides, but for `feature` and `chore`, which people put on nearly everything: a title whose
  /// grammar is firm counts before these. One that may as well name a thing to build ("Login page design",
  /// "Verify email on signup") needs a second signal: a tag, or an objective that says the same.
  /// Nothing that is to change source files is taken for a design or a review against its metadata.
  /// Of the words further down only the verb that the objective begins with counts, and only in the end: a task
  /// about a reviewer speaks of reviews all the time.
  static func reading(of task: TaskBrief) -> Reading<TaskType> {
    let declared = task.metadata.type?.trimmed
    let type = declared.flatMap { TitleVocabulary.type(called: $0) }
    if let declared, let type, type != .implement { return Reading(type, "type: \(declared)", .metadata) }
    let title = TitleGrammar(task.title)
    if let found = title.reading, found.counts(for: task, isDeclared: type != nil) { return found.reading }
    if let found = readingOfFiles(task.declaredFiles) { return found }
    if let found = readingOfFindings(task, title) { return found }
    if let declared, type != nil { return Reading(.implement, "type: \(declared)", .metadata) }
    if let making = title.making { return making }
    if let objective = task.objective, let found = TitleGrammar(objective).leadingVerb {
      return Reading(found.type, "the objective begins with '\(found.verb)'", .body)
    }
    let unknown = declared.map { "type: \($0) is not known; " } ?? ""
    return Reading(.implement, unknown + "neither metadata nor title nor files say otherwise", .assumption)
  }

  /// Titles that may name a thing to build or findings ("Tool Verification"): tags and objective tell which.
  private static func readingOfFindings(_ task: TaskBrief, _ title: TitleGrammar) -> Reading<TaskType>? {
    guard let noun = title.findings else { return nil }
    if let tag = task.reviewTag {
      return Reading(.review, "the title is about '\(noun)', the tag is \(tag)", .metadata)
    }
    guard title.making == nil, let verb = task.objectiveVerb, verb.type == .review else { return nil }
    return Reading(.review, "the title ends in '\(noun)', the objective begins with '\(verb.verb)'", .body)
  }

  private static func readingOfFiles(_ paths: [String]) -> Reading<TaskType>? {
    guard let first = paths.first else { return nil }
    let kind = PathKind(of: first)
    guard kind != .source, paths.allSatisfy({ PathKind(of: $0) == kind }) else { return nil }
    return kind == .document
      ? Reading(.docs, "all files that it declares are documents", .files)
      : Reading(.test, "all files that it declares are tests", .files)
  }
}

extension TitleGrammar.Finding {
  /// Whether the title tells the type of `task`, which metadata call `feature` or the like where it is declared.
  fileprivate func counts(for task: TaskBrief, isDeclared: Bool) -> Bool {
    let leavesFilesAlone = reading.value == .design || reading.value == .review
    if leavesFilesAlone, task.changesSources, isDeclared || !isFirm { return false }
    if isFirm || !isDeclared { return true }
    return reading.value == .review && task.reviewTag != nil || task.objectiveVerb?.type == reading.value
  }
}

extension TaskBrief {
  fileprivate var changesSources: Bool { declaredFiles.contains { PathKind(of: $0) == .source } }

  fileprivate var reviewTag: String? {
    metadata.tags.first { ["audit", "review", "assessment"].contains($0.lowercased()) }
  }

  fileprivate var objectiveVerb: (verb: String, type: TaskType)? {
    objective.flatMap { TitleGrammar($0).leadingVerb }
  }
}
