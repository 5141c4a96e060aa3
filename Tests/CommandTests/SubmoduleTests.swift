import Foundation
import TestSupport
import Testing

/// Submodules that the user has fetched are there for an agent, with git directories of their own.
@Suite struct SubmoduleTests {
  private func running(_ recipe: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    let library = repository.scratch.path + "/library"
    try repository.git(["init", "--quiet", library])
    try repository.git([
      "-C", library, "-c", "user.name=L", "-c", "user.email=l@example.com", "commit", "--quiet",
      "--allow-empty", "-m", "One",
    ])
    try repository.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "sub"])
    let task = TaskText("TASK-1", recipe: recipe)
    try repository.write(task.path, task.text)
    try repository.commit("Task")
    try repository.pair("trust", "TASK-1", touching: .nothing)
    return repository
  }

  @Test func `it is filled, and what the agent leaves alone stays as it is`() throws {
    let repository = try running("git -C sub log --format=%s > log.txt; git submodule status >> log.txt")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(!run.errors.contains("submodule"), "\(run)")
    #expect(try repository.text(of: "log.txt", at: "paircoder/TASK-1").hasPrefix("One\n"))
    #expect(try repository.git(["diff", "--name-only", "HEAD", "paircoder/TASK-1", "--", "sub"]) == "")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a commit in it moves its link, and is kept in the user's copy`() throws {
    let repository = try running(
      "cd sub; echo x > x; git add x; git -c user.name=A -c user.email=a@example.com commit --quiet -m Two")
    let before = try repository.git(["-C", "sub", "for-each-ref", "refs/heads"])
    try repository.pair("orchestrate", "--task", "TASK-1", touching: .theUsersFiles)
    let link = try repository.git(["rev-parse", "paircoder/TASK-1:sub"])
    #expect(link != (try repository.git(["rev-parse", "HEAD:sub"])))
    #expect(try repository.git(["-C", "sub", "show", "--no-patch", "--format=%s", link]) == "Two")
    #expect(
      try repository.git(["-C", "sub", "for-each-ref", "--contains", link]).contains(
        "refs/paircoder/submodules/"))
    #expect(try repository.git(["-C", "sub", "for-each-ref", "refs/heads"]) == before)
    try repository.pair("orchestrate", "--task", "TASK-1", "--again", touching: .theUsersFiles)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `what it changes there without a commit is kept beside the result`() throws {
    let repository = try running("echo x > sub/x; echo hello > hello.txt")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      run.errors.contains("note: what it changed in the submodule sub and did not commit there"), "\(run)")
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/sub/x", at: kept) == "x")
    #expect(try repository.git(["diff", "--name-only", "HEAD", "paircoder/TASK-1", "--", "sub"]) == "")
  }

  /// To empty it would go through the link.
  @Test func `a link in the place of a folder above it leads nobody to the user's`() throws {
    let repository = try ScratchRepository.with()
    let library = repository.scratch.path + "/library"
    try repository.git(["init", "--quiet", library])
    try repository.git(
      [
        "-C", library, "-c", "user.name=L", "-c", "user.email=l@example.com", "commit", "--quiet",
        "--allow-empty", "-m", "One",
      ])
    try repository.git([
      "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "libs/sub",
    ])
    let task = TaskText(
      "TASK-1", recipe: "rm -rf libs; ln -s \"$PAIRCODER_TEST_REPO/libs\" libs; echo hello > hello.txt")
    try repository.write(task.path, task.text)
    try repository.commit("Task")
    try repository.pair("trust", "TASK-1", touching: .nothing)
    try repository.write("libs/sub/wip.txt", "mine\n")
    _ = try Invocation.run(
      Pair.program, ["orchestrate", "--task", "TASK-1"], in: repository.path,
      environment: repository.scratch.environment.merging(["PAIRCODER_TEST_REPO": repository.path]) { $1 })
    #expect(repository.read("libs/sub/wip.txt") == "mine\n")
    #expect(repository.read("libs/sub/.git") != nil)
  }

  /// The user has not fetched it.
  private func fetching(_ more: String) throws -> ScratchRepository {
    let repository = try running(
      "git -c protocol.file.allow=always submodule --quiet update --init; echo hello > hello.txt; \(more)")
    try repository.git(["submodule", "--quiet", "deinit", "--force", "sub"])
    try FileManager.default.removeItem(atPath: repository.path + "/.git/modules")
    return repository
  }

  @Test func `one that the agent fetches itself stays where the base has it`() throws {
    let repository = try fetching("")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.changedFiles(in: "paircoder/TASK-1").last == "hello.txt")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a commit in one that it fetched itself would be lost, and is no result`() throws {
    let repository = try fetching(
      "cd sub; git -c user.name=A -c user.email=a@example.com commit --quiet --allow-empty -m Two")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.contains("failed (out-of-scope): it left a git repository inside the worktree (sub)"))
  }
}
