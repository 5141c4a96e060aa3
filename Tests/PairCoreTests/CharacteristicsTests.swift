@testable import PairCore
import Testing

@Suite struct CharacteristicsTests {
  static func metadata(_ change: (inout TaskMetadata) -> Void) -> TaskMetadata {
    var metadata = TaskMetadata()
    change(&metadata)
    return metadata
  }

  static func scope(_ paths: [String], missing: [String] = [], size: Int = 0) -> ResolvedScope {
    ResolvedScope(existing: paths.map { .init(path: $0, sizeInBytes: size) }, missing: missing)
  }

  @Test(
    arguments: [
      ("Design authentication system", nil, .design), ("Review implementation against design", nil, .review),
      ("Reviewer agent implementation", nil, .implement), ("Refactor the parser", nil, .refactor),
      ("Rename the module", "feature", .refactor), ("Fix crash at start", "feature", .fix),
      ("Document the API", nil, .docs), ("Implement basic auth per design.md", nil, .implement),
      ("Add a review command", nil, .implement), ("Security audit", nil, .review),
      ("Plugin architecture", nil, .design), ("Orchestrator Service", nil, .implement),
      ("Orchestrator Service", "feature", .implement), ("Add a greeting", "bugfix", .fix),
      ("Add a greeting", "Hotfix", .fix), ("Anything", "docs", .docs), ("Anything", "refactor", .refactor),
      ("Anything", "tests", .test), ("Anything", "design", .design), ("Anything", "chore", .implement),
      ("Anything", "unheard-of", .implement), ("", nil, .implement),
      ("Fixtures for the parser", nil, .implement),
      ("Pre-execution security review", nil, .implement), ("Core Commands Audit", "feature", .review),
      ("Design Containment Config Schema", "feature", .design), ("Design system tokens", nil, .implement),
      ("Audit log for admin actions", "feature", .implement), ("Review queue", nil, .implement),
      ("Merge conflict forecast", "feature", .implement), ("Merge parser.py + lexer.py", nil, .refactor),
      ("Move the hooks into one folder", nil, .refactor), ("Create Invocation Documentation", nil, .docs),
      ("Update README.md for v2", "feature", .docs), ("Add tests for the parser", "feature", .test),
      ("Add a test runner", nil, .implement), ("Increase coverage of the router", nil, .test),
      ("First-Run Experience Test", "feature", .test), ("Login crash", nil, .fix),
      ("Crash reporter", nil, .implement), ("fix(parser): eat the last line", nil, .fix),
      ("feat: design tokens", nil, .implement), ("TASK-7: Fix it", nil, .fix),
      ("Test", nil, .test), ("Audit", nil, .review),
    ] as [(String, String?, TaskType)])
  func `the type comes from the metadata, the title's verb, or its last word`(
    _ title: String, _ declared: String?, _ type: TaskType
  ) throws {
    let task = try makeTask(title: title, metadata: Self.metadata { $0.type = declared })
    let found = TaskCharacteristics(of: TaskBrief(of: task), in: .empty)
    #expect(found.type == type)
    #expect(found.evidence.first { $0.field == "type" }?.value == type.rawValue)
  }

