import Foundation
import TestSupport
import Testing

/// Repositories that are not as usual.
@Suite struct RepositoryStateTests {
  private let task = TaskText("TASK-1", recipe: "echo hello > hello.txt")

  @Test(arguments: [
    ["init"], ["orchestrate", "--task", "TASK-1"], ["status"], ["log", "TASK-1"], ["review", "TASK-1"],
    ["discard", "TASK-1"], ["trust"], ["hooks", "install"],
  ])
  func `outside a repository nothing works, and it is said why`(arguments: [String]) throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, arguments, in: scratch.path, environment: scratch.environment)
    #expect(run.status == 78)
    #expect(
      run.errors == """
        error: \(scratch.path) is not in a git repository
        hint: Change into one, or make one with 'git init'.

        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["home"])
  }

  @Test func `a bare repository runs the tasks of its HEAD`() throws {
    let source = try ScratchRepository.with(task)
    let bare = try ScratchRepository(bare: true)
    try source.git(["push", "--quiet", bare.path, "main"])
    try bare.pair("trust", "TASK-1")
    try bare.pair("orchestrate", "--task", "TASK-1")
    #expect(try bare.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
    #expect(try bare.hasNoWorktreeInUse())
    let status = try bare.pair("status")
    #expect(status.output.contains("TASK-1  committed  recipe  paircoder/TASK-1"))
    try bare.pair("review", "TASK-1")
  }

  @Test func `init needs a checkout`() throws {
    let bare = try ScratchRepository(bare: true)
    let run = try bare.pair("init", ends: 78)
    #expect(
      run.errors == """
        error: init needs a checkout, and \(bare.path) is a bare repository
        hint: Run it in a clone.

        """)
  }

  @Test func `without a commit there is nothing to start from`() throws {
    let repository = try ScratchRepository()
    try repository.write(task.path, task.text)
    try repository.pair("trust", "TASK-1", touching: .nothing)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 78, touching: .nothing)
    #expect(
      run.errors == """
        error: the repository has no commit yet, so there is nothing to start from
        hint: Make one: git add -A && git commit -m 'Start'

        """)
    let status = try repository.pair("status", touching: .nothing)
    #expect(status.output.contains("TASK-1  pending"))
  }

  @Test func `without a place for its state it says so`() throws {
    let repository = try ScratchRepository.with(task)
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 78, touching: .nothing,
      environment: ["HOME": "", "XDG_STATE_HOME": "relative"])
    #expect(
      run.errors == """
        error: no place for worktrees and approvals: neither XDG_STATE_HOME nor HOME is set
        hint: Set one of them to an absolute path.

        """)
  }

  @Test func `a detached HEAD is as good as a branch`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.git(["switch", "--quiet", "--detach"])
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
  }

  @Test func `it works from a folder below the top, and from another worktree`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.write("src/a.txt", "a\n")
    try repository.git(["worktree", "add", "--quiet", "../other"])
    for folder in [repository.path + "/src", repository.scratch.path + "/other"] {
      let before = try repository.userState()
      let run = try Invocation.run(
        Pair.program, ["orchestrate", "--task", "TASK-1", "--again"], in: folder,
        environment: repository.scratch.environment)
      #expect(run.status == 0, "\(run)")
      try repository.expectUserState(before)
    }
  }

  @Test func `a branch with commits of somebody else's is not overwritten`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.git(["branch", "paircoder/TASK-1"])
    let refs = try repository.refs()
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 78)
    let tip = try repository.git(["rev-parse", "--short=10", "HEAD"])
    #expect(
      run.errors.hasSuffix(
        """
        error: the branch paircoder/TASK-1 holds commits that are not the result of a run (\(tip))
        hint: Keep them: git branch -m paircoder/TASK-1 another-name. Or drop them: bpsai-pair discard TASK-1

        """))
    #expect(try repository.refs() == refs)
    try repository.pair("discard", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-1")
  }

  @Test func `a branch in the way of ours is named`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.git(["branch", "paircoder"])
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 78)
    #expect(run.errors.contains("the branch paircoder stands in the way of paircoder/TASK-1\nhint: "))
  }

  @Test func `a folder at the worktree's place is left alone`() throws {
    let repository = try ScratchRepository.with(task, TaskText("TASK-2", recipe: "echo two > b.txt"))
    try repository.pair("trust", "TASK-1", "TASK-2")
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("worktree", "clean")
    let mine = try repository.worktreeRoot() + "/1/mine.txt"
    try repository.scratch.write(mine, "mine\n")
    try repository.pair("orchestrate", "--task", "TASK-2")
    #expect(repository.scratch.read(mine) == "mine\n")
    #expect(try repository.hasBranch(of: "TASK-2"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a repository away"))
  func `somebody else's repository is not taken for none`() throws {
    let repository = try ScratchRepository.with(task)
    for path in [repository.path, repository.gitDirectory] { chown(path, 12_345, 12_345) }
    let run = try Invocation.run(
      Pair.program, ["status"], in: repository.path, environment: repository.scratch.environment)
    #expect(run.status == 78)
    #expect(run.errors.contains("git does not trust \(repository.path): it belongs to somebody else"))
    #expect(run.errors.contains("git config --global --add safe.directory \(repository.path)\n"))
  }
}
