extension TaskType {
  /// What kind of work `task` asks for, and where that was read.
  ///
  /// Metadata decides, but for `feature` and `chore`, which people put on nearly everything: then the title's
  /// grammar does (what it begins with, what it ends in), then the kind of files that the task declares.
  /// Words further down say nothing: a task about a reviewer speaks of reviews all the time.
  static func of(_ task: AgentTask) -> (TaskType, String) {
    let declared = task.metadata.type?.trimmed.lowercased()
    let type = declared.flatMap { declaredTypes[$0] }
    if let declared, let type, type != .implement { return (type, "type: \(declared)") }
    if let found = TitleWords(task.title).type { return found }
    if let found = typeOfFiles(task.declaredFiles) { return found }
    if let declared, let type { return (type, "type: \(declared)") }
    return (.implement, "neither metadata nor title nor files say otherwise")
  }

  private static let declaredTypes: [String: TaskType] = [
    "feature": .implement, "feat": .implement, "chore": .implement, "implement": .implement, "bugfix": .fix,
    "bug": .fix, "fix": .fix, "hotfix": .fix, "docs": .docs, "documentation": .docs, "refactor": .refactor,
    "refactoring": .refactor, "test": .test, "tests": .test, "design": .design, "review": .review,
    "audit": .review,
  ]

  private static func typeOfFiles(_ paths: [String]) -> (TaskType, String)? {
    if paths.isEmpty { return nil }
    let isDocument = { (path: String) in
      // What stands in a dot-directory steers an agent or a tool, whatever it is written in.
      !path.hasPrefix(".") && [".md", ".rst", ".adoc", ".txt"].contains { path.hasSuffix($0) }
    }
    if paths.allSatisfy(isDocument) {
      return (.docs, "all files that it declares are documents")
    }
    return paths.allSatisfy(\.isTestPath) ? (.test, "all files that it declares are tests") : nil
  }
}

/// A title, word by word, in lower case.
private struct TitleWords {
  private let title: String
  private let words: [String]
  /// The type in front of a colon, as conventional commits put it: `fix(parser): …`.
  private let prefix: String?

  init(_ title: String) {
    var rest = title[...]
    var prefix: String?
    if let colon = title.firstIndex(of: ":") {
      let head = title[..<colon].lowercased().prefix { $0.isLetter }
      if title[..<colon].allSatisfy({ $0.isLetter || "()!-_/.".contains($0) }), !head.isEmpty {
        prefix = String(head)
        rest = title[title.index(after: colon)...]
      }
    }
    self.prefix = prefix
    self.title = title.lowercased()
    self.words = rest.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
      .map { word in String(word.drop { $0 == "." }) }.filter { !$0.isEmpty }
  }

  private var first: String { words.first ?? "" }
  private var second: String { words.count > 1 ? words[1] : "" }
  private var last: String { words.last ?? "" }

  /// The type that the title's grammar gives; nil where it gives none.
  var type: (TaskType, String)? {
    if let prefix, let type = TitleWords.prefixes[prefix] {
      return (type, "the title begins with '\(prefix):'")
    }
    if let type = objectType { return type }
    if let type = leadingType { return (type, "the title begins with '\(first)'") }
    if TitleWords.makingVerbs.contains(first) { return nil }
    if words.count > 1, let type = TitleWords.closingNouns[last] {
      return (type, "the title ends in '\(last)'")
    }
    return nil
  }

  /// Documents and tests as the object of a verb that makes or changes them: "Update README.md",
  /// "Add tests for the parser".
  private var objectType: (TaskType, String)? {
    guard TitleWords.makingVerbs.contains(first) else { return nil }
    let object = words.dropFirst().prefix { !TitleWords.prepositions.contains($0) }
    if let name = object.first, name.hasSuffix(".md") || name == "readme" || name == "changelog" {
      return (.docs, "the title is to \(first) '\(name)'")
    }
    if let last = object.last, last.hasSuffix(".md") || TitleWords.documents.contains(last) {
      return (.docs, "the title is to \(first) '\(last)'")
    }
    if let last = object.last, ["tests", "test", "coverage"].contains(last) {
      return (.test, "the title is to \(first) '\(last)'")
    }
    return nil
  }

  private var leadingType: TaskType? {
    guard let type = TitleWords.leadingVerbs[first] else { return nil }
    // "Review queue", "Audit log", "Design system", "Merge conflicts": the verb is half of a noun.
    if TitleWords.nounsAfterVerb.contains(second) { return nil }
    if TitleWords.movingVerbs.contains(first) {
      return ["to", "into", "from", "with", "out"].contains { words.contains($0) } || title.contains(" + ")
        ? type : nil
    }
    return type
  }

  private static let prefixes: [String: TaskType] = [
    "fix": .fix, "bugfix": .fix, "hotfix": .fix, "bug": .fix, "docs": .docs, "doc": .docs,
    "refactor": .refactor,
    "test": .test, "tests": .test, "feat": .implement, "feature": .implement, "chore": .implement,
    "review": .review, "audit": .review, "design": .design,
  ]
  private static let leadingVerbs: [String: TaskType] = [
    "design": .design, "architect": .design, "sketch": .design, "propose": .design, "research": .design,
    "review": .review, "audit": .review, "assess": .review, "evaluate": .review, "inspect": .review,
    "refactor": .refactor, "rename": .refactor, "restructure": .refactor, "reorganize": .refactor,
    "reorganise": .refactor, "consolidate": .refactor, "simplify": .refactor, "deduplicate": .refactor,
    "deprecate": .refactor, "decouple": .refactor, "modularize": .refactor, "merge": .refactor,
    "split": .refactor, "move": .refactor, "extract": .refactor, "migrate": .refactor,
    "fix": .fix, "repair": .fix, "resolve": .fix, "correct": .fix, "debug": .fix, "hotfix": .fix,
    "document": .docs, "test": .test,
  ]
  /// Verbs of `leadingVerbs` that say where to.
  private static let movingVerbs: Set<String> = ["merge", "split", "move", "extract", "migrate"]
  private static let makingVerbs: Set<String> = [
    "implement", "add", "create", "build", "introduce", "support", "write", "update", "extend", "improve",
    "increase", "revise", "rewrite", "make", "enable", "allow", "provide", "integrate", "remove", "delete",
    "drop", "bump", "sync", "upgrade", "optimize", "set", "convert", "define", "generate", "detect",
  ]
  private static let prepositions: Set<String> = [
    "for", "to", "of", "in", "on", "that", "per", "with", "from", "by", "using", "as", "via", "into", "so",
  ]
  private static let documents: Set<String> = [
    "documentation", "docs", "readme", "changelog", "guide", "tutorial", "manual", "faq", "runbook", "adr",
  ]
  private static let nounsAfterVerb: Set<String> = [
    "log", "logs", "logging", "trail", "queue", "agent", "bot", "dashboard", "page", "command", "service",
    "system", "tokens", "conflict", "conflicts", "request", "requests", "view", "screen", "runner",
    "harness", "framework", "fixture", "fixtures", "data", "suite", "mode", "event", "events",
  ]
  private static let closingNouns: [String: TaskType] = [
    "audit": .review, "architecture": .design, "design": .design, "refactoring": .refactor,
    "refactor": .refactor, "documentation": .docs, "docs": .docs, "guide": .docs, "readme": .docs,
    "tests": .test, "test": .test, "bug": .fix, "crash": .fix, "regression": .fix, "leak": .fix,
  ]
}
