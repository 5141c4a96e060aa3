@testable import PairCore
import Testing

@Suite struct ChangePolicyTests {
  /// `severity rule path`, one a finding.
  static func judge(
    _ changes: [FileChange], scope: [String] = [], own: Set<String> = []
  ) -> [String] {
    ChangePolicy(scope: scope, ownPaths: own).judge(changes).map {
      "\($0.severity.rawValue) \($0.rule.rawValue) \($0.path ?? "")"
    }
  }

  @Test func `without a declared scope every ordinary file is in it`() {
    #expect(Self.judge([FileChange(path: "src/a.py", kind: .modified)]).isEmpty)
  }

  @Test(
    arguments: [
      ("src/a.py", []), ("src/deep/b.py", []), ("lib/c.py", ["note out-of-scope lib/c.py"]),
      ("src2/a.py", ["note out-of-scope src2/a.py"]),
    ])
  func `what lies outside the declared files is noted`(_ path: String, _ findings: [String]) {
    #expect(Self.judge([FileChange(path: path, kind: .added)], scope: ["src/"]) == findings)
  }

  @Test(
    arguments: [
      ".github/workflows/ci.yml", ".gitlab-ci.yml", ".paircoder/config.yaml", ".claude/settings.json",
      ".gitignore", "hooks/post-commit", "ci/job.yml", "Hooks/x", "package.json", "web/package.json",
      "Package.swift", "go.sum", "Makefile", "docker/Dockerfile", "AGENTS.md", "docs/CLAUDE.md",
      "sub/.gitattributes", "sub/.gitmodules", "sub/.git/config", "CODEOWNERS",
    ])
  func `a path that steers builds, hooks or agents is protected`(_ path: String) {
    #expect(ChangePolicy(scope: []).isProtected(path))
    #expect(Self.judge([FileChange(path: path, kind: .modified)]) == ["block protected-path \(path)"])
    #expect(
      Self.judge([FileChange(path: path, kind: .modified)], scope: [path]) == ["note protected-path \(path)"])
  }

  @Test(
    arguments: [
      "src/a.py", "src/hooks/use.ts", "src/ci/x", "cicada/x", "makefile.py", "docs/claude.md.txt",
      "src/.eslintrc", "",
    ])
  func `an ordinary path is not`(_ path: String) {
    #expect(!ChangePolicy(scope: []).isProtected(path))
  }

  @Test func `a protected path that is undeclared is one finding, not two`() {
    #expect(
      Self.judge([FileChange(path: "Makefile", kind: .modified)], scope: ["src"])
        == ["block protected-path Makefile"])
  }

  @Test func `the files that a run brings itself are its own`() throws {
    let task = try makeTask(path: ".paircoder/tasks/T-1.task.md", files: ["src/"])
    let policy = ChangePolicy(
      for: task, resultPath: ".paircoder/results/T-1.md", rules: ChangeRules(), credentials: Redaction())
    let own = [".paircoder/tasks/T-1.task.md", ".paircoder/results/T-1.md"]
    #expect(policy.judge(own.map { FileChange(path: $0, kind: .modified) }).isEmpty)
    #expect(policy.judge([FileChange(path: ".paircoder/tasks/T-2.task.md", kind: .modified)]).count == 1)
  }

  @Test func `a rename is judged by both its paths`() {
    let out = FileChange(path: "src/ci.yml", kind: .renamed, oldPath: ".github/ci.yml")
    #expect(Self.judge([out], scope: ["src"]) == ["block protected-path .github/ci.yml"])
    let into = FileChange(path: "Makefile", kind: .renamed, oldPath: "lib/m")
    #expect(
      Self.judge([into], scope: ["src"]) == ["block protected-path Makefile", "note out-of-scope lib/m"])
  }

  @Test func `deleting a protected file is a change to it`() {
    #expect(Self.judge([FileChange(path: "Makefile", kind: .deleted)]) == ["block protected-path Makefile"])
  }

  @Test func `a secret is refused at its line, even in the run's own files`() {
    let token = "gh" + "p_" + String(repeating: "a1B2", count: 9)
    let change = FileChange(
      path: "T.md", kind: .modified,
      addedLines: [AddedLine(number: 3, text: "fine"), AddedLine(number: 7, text: "token = \(token)")])
    let findings = ChangePolicy(scope: [], ownPaths: ["T.md"]).judge([change])
    #expect(findings.map(\.line) == [7])
    #expect(findings.map(\.severity) == [.refuse])
    #expect(findings.first?.message == "looks like a GitHub token")
    #expect(findings.allSatisfy { !$0.message.contains(token) })
  }

  @Test func `findings come in the order of the paths`() {
    let changes = ["z", "a", "m"].map { FileChange(path: $0, kind: .added) }
    #expect(ChangePolicy(scope: ["src"]).judge(changes).map(\.path) == ["a", "m", "z"])
  }
}
