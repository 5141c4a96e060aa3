import AgentRuns
import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct RepositoryDiagnosisTests {
  private func story(_ files: [String: String] = [:]) throws -> Story { try Story("---\n", files) }

  /// What is found about a topic, in its levels.
  private func levels(_ topic: String, _ story: Story) throws -> [Diagnosis.Level] {
    try found(topic, story).map(\.level)
  }

  private func found(_ topic: String, _ story: Story) throws -> [Diagnosis] {
    RepositoryDiagnosis(try story.another()).all().filter { $0.topic == topic }
  }

  @Test func `a plain repository has nothing against it`() throws {
    let story = try story()
    let all = RepositoryDiagnosis(story.workspace).all()
    #expect(all.allSatisfy { $0.level == .ok && $0.remedy == nil }, "\(all)")
    #expect(
      all.map(\.topic) == [
        "repository", "user", "configuration", "approvals", "clone", "remotes", "hooks", "locks", "worktrees",
        "budget",
      ])
  }

  @Test func `a configuration that is invalid is a problem with its place`() throws {
    let story = try story()
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  timeot: 5m\n")
    let found = try found("configuration", story)
    #expect(found.map(\.level) == [.problem])
    #expect(found[0].finding.hasPrefix(".paircoder/config.yaml:2:"))
    // Each other topic is looked at all the same.
    #expect(try levels("user", story) == [.ok])
  }

  @Test func `prompts that nobody reads are named`() throws {
    let story = try story([".paircoder/prompts/paln.md": "x\n"])
    #expect(try levels("prompts", story) == [.note])
  }

  @Test func `a check that waits for an approval is a problem, a recipe is a note`() throws {
    let story = try story([
      Workspace.configPath: "orchestrate:\n  checks: [{name: test, run: make}]\n",
      Story.path("T-2"): "---\nid: T-2\n---\n```sh recipe\nmake it\n```\n",
    ])
    #expect(try Set(levels("approvals", story)) == [.problem, .note])
    try Approvals(of: story.workspace).add("make")
    try Approvals(of: story.workspace).add("make it\n")
    #expect(try found("approvals", story).map(\.finding).count == 1)
  }

  @Test func `shallow and partial clones are noted`() throws {
    let story = try story()
    try story.scratch.write(".git/shallow", "")
    try story.scratch.git(["config", "remote.origin.promisor", "true"])
    #expect(try levels("clone", story) == [.note, .note])
  }

  @Test(
    arguments: [
      ("+refs/heads/*:refs/remotes/origin/*", nil), ("+refs/*:refs/*", "refs/paircoder/"),
      ("+refs/heads/*:refs/heads/*", "refs/heads/paircoder/"), ("refs/heads/a:refs/heads/a", nil),
      ("+refs/notes/*:refs/notes/*", "refs/notes/paircoder"), ("^refs/heads/x", nil),
      ("refs/heads/main", nil),
      ("+refs/paircoder/tasks/*:refs/paircoder/tasks/*", "refs/paircoder/"),
    ] as [(String, String?)])
  func `a refspec that writes refs of ours is found`(refspec: String, ours: String?) {
    #expect(RepositoryDiagnosis.ours(covering: refspec) == ours)
  }

  @Test func `remotes that fetch over our refs, or publish them, are problems`() throws {
    let story = try story()
    try story.scratch.git(["config", "remote.origin.fetch", "+refs/*:refs/*"])
    #expect(try found("remotes", story).map(\.level) == [.problem])
    #expect(try found("remotes", story)[0].finding.hasPrefix("'git fetch origin' overwrites refs/paircoder/"))
    try story.scratch.git(["config", "fetch.prune", "true"])
    #expect(try found("remotes", story)[0].finding.hasPrefix("'git fetch origin' deletes refs/paircoder/"))
    try story.scratch.git(["config", "remote.other.mirror", "true"])
    #expect(try levels("remotes", story) == [.problem, .problem])
  }

  @Test(arguments: [("hooks", "in the checkout"), ("/shared/hooks", "other repositories may share")])
  func `a folder of hooks elsewhere is noted`(path: String, words: String) throws {
    let story = try story()
    try story.scratch.git(["config", "core.hooksPath", path])
    let found = try found("hooks", story)
    #expect(found.map(\.level) == [.note])
    #expect(found[0].finding.contains(words))
  }

  @Test func `a lock that was left behind is a problem once it is old`() throws {
    let story = try story()
    try story.scratch.write(".git/refs/paircoder/tasks/T-1.lock", "")
    // The story's clock is ahead of the file's by weeks.
    #expect(try levels("locks", story) == [.problem])
    story.clock.advance(by: -StoryClock.start)
    #expect(try levels("locks", story) == [.ok])
  }

  @Test func `submodules and files in LFS need care`() throws {
    let story = try story([".gitattributes": "*.bin filter=lfs\n"])
    #expect(try levels("lfs", story) == [.problem])
    let tree = try story.scratch.git(["rev-parse", "HEAD"])
    try story.scratch.git(["update-index", "--add", "--cacheinfo", "160000,\(tree),sub"])
    try story.scratch.git(["commit", "--quiet", "--message", "Submodule"])
    #expect(try levels("submodules", story) == [.note])
  }

  @Test func `a limit that is near or reached is told`() throws {
    let story = try story([Workspace.configPath: "orchestrate:\n  budget: {daily: 5}\n"])
    #expect(try found("budget", story).map(\.finding) == ["$5.00 left of the daily limit of $5.00"])
    func spend(_ amount: Double) throws {
      try SpendingAccount(story.workspace).change { budget in
        budget.settle(
          Settlement(
            at: story.clock.now, run: story.run(1), task: story.id, agent: .claudeCode, model: nil,
            usage: Usage(), cost: Dollars(amount), basis: .estimated))
        return "settled"
      }
    }
    try spend(4.5)
    #expect(try levels("budget", story) == [.note])
    try spend(1)
    #expect(try levels("budget", story) == [.problem])
  }
}
