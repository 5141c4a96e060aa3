/// What the grammar of a title says about the kind of work: its prefix, its verb, what the verb is about,
/// the noun that it is built around, and whether it is a complaint or a question.
struct TitleGrammar {
  private let title: String
  /// In lower case, after a prefix and after adjectives that change nothing.
  private let words: [String]
  /// What stands in front of a colon, in lower case: `fix` in `fix(parser): …`, `security review`.
  private let prefix: [String]
  /// The phrase that a title without a verb is about: what stands in front of the first preposition or dash.
  private let head: [String]
  /// Whether something follows `head` that says what it is a look at: "audit of …", "review: …".
  private let hasObject: Bool

  init(_ title: String) {
    var rest = title[...]
    var prefix: [String] = []
    if let colon = title.firstIndex(of: ":"), title.index(after: colon) != title.endIndex,
      title[title.index(after: colon)].isWhitespace
    {
      prefix = TitleGrammar.words(in: title[..<colon].prefix { $0 != "(" })
      if prefix.count <= 3 { rest = title[title.index(after: colon)...] } else { prefix = [] }
    }
    self.title = title.lowercased()
    self.prefix = prefix
    let all = TitleGrammar.words(in: rest)
    let verb = all.drop { TitleVocabulary.adjectives.contains($0) }
    words = verb.isEmpty ? all : Array(verb)
    let phrase = rest.prefix { $0 != "–" && $0 != "—" && $0 != "(" }
    let head = TitleGrammar.compounds(in: phrase).prefix { !TitleVocabulary.prepositions.contains($0) }
    // A version or number behind the noun is none: "Release notes 5.1".
    self.head = Array(head.prefix { $0.first?.isNumber != true })
    let next = TitleGrammar.compounds(in: rest).dropFirst(head.count).first
    hasObject = next == "of" || phrase.endIndex != rest.endIndex
  }

  private static func words(in text: Substring) -> [String] {
    text.lowercased().split { !($0.isAnyLetter || $0.isAnyNumber || $0 == "." || $0 == "_") }
      .map { word in String(word.drop { $0 == "." }) }.filter { !$0.isEmpty }
  }

  /// The same with hyphens inside: "end-to-end" is one word.
  private static func compounds(in text: Substring) -> [String] {
    text.lowercased().split { !($0.isAnyLetter || $0.isAnyNumber || $0 == "." || $0 == "_" || $0 == "-") }
      .map(String.init)
  }

  private var first: String { words.first ?? "" }
  private var second: String { words.count > 1 ? words[1] : "" }
  private var isMaking: Bool { TitleVocabulary.makingVerbs.contains(first) }

  /// The type that the title's grammar gives; nil where it gives none.
  var reading: Reading<TaskType>? {
    prefixType ?? question ?? objectType ?? complaint ?? verbType ?? headType
  }

  /// A title that begins with a verb of making: "Add a greeting".
  var making: Reading<TaskType>? {
    isMaking ? Reading(.implement, "the title begins with '\(first)'", .title) : nil
  }

  /// What a title that ends so may have as its result: findings, no code.
  var findings: String? {
    guard let last = words.last, TitleVocabulary.findings.contains(last) else { return nil }
    return last
  }

  private var verbType: Reading<TaskType>? {
    if let found = leadingVerb { return Reading(found.type, "the title begins with '\(found.verb)'", .title) }
    guard isMaking, ["remove", "delete", "drop"].contains(first),
      let word = words.first(where: { TitleVocabulary.old.contains($0) })
    else { return nil }
    // "Remove obsolete prompts" changes no behaviour.
    return Reading(.refactor, "the title is to \(first) what is '\(word)'", .title)
  }

  private var prefixType: Reading<TaskType>? {
    guard let last = prefix.last else { return nil }
    let all = prefix.joined(separator: " ")
    let type =
      TitleVocabulary.prefixes[all] ?? TitleVocabulary.nouns[last] ?? TitleVocabulary.endings[last]
      ?? (last == "review" || TitleVocabulary.findings.contains(last) ? .review : nil)
    return type.map { Reading($0, "the title begins with '\(all):'", .title) }
  }

