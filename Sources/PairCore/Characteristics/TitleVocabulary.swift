/// The words that `TitleGrammar` knows, all in lower case.
enum TitleVocabulary {
  /// What people call types, in metadata and in front of a title's colon.
  private static let types = byType([
    .implement: [
      "feature", "feat", "chore", "implement", "implementation", "enhancement", "improvement", "task",
      "story", "build", "ci", "perf", "performance", "maintenance", "infra", "security",
    ],
    .fix: ["bugfix", "bug", "fix", "hotfix", "defect", "regression", "flaky test"],
    .docs: ["docs", "doc", "documentation"],
    .refactor: ["refactor", "refactoring", "tech debt", "technical debt", "cleanup"],
    .test: ["test", "tests", "testing"],
    .design: ["design", "spike", "rfc", "research", "proposal", "architecture"],
    .review: ["review", "audit", "investigation", "post mortem", "postmortem"],
  ])

  /// The type that `name` names, however it is written: `bug-fix`, `Bug Fix`, `bugfix`.
  static func type(called name: String) -> TaskType? {
    let words = name.lowercased().split { $0 == "-" || $0 == "_" || $0.isBlank }
    return types[words.joined(separator: " ")] ?? types[words.joined()]
  }

  private static func byType(_ words: [TaskType: [String]]) -> [String: TaskType] {
    Dictionary(uniqueKeysWithValues: words.flatMap { type, words in words.map { ($0, type) } })
  }

  static let verbs = byType([
    .design: [
      "design", "architect", "sketch", "propose", "research", "explore", "spike", "specify", "decide", "plan",
    ],
    .review: [
      "review", "audit", "assess", "evaluate", "inspect", "identify", "analyze", "analyse", "investigate",
      "examine", "verify", "compare",
    ],
    .refactor: [
      "refactor", "rename", "restructure", "reorganize", "reorganise", "consolidate", "simplify",
      "deduplicate", "unify", "decompose", "untangle", "cleanup", "clean", "deprecate", "decouple",
      "modularize", "merge", "split", "move", "extract", "break",
    ],
    .fix: ["fix", "repair", "resolve", "correct", "debug", "hotfix", "bugfix", "fixes", "patch"],
    .docs: ["document", "describe", "explain"],
    .test: ["test"],
  ])
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
  static let nouns = byType([
    .review: ["audit", "assessment", "analysis", "mortem", "postmortem"],
    .design: ["proposal", "roadmap", "strategy", "wireframes", "mockups", "specification"],
    .test: ["tests", "test"],
    .refactor: ["refactoring", "refactor"],
    .docs: ["documentation", "docs", "guide", "tutorial", "runbook", "notes", "readme"],
  ])
  /// Those of them that things to build are called by as well.
  static let softNouns: Set<String> = [
    "assessment", "analysis", "strategy", "roadmap", "proposal", "notes", "specification", "mockups",
    "wireframes",
  ]
  /// Nouns that tell a design only where nothing else follows than what they are for.
  static let endings: Set<String> = ["architecture", "design"]
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
