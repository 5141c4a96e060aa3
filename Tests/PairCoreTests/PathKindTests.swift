import PairCore
import Testing

@Suite struct PathKindTests {
  @Test(
    arguments: [
      ("src/a.py", .source), ("tests/data.py", .test), ("src/test_a.py", .test), ("src/a_test.go", .test),
      ("web/a.spec.ts", .test), ("web/__tests__/a.ts", .test), ("Sources/RouterTests.swift", .test),
      ("FooTest.java", .test), ("conftest.py", .test), ("Tests/x", .test), ("docs/a.md", .document),
      ("README.MD", .document), ("AGENTS.md", .source), (".claude/skill.md", .source),
      // The word must stand apart.
      ("src/contests.py", .source), ("src/latest.py", .source), ("src/attest.go", .source),
      ("testimony.py", .source),
    ] as [(String, PathKind)])
  func `a name tells what a path is`(_ path: String, _ kind: PathKind) {
    #expect(PathKind(of: path) == kind)
  }

  @Test(
    arguments: [
      ("src/router.py", "router"), ("tests/test_router.py", "router"), ("a/router.spec.ts", "router"),
      ("RouterTests.swift", "router"), ("Router.swift", "router"), ("router_test.go", "router"),
      ("src/latest.py", "latest"), ("tests/test_la.py", "la"), ("contests.py", "contests"),
      ("Makefile", "makefile"),
      (".gitignore", ".gitignore"),
    ])
  func `a test and what it covers share a stem`(_ path: String, _ stem: String) {
    #expect(PathKind.stem(of: path) == stem)
  }
}