  private var question: Reading<TaskType>? {
    guard title.hasSuffix("?"), !["can", "could", "may"].contains(first) else { return nil }
    let asksWhatIs = ["why", "are", "is", "do", "does", "did", "has", "have", "who", "where"].contains(first)
    return Reading(asksWhatIs ? .review : .design, "the title asks '\(first) …?'", .title)
  }

  /// Documents, tests and proposals as the object of a verb that makes or changes them: "Update README.md",
  /// "Add tests for the parser", "Draft an RFC".
  private var objectType: Reading<TaskType>? {
    guard isMaking else { return nil }
    let object = words.dropFirst().prefix { !TitleVocabulary.prepositions.contains($0) }
    guard let last = object.last else { return nil }
    let type: TaskType? =
      if last.hasSuffix(".md") || TitleVocabulary.documents.contains(last) || object.first == "readme" {
        .docs
      } else if TitleVocabulary.proposals.contains(last) {
        .design
      } else if ["tests", "test", "coverage"].contains(last) {
        .test
      } else {
        nil
      }
    return type.map { Reading($0, "the title is to \(first) '\(last)'", .title) }
  }

  /// "Login fails on Safari", but not "Retry when an upload fails".
  private var complaint: Reading<TaskType>? {
    if isMaking { return nil }
    let clause = Array(words.prefix { !TitleVocabulary.subordinators.contains($0) })
    func complains(_ word: String) -> Reading<TaskType> {
      Reading(.fix, "the title says that something '\(word)'", .title)
    }
    if ["cannot", "unable", "wrong", "incorrect", "broken", "flaky", "missing"].contains(first) {
      return complains(first)
    }
    for (index, word) in clause.enumerated().dropFirst() {
      let next = clause.indices.contains(index + 1) ? clause[index + 1] : ""
      if TitleVocabulary.complaints.contains(word) { return complains(word) }
      if ["shows", "returns", "displays"].contains(word), TitleVocabulary.faulty.contains(next) {
        return complains("\(word) \(next)")
      }
      if word == "not", next.hasSuffix("ing") || next.hasSuffix("ed") { return complains("not \(next)") }
      if next == "t", ["doesn", "isn", "won", "can", "aren", "don"].contains(word) {
        return complains("\(word)'t")
      }
    }
    return nil
  }

  /// The noun that a title without a verb is built around: "Accessibility audit of the checkout".
  private var headType: Reading<TaskType>? {
    guard !isMaking, let last = head.last?.split(separator: "-").last.map(String.init) else { return nil }
    if head.count > 1 || hasObject || head.count < words.count, let type = TitleVocabulary.nouns[last] {
      return Reading(type, "the title is about '\(last)'", .title)
    }
    if hasObject, last == "review" || TitleVocabulary.looks.contains(last) {
      return Reading(.review, "the title is about a '\(last)' of something", .title)
    }
    guard head.count > 1, let type = words.last.flatMap({ TitleVocabulary.endings[$0] }) else { return nil }
    return Reading(type, "the title ends in '\(words.last ?? "")'", .title)
  }