  @Test(
    arguments: [
      // The noun that a title is built around, wherever it stands.
      ("Accessibility audit of the checkout", .review), ("End-to-end tests for the signup", .test),
      ("Migration guide from v2 to v3", .docs), ("Refactoring strategy for billing", .design),
      ("Release notes 5.1", .docs), ("Code review of the scheduler", .review),
      ("License check of vendored code", .review), ("License check", .implement),
      ("Roadmap page", .implement),
      // Prefixes of any kind.
      ("Security review: file upload", .review), ("Technical design: audit log retention", .design),
      ("Tech debt: circular imports", .refactor), ("Spike: evaluate renderers", .design),
      ("perf(parser): read less", .implement), ("One two three four: fix it", .implement),
      // Gerunds, two-word verbs, verbs that need their object.
      ("Auditing log statements", .review), ("Consolidating duplicate modules", .refactor),
      ("Load test the search", .test), ("Load test results", .implement), ("Plan the migration", .design),
      ("Plan picker", .implement), ("Clean up the loader", .refactor), ("Clean install", .implement),
      ("Investigate options for storage", .design), ("Investigate the outage", .review),
      ("Assess data quality", .review), ("Test data generator", .implement),
      ("Final review and cleanup", .review),
      // Verbs that are half of a noun.
      ("Document upload", .implement), ("Document the upload", .docs),
      ("Fix suggestions in the editor", .implement),
      ("Review design mockups", .review), ("Test strategy", .design), ("Test Coverage Gap Analysis", .review),
      // Complaints.
      ("Login fails on Safari", .fix), ("Retry when an upload fails", .implement),
      ("Handle what fails", .implement),
      ("Page shows duplicate comments", .fix), ("Page shows comments", .implement),
      ("Wrong tax on invoices", .fix),
      ("Mail not delivered at night", .fix), ("Menu doesn't close", .fix), ("Cannot merge twins", .fix),
      ("Review page throws on load", .fix), ("Fix what leaks", .fix),
      // Questions.
      ("How should we shard?", .design), ("Why does it run twice?", .review),
      ("Can we export it?", .implement),
      // Objects of making.
      ("Draft RFC for error codes", .design), ("Add docstrings to the parser", .docs),
      ("Remove obsolete prompts", .refactor), ("Remove the prompts", .implement),
      ("Migrate avatars", .implement),
    ] as [(String, TaskType)])
  func `the title's grammar tells the type`(_ title: String, _ type: TaskType) throws {
    #expect(TaskCharacteristics(of: TaskBrief(of: try makeTask(title: title)), in: .empty).type == type)
  }

  @Test(
    arguments: [
      ("Login page design", "feature", [], [], .implement), ("Login page design", nil, [], [], .design),
      ("Login page design", nil, ["src/login.ts"], [], .implement),
      ("Verify email on signup", "feature", [], [], .implement),
      ("Verify the backups", "feature", [], [], .review),
      ("Verify backups", "feature", [], ["audit"], .review),
      ("Plugin architecture", "chore", [], [], .implement),
      ("Sentiment analysis", "feature", [], [], .implement), ("Sticky notes", "feature", [], [], .implement),
      ("Release notes 5.1", "feature", [], [], .docs),
      ("Missing translations", "feature", [], [], .implement),
      ("Missing translations", nil, [], [], .fix), ("Resolve DNS names", "feature", [], [], .implement),
      ("Should users export?", "feature", [], [], .implement),
      // Nothing that is to change source files is a design or a review against its metadata.
      ("Audit the parser", "feature", [], [], .review),
      ("Audit the parser", "feature", ["src/p.py"], [], .implement),
      ("Audit the parser", nil, ["src/p.py"], [], .review),
      ("Audit the parser", "feature", ["docs/a.md"], [], .review),
    ] as [(String, String?, [String], [String], TaskType)])
  func `a title that may name a thing to build needs a second signal beside metadata that say so`(
    _ title: String, _ declared: String?, _ files: [String], _ tags: [String], _ type: TaskType
  ) throws {
    let task = try makeTask(
      title: title,
      metadata: Self.metadata {
        $0.type = declared
        $0.tags = tags
      }, files: files)
    #expect(TaskCharacteristics(of: TaskBrief(of: task), in: .empty).type == type)
  }

  @Test(
    arguments: [
      ("bug-fix", .fix), ("Bug Fix", .fix), ("enhancement", .implement), ("spike", .design),
      ("research", .design),
      ("testing", .test), ("investigation", .review), ("tech debt", .refactor), ("story", .implement),
    ] as [(String, TaskType)])
  func `types may be called as people call them`(_ declared: String, _ type: TaskType) throws {
    let task = try makeTask(title: "Thing", metadata: Self.metadata { $0.type = declared })
    #expect(TaskCharacteristics(of: TaskBrief(of: task), in: .empty).type == type)
  }

