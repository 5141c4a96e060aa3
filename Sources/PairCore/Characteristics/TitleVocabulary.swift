/// The words that `TitleGrammar` knows, all in lower case.
enum TitleVocabulary {
  /// What people call types, in metadata and in front of a title's colon.
  private static let types: [String: TaskType] = [
    "feature": .implement, "feat": .implement, "chore": .implement, "implement": .implement,
    "implementation": .implement, "enhancement": .implement, "improvement": .implement, "task": .implement,
    "story": .implement, "build": .implement, "ci": .implement, "perf": .implement, "performance": .implement,
    "maintenance": .implement, "infra": .implement, "security": .implement,
    "bugfix": .fix, "bug": .fix, "fix": .fix, "hotfix": .fix, "defect": .fix, "regression": .fix,
    "flaky test": .fix,
    "docs": .docs, "doc": .docs, "documentation": .docs,
    "refactor": .refactor, "refactoring": .refactor, "tech debt": .refactor, "technical debt": .refactor,
    "cleanup": .refactor,
    "test": .test, "tests": .test, "testing": .test,
    "design": .design, "spike": .design, "rfc": .design, "research": .design, "proposal": .design,
    "architecture": .design,
    "review": .review, "audit": .review, "investigation": .review, "post mortem": .review,
    "postmortem": .review,
  ]

  /// The type that `name` names, however it is written: `bug-fix`, `Bug Fix`, `bugfix`.
  static func type(called name: String) -> TaskType? {
    let words = name.lowercased().split { $0 == "-" || $0 == "_" || $0.isBlank }
    return types[words.joined(separator: " ")] ?? types[words.joined()]
  }

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
    "bugfix": .fix, "fixes": .fix, "patch": .fix, "break": .refactor,
    "document": .docs, "describe": .docs, "explain": .docs, "test": .test,
  ]
  /// Verbs that as well begin what a product does: "Verify email on signup".
  static let softVerbs: Set<String> = [
    "explore", "specify", "decide", "plan", "assess", "evaluate", "inspect", "identify", "analyze", "analyse",
    "investigate", "examine", "verify", "compare", "resolve", "correct", "describe", "explain", "research",
    "sketch", "propose",
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
    "readme": .docs, "test": .test, "specification": .design, "mortem": .review, "postmortem": .review,
  ]
  /// Those of them that things to build are called by as well.
  static let softNouns: Set<String> = [
    "assessment", "analysis", "strategy", "roadmap", "proposal", "notes", "specification", "mockups",
    "wireframes",
  ]
  /// Nouns that tell it only where nothing else follows than what they are for.
  static let endings: [String: TaskType] = [
    "architecture": .design, "design": .design,
  ]
  static let faults: Set<String> = ["bug", "crash", "regression", "leak", "deadlock", "segfault", "bugfix"]
  static let placesOfFaults: Set<String> = ["in", "on", "at", "when", "while", "after", "from"]
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