  /// The verb that it begins with, where that verb tells the type: "Audit …", "Auditing …", "Load test …".
  var leadingVerb: (verb: String, type: TaskType)? {
    if second == "test", TitleVocabulary.kindsOfTest.contains(first), words.count > 2,
      TitleVocabulary.determiners.contains(words[2])
    {
      return ("\(first) test", .test)
    }
    guard let type = TitleVocabulary.verbs[first] ?? TitleVocabulary.verb(ofGerund: first) else { return nil }
    if TitleVocabulary.verbsThatAreNouns.contains(first) {
      // "Review queue", "Audit log", "Design system", "Merge conflicts": the verb is half of a noun.
      if TitleVocabulary.nounsAfterVerb.contains(second) { return nil }
      // "Test strategy", "Refactoring roadmap": the phrase is about its last noun.
      if head.count == 2, let last = head.last, TitleVocabulary.nouns[last] != nil { return nil }
      if first == "test", findings != nil { return nil }
    }
    if first == "plan", !TitleVocabulary.determiners.contains(second) { return nil }
    if first == "clean", second != "up" { return nil }
    if first == "investigate", TitleVocabulary.choices.contains(second) { return (first, .design) }
    if TitleVocabulary.movingVerbs.contains(first) {
      return ["to", "into", "from", "with", "out"].contains { words.contains($0) } || title.contains(" + ")
        ? (first, type) : nil
    }
    return (first, type)
  }
}

/// The words that `TitleGrammar` knows, all in lower case.
private enum TitleVocabulary {
  static let prefixes: [String: TaskType] = [
    "fix": .fix, "bugfix": .fix, "hotfix": .fix, "bug": .fix, "docs": .docs, "doc": .docs,
    "refactor": .refactor, "tech debt": .refactor, "technical debt": .refactor, "cleanup": .refactor,
    "test": .test, "tests": .test, "feat": .implement, "feature": .implement, "chore": .implement,
    "build": .implement, "ci": .implement, "perf": .implement, "review": .review, "audit": .review,
    "post mortem": .review, "postmortem": .review, "design": .design, "spike": .design, "rfc": .design,
    "research": .design, "proposal": .design, "flaky test": .fix,
  ]
  static let verbs: [String: TaskType] = [
    "design": .design, "architect": .design, "sketch": .design, "propose": .design, "research": .design,
    "explore": .design, "spike": .design, "specify": .design, "decide": .design, "plan": .design,
    "review": .review, "audit": .review, "assess": .review, "evaluate": .review, "inspect": .review,
    "identify": .review, "analyze": .review, "analyse": .review, "investigate": .review, "examine": .review,
    "verify": .review, "compare": .review,
    "refactor": .refactor, "rename": .refactor, "restructure": .refactor, "reorganize": .refactor,
    "reorganise": .refactor, "consolidate": .refactor, "simplify": .refactor, "deduplicate": .refactor,
    "unify": .refactor, "decompose": .refactor, "untangle": .refactor, "cleanup": .refactor,
    "clean": .refactor,
    "deprecate": .refactor, "decouple": .refactor, "modularize": .refactor, "merge": .refactor,
    "split": .refactor, "move": .refactor, "extract": .refactor,
    "fix": .fix, "repair": .fix, "resolve": .fix, "correct": .fix, "debug": .fix, "hotfix": .fix,
    "document": .docs, "describe": .docs, "explain": .docs, "test": .test,
  ]
  /// Verbs that say where to.
  static let movingVerbs: Set<String> = ["merge", "split", "move", "extract"]
  /// Verbs that are nouns as well, so that what follows tells which.
  static let verbsThatAreNouns: Set<String> = [
    "design", "research", "spike", "plan", "review", "audit", "rename", "merge", "split", "move", "extract",
    "fix", "hotfix", "document", "test", "refactoring", "testing",
  ]
  static let makingVerbs: Set<String> = [
    "implement", "add", "create", "build", "introduce", "support", "write", "update", "extend", "improve",
    "increase", "revise", "rewrite", "make", "enable", "allow", "provide", "integrate", "remove", "delete",
    "drop", "bump", "sync", "upgrade", "optimize", "set", "convert", "define", "generate", "detect", "draft",
    "migrate", "replace", "configure", "expose", "handle", "use",
  ]
  static let prepositions: Set<String> = [
    "for", "to", "of", "in", "on", "that", "per", "with", "from", "by", "using", "as", "via", "into", "so",
    "between", "at", "against",
  ]
  static let subordinators: Set<String> = [
    "when", "if", "after", "until", "that", "which", "why", "what", "where", "whether", "how",
  ]
  static let determiners: Set<String> = ["the", "a", "an", "our", "all", "every", "this", "these", "new"]
  /// What may stand before a verb or noun without changing what it says.
  static let adjectives: Set<String> = [
    "final", "full", "comprehensive", "complete", "initial", "thorough", "quick", "deep", "general",
  ]

