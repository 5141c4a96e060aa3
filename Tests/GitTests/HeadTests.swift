import Git
import PairCore
import TestSupport
import Testing

@Suite struct HeadTests {
  @Test func `an unborn branch has no head`() throws {
    let scratch = try ScratchRepository()
    let head = try scratch.open().head()
    #expect(head == .unborn(BranchName("main")))
    #expect(head.commit == nil)
  }

  @Test func `a branch with a slash is one branch`() throws {
    let scratch = try ScratchRepository()
    let commit = try scratch.commitID()
    try scratch.git(["switch", "--quiet", "-c", "feature/a"])
    let head = try scratch.open().head()
    #expect(head == .branch(BranchName("feature/a"), commit))
    #expect(head.commit == commit)
  }

  @Test func `a detached head is a commit`() throws {
    let scratch = try ScratchRepository()
    let commit = try scratch.commitID()
    try scratch.commit("Another")
    try scratch.git(["checkout", "--quiet", commit.hex])
    #expect(try scratch.open().head() == .detached(commit))
  }

  @Test func `each worktree has a head of its own`() throws {
    let scratch = try ScratchRepository()
    let first = try scratch.commitID()
    try scratch.git(["worktree", "add", "--quiet", "--detach", "../w"])
    let second = try scratch.commitID("Second")
    #expect(try Repository(containing: scratch.scratch.path + "/w").head() == .detached(first))
    #expect(try scratch.open().head() == .branch(BranchName("main"), second))
  }

  @Test(arguments: ["HEAD", "main", "main~1^{commit}", "v1", "HEAD@{0}"])
  func `a commit may be named in git's ways`(_ revision: String) throws {
    let scratch = try ScratchRepository()
    try scratch.commit("One")
    try scratch.commit("Two")
    try scratch.git(["tag", "-a", "-m", "One", "v1"])
    #expect(try scratch.open().commit(named: revision) == scratch.id(revision + "^{commit}"))
  }

  @Test(arguments: ["none", "HEAD:file", "HEAD~9", "", "-x"])
  func `what names no commit is an error`(_ revision: String) throws {
    let scratch = try ScratchRepository()
    try scratch.write("file", "x")
    try scratch.commit()
    let repository = try scratch.open()
    #expect(throws: GitError.self) { try repository.commit(named: revision) }
  }
}
