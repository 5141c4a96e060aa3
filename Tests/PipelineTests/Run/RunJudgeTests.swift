@testable import AgentRuns
import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

/// What an attempt came to, by what its agent said and left, without the agent.
@Suite(.serialized) struct RunJudgeTests {
  private let story: Story

  init() throws {
    story = try Story(
      "type: feature\nstatus: pending\n---\n\n## Files to Modify\n\n- a.txt\n\n## Acceptance Criteria\n\n- [ ] It greets\n",
      ["a.txt": "Hi\n"], programs: ["claude"])
  }

  /// The verdict on an attempt that left what `leave` leaves in its worktree.
  private func verdict(
    _ mode: RunMode = .auto, saying message: String? = nil, failing failure: Failure? = nil,
    before: (AgentName, [String: String])? = nil, _ leave: (String) throws -> Void = { _ in }
  ) async throws -> RunVerdict {
    let routed = try TaskRouter(story.workspace).decide(story.task)
    let assignment = story.assignment(1, .claudeCode, mode)
    let spec = try RunSpec(assignment, routed, RunRequest(), in: story.workspace)
    let checked = try await CheckedWorktree.open(at: story.base, for: spec.purpose, in: story.workspace)
    let path = String(checked.worktree.path.dropFirst(story.scratch.scratch.path.utf8.count + 1))
    try leave(path)
    let work = try before.map { agent, files in
      AttributedTree(agents: [agent], tree: try story.repository.tree(of: story.commit(files)))
    }
    let judge = RunJudge(
      workspace: story.workspace, spec: spec, assignment: assignment,
      attempt: spec.attempt(assignment, try story.state), worktree: checked.worktree,
      folder: try RunFolders(story.workspace).make("1-claude-code", of: assignment.run), before: work,
      watch: nil)
    var report = AgentReport()
    if let message { report.take(.message(message)) }
    return try await judge.verdict(
      on: AgentRun.Result(report: report, failure: failure, remarks: ["a remark"], durationInSeconds: 2))
  }

  private func write(_ path: String, _ text: String) throws { try story.scratch.scratch.write(path, text) }

  @Test func `a change is committed as its agent's, with its task done`() async throws {
    let verdict = try await verdict { try write($0 + "/a.txt", "Hello\n") }
    let commit = try #require(verdict.outcome.commit)
    #expect(verdict.outcome.changedPaths == ["a.txt"])
    #expect(verdict.outcome.findings.isEmpty)
    #expect(verdict.outcome.remarks == ["a remark"])
    #expect(verdict.work?.agents == [.claudeCode])
    #expect(try verdict.tree == story.repository.tree(of: commit))
    #expect(try story.scratch.git(["show", commit.hex + ":a.txt"]) == "Hello")
    #expect(try story.scratch.git(["show", "\(commit.hex):\(Story.path("T-1"))"]).contains("status: done"))
  }

  @Test func `an agent that changed nothing has failed, and its task's file is as it was`() async throws {
    var file = ""
    let verdict = try await verdict { file = $0 + "/" + Story.path("T-1") }
    #expect(verdict.outcome.failure?.kind == .unchanged)
    #expect(verdict.tree == nil)
    #expect(verdict.work == nil)
    #expect(story.scratch.scratch.read(file)?.contains("status: pending") == true)
  }

  @Test func `ticked criteria are no change, and are kept`() async throws {
    let verdict = try await verdict {
      try write(
        $0 + "/" + Story.path("T-1"), story.task.text.replacing("- [ ] It greets", with: "- [x] It greets"))
    }
    #expect(verdict.outcome.failure?.kind == .unchanged)
    #expect(verdict.outcome.criteria?.map(\.isTicked) == [true])
  }

  @Test func `a secret keeps a change out, and is named`() async throws {
    let verdict = try await verdict { try write($0 + "/a.txt", "-----BEGIN RSA " + "PRIVATE KEY-----\n") }
    #expect(verdict.outcome.failure?.kind == .outOfScope)
    #expect(verdict.outcome.failure?.detail.hasPrefix("a.txt: ") == true)
    #expect(verdict.outcome.findings.contains { $0.severity == .refuse })
    #expect(verdict.outcome.changedPaths == ["a.txt"])
  }

  @Test func `a repository inside the worktree cannot be committed`() async throws {
    let verdict = try await verdict {
      try write($0 + "/inner/.git/HEAD", "ref: refs/heads/main\n")
      try write($0 + "/inner/.git/objects/x", "")
      try write($0 + "/inner/.git/refs/x", "")
    }
    #expect(verdict.outcome.failure?.kind == .outOfScope)
    #expect(verdict.outcome.failure?.detail.contains("inner") == true)
  }

  @Test func `an agent that failed leaves its work to the next, uncommitted`() async throws {
    let verdict = try await verdict(failing: Failure(.timedOut, "late")) {
      try write($0 + "/a.txt", "Hel")
    }
    #expect(verdict.outcome.failure == Failure(.timedOut, "late"))
    #expect(verdict.outcome.changedPaths == ["a.txt"])
    #expect(verdict.work?.agents == [.claudeCode])
    #expect(verdict.tree == nil)
    #expect(!verdict.isDamaged)
  }

  @Test func `who changed nothing more is not the author`() async throws {
    let verdict = try await verdict(before: (.codexCLI, ["a.txt": "Hello\n"])) {
      try write($0 + "/a.txt", "Hello\n")
    }
    #expect(verdict.outcome.commit != nil)
    #expect(verdict.outcome.author == .codexCLI)
    #expect(verdict.work?.agents == [.codexCLI])
  }

  @Test func `a HEAD that names nothing leaves no base for what was changed`() async throws {
    let verdict = try await verdict { path in
      let link = try #require(story.scratch.scratch.read(path + "/.git"))
      let folder = link.dropFirst("gitdir: ".count).dropLast()
      try write(String(folder.dropFirst(story.scratch.scratch.path.utf8.count + 1)) + "/HEAD", "nonsense")
    }
    #expect(verdict.isDamaged)
    #expect(verdict.outcome.failure?.kind == .movedBase)
    #expect(verdict.outcome.remarks?.last?.hasPrefix("the next one starts on a new worktree: ") == true)
  }

  @Test func `in plan mode the message is the result, whatever else was written`() async throws {
    let verdict = try await verdict(.plan, saying: "What to do") { try write($0 + "/a.txt", "Hello\n") }
    let commit = try #require(verdict.outcome.commit)
    #expect(verdict.outcome.changedPaths == [".paircoder/results/T-1.md"])
    #expect(try story.scratch.git(["show", commit.hex + ":a.txt"]) == "Hi")
    #expect(try story.scratch.git(["show", commit.hex + ":.paircoder/results/T-1.md"]) == "What to do")
  }

  @Test(arguments: [nil, "", " \n"])
  func `in plan mode no message is no result`(message: String?) async throws {
    let verdict = try await verdict(.plan, saying: message)
    #expect(verdict.outcome.failure == Failure(.unchanged, "it ended without a final message"))
  }

  @Test func `in plan mode a message with a secret is refused`() async throws {
    let verdict = try await verdict(.plan, saying: "-----BEGIN RSA " + "PRIVATE KEY-----")
    #expect(verdict.outcome.failure?.kind == .outOfScope)
    #expect(verdict.outcome.failure?.detail.hasPrefix("its final message ") == true)
    #expect(verdict.tree == nil)
  }
}
