import PairCore
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
      ("feat: design tokens", nil, .implement), ("TASK-7: Fix it", nil, .implement),
      ("Test", nil, .test), ("Audit", nil, .review),
    ] as [(String, String?, TaskType)])
  func `the type comes from the metadata, the title's verb, or its last word`(
    _ title: String, _ declared: String?, _ type: TaskType
  ) throws {
    let task = try makeTask(title: title, metadata: Self.metadata { $0.type = declared })
    let found = TaskCharacteristics(of: task, in: .empty)
    #expect(found.type == type)
    #expect(found.evidence.first { $0.field == "type" }?.value == type.rawValue)
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
    #expect(TaskCharacteristics(of: try makeTask(metadata: metadata), in: .empty).complexity == level)
  }

  @Test(
    arguments: [
      ([], [], .singleFile), (["src/a.py"], [], .singleFile), ([], ["src/new.py"], .singleFile),
      (["src/a.py", "src/b.py"], [], .multiFile), (["src/a.py"], ["src/b.py"], .multiFile),
      (["a/x", "b/y"], [], .multiFile), (["a/x", "b/y", "c/z"], [], .crossModule),
      (["x", "a/y", "b/z"], [], .crossModule),
      (["a/x", "b/y", "tests/test_z.py"], [], .multiFile), (["a/x", "a/y", "a/z", "a/w"], [], .multiFile),
    ] as [([String], [String], TaskScope)])
  func `the scope counts the folders that are no tests`(
    _ existing: [String], _ missing: [String], _ scope: TaskScope
  ) throws {
    #expect(
      TaskCharacteristics(of: try makeTask(), in: Self.scope(existing, missing: missing)).scope == scope)
  }

  @Test(
    arguments: [
      ([], [], nil, .medium), (["Security"], ["tests/test_a.py"], "P3", .high),
      ([], ["src/auth/login.py"], nil, .high),
      ([], ["db/migrations/1.sql"], nil, .high), ([], [".github/ci.yml"], nil, .high),
      ([], ["Makefile"], "P3", .high),
      ([], ["src/author.py"], nil, .medium), ([], ["src/a.py"], "P0", .medium),
      ([], ["src/a.py"], "p3", .low),
      ([], ["src/a.py", "tests/test_a.py"], nil, .low), ([], ["src/a_test.go"], nil, .low),
      ([], ["web/a.spec.ts"], nil, .low),
      (["ui"], ["src/contest.py"], "P1", .medium),
    ] as [([String], [String], String?, Level)])
  func `risk is named by tags, paths and priority`(
    _ tags: [String], _ paths: [String], _ priority: String?, _ risk: Level
  ) throws {
    let metadata = Self.metadata {
      $0.tags = tags
      $0.priority = priority
    }
    #expect(TaskCharacteristics(of: try makeTask(metadata: metadata), in: Self.scope(paths)).risk == risk)
  }

  @Test func `tokens are the task, its files twice, and the work`() throws {
    let task = try makeTask(
      metadata: Self.metadata { $0.complexity = 20 }, text: String(repeating: "x", count: 400))
    let found = TaskCharacteristics(of: task, in: Self.scope(["a", "b"], missing: ["c"], size: 4_000))
    #expect(found.estimatedTokens == 100 + 2 * 2_000 + 20 * 300)
  }

  @Test(arguments: [160_000, 10_000_000, Int.max])
  func `of large files an agent reads a part`(_ size: Int) throws {
    let task = try makeTask(metadata: Self.metadata { $0.complexity = 0 }, text: "")
    let found = TaskCharacteristics(of: task, in: Self.scope(["a", "b"], size: size))
    #expect(found.estimatedTokens == 2 * 40_000)
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
    let found = TaskCharacteristics(of: task, in: .empty)
    #expect(found.requiresReasoning == reasoning)
    #expect(found.requiresIteration == iteration)
  }

  @Test func `every finding has its evidence`() throws {
    let found = TaskCharacteristics(of: try makeTask(), in: .empty)
    #expect(found.evidence.map(\.field) == ["type", "complexity", "scope", "risk", "estimatedTokens"])
    #expect(found.evidence.allSatisfy { !$0.because.isEmpty })
  }
}