  /// Nouns that tell the type wherever a title is built around them.
  static let nouns: [String: TaskType] = [
    "audit": .review, "assessment": .review, "analysis": .review,
    "proposal": .design, "roadmap": .design, "strategy": .design, "wireframes": .design,
    "mockups": .design, "tests": .test, "refactoring": .refactor, "refactor": .refactor,
    "documentation": .docs, "docs": .docs, "guide": .docs, "tutorial": .docs, "runbook": .docs,
    "notes": .docs,
    "readme": .docs, "test": .test,
  ]
  /// Nouns that tell it only at the end of a title.
  static let endings: [String: TaskType] = [
    "architecture": .design, "design": .design, "bug": .fix, "crash": .fix, "regression": .fix, "leak": .fix,
  ]
  /// A look at what stands behind "of".
  static let looks: Set<String> = ["check", "inventory", "comparison", "verification", "evaluation"]
  /// What a title may end in whose result is findings, or else a thing to build.
  static let findings: Set<String> = [
    "analysis", "assessment", "check", "checks", "verification", "validation", "evaluation", "investigation",
    "inventory", "report", "list", "summary", "findings", "scan", "comparison",
  ]
  static let documents: Set<String> = [
    "documentation", "docs", "readme", "changelog", "guide", "tutorial", "manual", "faq", "runbook", "adr",
    "reference", "docstrings",
  ]
  static let proposals: Set<String> = [
    "rfc", "proposal", "roadmap", "architecture", "design", "specification", "contract", "strategy",
    "wireframes", "mockups",
  ]
  static let choices: Set<String> = [
    "options", "alternatives", "approaches", "feasibility", "whether", "how",
  ]
  static let kindsOfTest: Set<String> = [
    "load", "smoke", "stress", "unit", "integration", "performance", "fuzz",
  ]
  static let old: Set<String> = ["obsolete", "deprecated", "dead", "unused", "legacy", "stale"]
  static let complaints: Set<String> = [
    "crashes", "fails", "failing", "broken", "hangs", "leaks", "incorrectly", "loses", "overwrites",
    "flickers", "flapping", "freezes", "disappears", "throws", "breaks", "stuck", "stays", "ignores",
  ]
  /// What a page does wrong when it shows it.
  static let faulty: Set<String> = [
    "deleted", "duplicate", "wrong", "stale", "blank", "empty", "old", "incorrect", "null", "nothing",
  ]
  static let nounsAfterVerb: Set<String> = [
    "log", "logs", "logging", "trail", "queue", "agent", "bot", "dashboard", "page", "command", "service",
    "system", "tokens", "conflict", "conflicts", "request", "requests", "view", "screen", "runner",
    "coverage", "plan", "results", "report", "harness", "framework", "fixture", "fixtures", "data", "suite",
    "mode", "event", "events", "upload", "scanner", "viewer", "preview", "picker", "editor", "suggestions",
    "reminder", "reminders", "tree", "detection", "branch", "checklist", "canvas", "button", "tab", "panel",
    "board", "form", "search", "sharing", "export", "template", "templates", "workflow", "workflows",
    "notification", "notifications", "tool", "tools", "review", "refactoring", "store", "manager",
  ]

  /// "Auditing" is `audit`, "consolidating" is `consolidate`.
  static func verb(ofGerund word: String) -> TaskType? {
    guard word.hasSuffix("ing"), word.count > 5 else { return nil }
    let stem = String(word.dropLast(3))
    return verbs[stem] ?? verbs[stem + "e"]
  }
}