  @Test func `what is stated and not understood is said, not denied`() throws {
    let task = try makeTask(
      title: "Thing",
      metadata: Self.metadata {
        $0.type = "gardening"
        $0.effort = "3h"
      })
    let evidence = TaskCharacteristics(of: TaskBrief(of: task), in: .empty).evidence
    #expect(
      evidence[0].because
        == "type: gardening is not known; neither metadata nor title nor files say otherwise")
    #expect(evidence[1].because == "effort: 3h is not understood; taken as medium")
  }

  @Test(
    arguments: [
      "Crash when opening a file", "Memory leak in the pool", "TypeError in parse()",
      "NullPointerException in orders",
      "Race condition in the queue", "Deadlock between two locks", "500 error on login",
      "Timeout when uploading",
      "Bugfix for login", "fixes login", "Patch the parser", "Button does nothing", "[bug] login",
    ])
  func `a title that names a fault is a fix`(_ title: String) throws {
    #expect(TaskCharacteristics(of: TaskBrief(of: try makeTask(title: title)), in: .empty).type == .fix)
  }

  @Test(arguments: [
    "Error page", "Timeout setting", "Exception reporting", "Add broken link checker", "Crash reporter",
    "Leak detection",
  ])
  func `a title that names a thing about faults is none`(_ title: String) throws {
    #expect(TaskCharacteristics(of: TaskBrief(of: try makeTask(title: title)), in: .empty).type == .implement)
  }

  @Test(
    arguments: [
      (0, nil, .low), (30, nil, .low), (31, nil, .medium), (60, nil, .medium), (61, nil, .high),
      (100, nil, .high),
      (500, nil, .high), (-3, nil, .low), (nil, "XS", .low), (nil, "s", .low), (nil, " M ", .medium),
      (nil, "L", .high), (nil, "XL", .high), (nil, "huge", .medium), (nil, nil, .medium), (10, "XL", .low),
    ] as [(Int?, String?, Level)])
  func `complexity is the number, else the effort, else medium`(
    _ number: Int?, _ effort: String?, _ level: Level
  ) throws {
    let metadata = Self.metadata {
      $0.complexity = number
      $0.effort = effort
    }
    #expect(
      TaskCharacteristics(of: TaskBrief(of: try makeTask(metadata: metadata)), in: .empty).complexity == level
    )
  }

  private static func scopeFound(
    _ existing: [String], missing: [String] = [], mentioned: [String] = [], title: String = "Anything",
    type: String = "feature", complexity: Int = 45
  ) throws -> (TaskScope, Evidence) {
    let task = try makeTask(
      title: title,
      metadata: metadata {
        $0.type = type
        $0.complexity = complexity
      })
    let found = TaskCharacteristics(
      of: TaskBrief(of: task),
      in: ResolvedScope(
        existing: existing.map { .init(path: $0, sizeInBytes: 1) }, missing: missing,
        mentioned: mentioned.map { .init(path: $0, sizeInBytes: 1) }))
    return (found.scope, try #require(found.evidence.first { $0.field == "scope" }))
  }

  @Test(
    arguments: [
      (["src/a.py"], [], .singleFile), ([], ["src/new.py"], .singleFile), ([], ["src/new/"], .multiFile),
      (["src/a.py", "src/b.py"], [], .multiFile), (["src/a.py"], ["src/b.py"], .multiFile),
      (["a/x", "b/y"], [], .multiFile), (["a/x", "b/y", "c/z"], [], .crossModule),
      // Where the paths part, there the modules are.
      (["src/app/a/x", "src/app/b/y", "src/app/c/z"], [], .crossModule),
      (["src/app/main.py", "src/app/a/x", "src/app/b/y"], [], .multiFile),
      (["a/deep/x", "a/deeper/y", "b/z"], [], .multiFile),
      // Tests, documents and folders that steer tools are no modules.
      (["a/x", "b/y", "tests/test_z.py"], [], .multiFile), (["a/x", "b/y", "docs/z.md"], [], .multiFile),
      (["a/x", "b/y", ".github/workflows/z.yml"], [], .multiFile),
      (["a/x", "a/y", "a/z", "a/w"], [], .multiFile),
    ] as [([String], [String], TaskScope)])
  func `the scope counts the modules of the declared paths`(
    _ existing: [String], _ missing: [String], _ scope: TaskScope
  ) throws {
    let (found, evidence) = try Self.scopeFound(existing, missing: missing)
    #expect(found == scope)
    #expect(evidence.basis == .files)
  }

  @Test(
    arguments: [
      ([], "Anything", "feature", 20, .singleFile), ([], "Anything", "feature", 45, .multiFile),
      ([], "Anything", "feature", 90, .multiFile), ([], "Anything", "refactor", 20, .multiFile),
      ([], "Rename it everywhere", "chore", 20, .crossModule),
      (["a/x"], "Anything", "bugfix", 20, .singleFile), (["a/x"], "Anything", "refactor", 20, .multiFile),
      (["a/x", "a/y"], "Anything", "bugfix", 20, .multiFile),
      (["a/x", "b/y", "c/z"], "Anything", "bugfix", 20, .crossModule),
    ] as [([String], String, String, Int, TaskScope)])
  func `without declared paths the text, the title, the type and the complexity tell the scope`(
    _ mentioned: [String], _ title: String, _ type: String, _ complexity: Int, _ scope: TaskScope
  ) throws {
    let (found, evidence) = try Self.scopeFound(
      [], mentioned: mentioned, title: title, type: type, complexity: complexity)
    #expect(found == scope)
    #expect(evidence.basis != .metadata)
  }

  @Test func `one declared file is not all when the title says so`() throws {
    #expect(try Self.scopeFound(["a/x"], title: "Update all imports").0 == .multiFile)
  }

  @Test(
    arguments: [
      ([], [], nil, 45, .medium), (["Security"], ["tests/test_a.py"], "P3", 10, .high),
      ([], ["src/auth/login.py"], nil, 10, .high), ([], ["db/migrations/1.sql"], nil, 10, .high),
      ([], [".github/workflows/ci.yml"], nil, 10, .high), ([], [".github/ISSUE.md"], nil, 10, .low),
      ([], ["Jenkinsfile"], "P3", 10, .high), ([], ["Makefile"], "P3", 10, .medium),
      ([], ["package.json"], nil, 10, .medium), ([], ["src/author.py"], nil, 45, .medium),
      ([], ["src/a.py"], "P0", 45, .medium), ([], ["src/a.py"], "p3", 45, .low),
      ([], ["src/a.py"], nil, 10, .low), ([], ["src/a.py"], "P0", 10, .medium),
      ([], ["src/a.py"], "P3", 90, .medium), ([], ["src/a_test.go"], nil, 45, .low),
      ([], ["web/a.spec.ts", "docs/a.md"], "P0", 90, .low), (["ui"], ["src/contest.py"], "P1", 45, .medium),
    ] as [([String], [String], String?, Int, Level)])
  func `risk is named by tags, paths and priority`(
    _ tags: [String], _ paths: [String], _ priority: String?, _ complexity: Int, _ risk: Level
  ) throws {
    let task = try makeTask(
      metadata: Self.metadata {
        $0.tags = tags
        $0.priority = priority
        $0.complexity = complexity
      }, files: paths)
    let found = TaskCharacteristics(of: TaskBrief(of: task), in: Self.scope(paths))
    #expect(found.risk == risk)
  }

  @Test func `tests that would notice lower the risk, and missing ones raise it`() throws {
    func risk(_ tests: [String], _ untested: [String], missing: [String] = []) throws -> Level {
      let scope = ResolvedScope(
        existing: [.init(path: "src/a.py", sizeInBytes: 1)], missing: missing, tests: tests,
        untested: untested)
      let task = try makeTask(metadata: Self.metadata { $0.priority = "P1" }, files: ["src/a.py"])
      return TaskCharacteristics(of: TaskBrief(of: task), in: scope).risk
    }
    #expect(try risk(["tests/test_a.py"], []) == .low)
    #expect(try risk(["tests/test_a.py"], [], missing: ["src/new.py"]) == .medium)
    #expect(try risk([], ["src/a.py"]) == .medium)
  }

  @Test func `a folder is declared for what changes in it, not for the names of all that it holds`() throws {
    let scope = Self.scope(["src/app/auth/login.py", "src/app/main.py"])
    func risk(_ declared: String) throws -> Level {
      let task = try makeTask(metadata: Self.metadata { $0.complexity = 10 }, files: [declared])
      return TaskCharacteristics(of: TaskBrief(of: task), in: scope).risk
    }
    #expect(try risk("src/app/") == .low)
    #expect(try risk("auth/login.py") == .high)
  }

  @Test(
    arguments: [
      ("Design the auth service", .low), ("Audit the parser", .low), ("Add OAuth to the client", .medium),
    ] as [(String, Level)])
  func `the title counts for the risk where nothing else does`(_ title: String, _ risk: Level) throws {
    let task = try makeTask(title: title, metadata: Self.metadata { $0.complexity = 10 })
    #expect(TaskCharacteristics(of: TaskBrief(of: task), in: .empty).risk == risk)
  }

  private static func tokens(
    _ type: String, points: Int = 0, _ scope: ResolvedScope, text: String = ""
  ) throws -> TaskCharacteristics {
    let task = try makeTask(
      metadata: metadata {
        $0.type = type
        $0.complexity = points
      }, text: text)
    return TaskCharacteristics(of: TaskBrief(of: task), in: scope)
  }

  @Test func `tokens are the task, the files as they are read, what is written, and the work`() throws {
    let scope = Self.scope(["a", "b"], missing: ["c"], size: 4_000)
    let found = try Self.tokens("feature", points: 20, scope, text: String(repeating: "x", count: 400))
    // 100 for the text, 2,000 read, 30 % of them written and 1,500 for the new file, 20 × 300.
    #expect(found.estimatedTokens == 100 + 2_000 + 600 + 1_500 + 6_000)
    #expect(found.tokenRange == TokenRange(low: 100 + 2_000 + 1_050 + 2_000, high: 100 + 2 * 10_100))
  }

  @Test(
    arguments: [
      ("bugfix", 2_000 + 300 + 500), ("refactor", 2_000 + 1_200 + 500), ("docs", 2_000 + 800 + 500),
      ("test", 2_000 + 600 + 500), ("design", 2_000 + 3_000), ("review", 2_000 + 2_000),
    ])
  func `each kind of work writes its own share`(_ type: String, _ expected: Int) throws {
    #expect(try Self.tokens(type, Self.scope(["a", "b"], size: 4_000)).estimatedTokens == expected)
  }

  @Test(arguments: [64_000, 10_000_000, Int.max])
  func `of large files an agent reads a part`(_ size: Int) throws {
    let found = try Self.tokens("review", Self.scope(["a", "b"], size: size))
    #expect(found.estimatedTokens == 16_000 + 2_000)
  }

  @Test func `what the text names is read, and changed only where nothing is declared`() throws {
    let named = ResolvedScope.File(path: "b", sizeInBytes: 4_000)
    let declared = ResolvedScope(existing: [.init(path: "a", sizeInBytes: 4_000)], mentioned: [named])
    #expect(try Self.tokens("feature", declared).estimatedTokens == 2_000 + 300 + 500)
    #expect(
      try Self.tokens("feature", ResolvedScope(mentioned: [named])).estimatedTokens == 1_000 + 300 + 500)
  }

  @Test(arguments: [("feature", 20, 2_000 + 1_500 + 6_000), ("feature", 45, 6_000 + 1_500 + 13_500)])
  func `without files the scope says what is read`(_ type: String, _ points: Int, _ expected: Int) throws {
    #expect(try Self.tokens(type, points: points, .empty).estimatedTokens == expected)
  }

  @Test(
    arguments: [
      ("Design it", 10, true, false), ("Review it", 10, true, false), ("Fix it", 10, false, true),
      ("Refactor it", 10, false, true), ("Add it", 10, false, false), ("Add it", 45, false, true),
      ("Add it", 90, true, true), ("Document it", 45, false, false),
    ])
  func `reasoning and iteration follow from type and complexity`(
    _ title: String, _ complexity: Int, _ reasoning: Bool, _ iteration: Bool
  ) throws {
    let task = try makeTask(title: title, metadata: Self.metadata { $0.complexity = complexity })
    let found = TaskCharacteristics(of: TaskBrief(of: task), in: .empty)
    #expect(found.requiresReasoning == reasoning)
    #expect(found.requiresIteration == iteration)
  }

  @Test func `every finding has its evidence`() throws {
    let found = TaskCharacteristics(of: TaskBrief(of: try makeTask()), in: .empty)
    #expect(
      found.evidence.map(\.field) == ["type", "complexity", "scope", "risk", "estimatedTokens", "confidence"])
    #expect(found.evidence.allSatisfy { !$0.because.isEmpty })
  }

  @Test(
    arguments: [
      ("docs", 45, nil, ["a", "b"], 1), ("docs", nil, "M", ["a"], 1), ("docs", 45, nil, [], 0.76),
      (nil, 45, nil, ["a"], 0.68), (nil, nil, nil, [], 0.2),
    ] as [(String?, Int?, String?, [String], Double)])
  func `what nobody stated lowers the confidence, and says so`(
    _ type: String?, _ complexity: Int?, _ effort: String?, _ paths: [String], _ confidence: Double
  ) throws {
    let task = try makeTask(
      title: "Thing",
      metadata: Self.metadata {
        $0.type = type
        $0.complexity = complexity
        $0.effort = effort
      })
    let found = TaskCharacteristics(of: TaskBrief(of: task), in: Self.scope(paths))
    #expect(found.confidence == confidence)
    let reason = try #require(found.evidence.last?.because)
    #expect(reason.contains("type") == (type == nil || confidence == 1))
    #expect(reason.contains("no complexity or effort") == (complexity == nil && effort == nil))
    #expect(reason.contains("no files are declared") == paths.isEmpty)
  }

  @Test func `a team's own limits tell low from medium from high`() throws {
    let settings = RoutingSettings(lowComplexity: 10, mediumComplexity: 20)
    for (number, level) in [(10, Level.low), (11, .medium), (20, .medium), (21, .high)] {
      let task = try makeTask(metadata: Self.metadata { $0.complexity = number })
      let found = TaskCharacteristics(of: TaskBrief(of: task), in: .empty, settings.levels)
      #expect(found.complexity == level)
      #expect(found.complexityPoints == number)
    }
  }

  @Test(
    arguments: [
      ("Objective", "Verify that all tools work.", "Tool parity", .review),
      ("Goal", "Fix what is broken.", "Unicode in the console", .fix),
      ("Objective", "Verify that all tools work.", "Add a tool", .implement),
      ("Notes", "Verify that all tools work.", "Tool parity", .implement),
      ("Objective", "The review queue must be short.", "Tool parity", .implement),
    ] as [(String, String, String, TaskType)])
  func `the objective's verb counts where metadata and title leave it open`(
    _ heading: String, _ body: String, _ title: String, _ type: TaskType
  ) throws {
    let task = AgentTask(
      id: try TaskID("T-1"), title: title, source: TaskSource(path: "T-1.md", blob: object(1)),
      sections: [TaskSection(level: 2, heading: heading, line: 3, body: body)], text: body)
    #expect(TaskCharacteristics(of: TaskBrief(of: task), in: .empty).type == type)
  }

  @Test func `a feature by its metadata is none when title and objective speak of findings`() throws {
    func type(_ title: String, _ objective: String, tags: [String] = []) throws -> TaskType {
      let task = AgentTask(
        id: try TaskID("T-1"), title: title, source: TaskSource(path: "T-1.md", blob: object(1)),
        metadata: Self.metadata {
          $0.type = "feature"
          $0.tags = tags
        }, sections: [TaskSection(level: 1, heading: "Objective", line: 3, body: objective)], text: "")
      return TaskCharacteristics(of: TaskBrief(of: task), in: .empty).type
    }
    #expect(try type("Tool Verification", "Verify all tools.") == .review)
    #expect(try type("Email Verification", "Send a code to new users.") == .implement)
    #expect(try type("Create Fix List", "Create a list.", tags: ["audit"]) == .review)
    #expect(try type("Create Fix List", "Create a list.") == .implement)
    #expect(try type("Reviewer agent", "Verify all tools.") == .implement)
  }
}
