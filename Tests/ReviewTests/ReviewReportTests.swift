import Git
import PairCore
import Review
import TestSupport
import Testing

@Suite struct ReviewReportTests {
  let scratch: ScratchRepository
  let base: ObjectID

  init() throws {
    scratch = try ScratchRepository()
    try scratch.write("src/a.py", "x = 1\n")
    base = try #require(ObjectID(try scratch.commit()))
  }

  func report(
    _ files: [String: String], scope: [String] = ["src/"], checks: [CheckResult] = []
  ) throws -> ReviewReport {
    for (name, text) in files { try scratch.write(name, text) }
    let commit = try #require(ObjectID(try scratch.commit("Result")))
    return try ReviewReport(
      of: TaskID("T-1"), from: base, to: commit, policy: ChangePolicy(scope: scope), taskPath: nil,
      checks: checks,
      in: Repository(containing: scratch.path))
  }

  static func check(_ passed: Bool) -> CheckResult {
    CheckResult(name: "unit", passed: passed, detail: "ended with status 1", durationInSeconds: 1)
  }

  @Test func `a change in scope whose checks pass is fine`() throws {
    let report = try report(["src/a.py": "x = 2\n"], checks: [Self.check(true)])
    #expect(!report.blocks)
    #expect(report.findings.isEmpty)
    #expect(report.changedPaths == ["src/a.py"])
    #expect(report.base == base)
    #expect(report.schema == "bpsai-pair/review/1")
  }

  @Test func `a note does not block`() throws {
    let report = try report(["lib/b.py": "y\n"])
    #expect(report.findings.map(\.rule) == [.outOfScope])
    #expect(!report.blocks)
  }

  @Test(arguments: ["Makefile", ".github/workflows/ci.yml"])
  func `a protected path blocks unless the task declares it`(_ path: String) throws {
    #expect(try report([path: "x\n"]).blocks)
    #expect(try !report([path: "x\n"], scope: [path]).blocks)
  }

  @Test func `a secret in the lines added blocks`() throws {
    let token = "gl" + "pat-" + "a1b2c3d4e5a1b2c3d4e5"
    let report = try report(["src/a.py": "x = 1\nkey = '\(token)'\n"])
    #expect(report.blocks)
    #expect(report.findings.map { "\($0.rule) \($0.path ?? "") \($0.line ?? 0)" } == ["secret src/a.py 2"])
  }

  @Test func `a check that failed blocks, in its own words`() throws {
    let report = try report(["src/a.py": "x = 3\n"], checks: [Self.check(true), Self.check(false)])
    #expect(report.blocks)
    #expect(report.findings.map(\.message) == ["the check 'unit' ended with status 1"])
  }

  @Test func `no change at all is no finding`() throws {
    #expect(try report([:]).changedPaths.isEmpty)
  }
}
