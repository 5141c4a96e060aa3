import AgentRuns
import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct ResultBranchTests {
  let story: Story

  init() throws { story = try Story() }

  private var branch: ResultBranch { ResultBranch(of: story.id, in: story.workspace) }

  @Test func `a result can be used while its branch is there, or HEAD holds it`() throws {
    let commit = try story.finish()
    let result = try #require(try story.state.result)
    #expect(try branch.tip() == commit)
    #expect(try branch.holds(result))
    #expect(try !branch.isMerged(commit))
    try story.repository.deleteRef(branch.name.ref, expecting: commit)
    #expect(try !branch.holds(result))
    try story.repository.swapRef("refs/heads/main", from: story.base, to: commit, because: "test")
    #expect(try branch.holds(result))
  }

  @Test func `the result of some steps only is none`() throws {
    let commit = try story.commit()
    try story.point(at: commit)
    try story.say(.committed, in: 1) { details in
      details.commit = commit
      details.pass = story.run(1)
      details.step = "one"
    }
    let result = try #require(try story.state.result)
    #expect(try !branch.holds(result))
  }

  @Test func `a branch is ours to move where it holds the log's result, or is not there`() throws {
    #expect(try branch.requireOwn(story.state) == nil)
    let commit = try story.finish()
    #expect(try branch.requireOwn(story.state) == commit)
    try story.point(at: story.commit(["more.txt": "\n"], on: [commit]))
    let error = failure { try branch.requireOwn(story.state) }
    #expect(error?.kind == .unsupported)
    #expect(error?.message.contains("holds commits that are not the result of a run") == true)
    #expect(error?.hint?.hasSuffix("bpsai-pair discard T-1") == true)
  }

  @Test(arguments: ["refs/heads/paircoder", "refs/heads/paircoder/T-1/more"])
  func `a branch whose name is in the way is named`(ref: String) throws {
    try story.repository.swapRef(ref, from: nil, to: story.base, because: "test")
    let error = failure { try branch.requireOwn(story.state) }
    let name = BranchName(ref: ref)
    #expect(error?.message == "the branch \(name) stands in the way of paircoder/T-1")
    #expect(error?.hint == "git branch -m \(name) another-name")
  }

  @Test func `a branch that a worktree stands on is not moved`() throws {
    try story.finish()
    try story.scratch.git(["checkout", "--quiet", "paircoder/T-1"])
    #expect(failure { try branch.requireOwn(story.state) }?.message == "a worktree stands on paircoder/T-1")
  }

  @Test func `a result that is replaced is kept once, under the run that made it`() throws {
    let commit = try story.finish()
    let ref = "refs/paircoder/snapshots/T-1/\(story.run(1))-result-\(commit.short)"
    for _ in 0..<2 { #expect(try branch.keep(commit, story.state) == ref) }
    #expect(try story.repository.ref(ref) == commit)
  }

  @Test func `a result is discarded, and kept`() async throws {
    let commit = try story.finish()
    let ref = try #require(try await branch.discard())
    #expect(try story.repository.ref(ref) == commit)
    #expect(try branch.tip() == nil)
    #expect(try story.state.result == nil)
    let error = await failure(awaiting: { try await branch.discard() })
    #expect(error?.kind == .usage)
  }

  @Test func `what the log alone still counts on is discarded, too`() async throws {
    let commit = try story.finish()
    try story.repository.deleteRef(branch.name.ref, expecting: commit)
    #expect(try await branch.discard() != nil)
    #expect(try story.kinds == [.committed, .discarded])
  }

  // It was looked up before the lease was taken.
  @Test func `a result is not discarded while another process works on the task`() async throws {
    let commit = try story.finish()
    let session = try TaskSession(of: story.id, in: story.another())
    defer { session.close() }
    let error = await failure(awaiting: { try await branch.discard() })
    #expect(error?.obstacle == .busyTask)
    #expect(try branch.tip() == commit)
  }
}
