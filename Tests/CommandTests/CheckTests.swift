import Foundation
import TestSupport
import Testing

@Suite struct CheckTests {
  /// A repository with an approved recipe, and a declared check that runs `command`.
  private func declaring(_ command: String) throws -> ScratchRepository {
    let task = TaskText("TASK-1", recipe: "echo hello > hello.txt")
    let repository = try ScratchRepository.with(task)
    let quoted = command.replacingOccurrences(of: "'", with: "''")
    try repository.write(
      ".paircoder/config.yaml",
      "orchestrate:\n  checks:\n    - name: greeting\n      run: '\(quoted)'\n")
    try repository.commit("Declare a check")
    try repository.pair("trust", "TASK-1", touching: .nothing)
    return repository
  }

  private func trusting(_ command: String) throws -> ScratchRepository {
    let repository = try declaring(command)
    try repository.pair("trust", "checks", touching: .nothing)
    return repository
  }

  @Test func `a check that nobody approved does not run`() throws {
    let repository = try declaring("touch ../../../../../sprung")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing)
    #expect(
      run.errors.hasSuffix(
        """
        error: the check 'greeting' has not been approved
        hint: Read it in .paircoder/config.yaml, then approve exactly this text: bpsai-pair trust checks

        """))
    #expect(!repository.scratch.exists("sprung"))
  }

  @Test func `checks that are not committed do not count, and the run says so`() throws {
    let repository = try trusting("true")
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  checks:\n    - {name: other, run: \"false\"}\n")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      run.errors.contains("note: the checks in your .paircoder/config.yaml differ from those of the base"))
  }

  @Test func `a result whose checks pass says so`() throws {
    let repository = try trusting("grep -q hello hello.txt")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      try repository.git([
        "log", "-1", "--format=%(trailers:key=PairCoder-Checks,valueonly,separator=)", "paircoder/TASK-1",
      ]) == "greeting passed")
    let review = try repository.pair("review", "TASK-1")
    #expect(review.output.hasSuffix("  passed: greeting\nNothing blocks.\n"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a failed check leaves no branch, and the work is kept`() throws {
    let repository = try trusting("echo 'no bye' >&2; grep -q bye hello.txt")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.hasPrefix(
        "TASK-1: recipe failed (checks-failed): greeting exited with status 1\n    no bye\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "hello")
    #expect(try repository.logged("Failure", of: "TASK-1") == ["checks-failed"])
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a check that changes the tree did not pass on what would be committed`() throws {
    let repository = try trusting("touch report.txt")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.contains("(checks-failed): the checks changed report.txt"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `a check that writes only what git ignores passes`() throws {
    let repository = try trusting("mkdir build; touch build/report.txt")
    try repository.write(".gitignore", "build/\n")
    try repository.commit("Ignore")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      try repository.changedFiles(in: "paircoder/TASK-1") == [".paircoder/tasks/TASK-1.task.md", "hello.txt"])
  }

  @Test func `a task cannot switch the checks off for those that depend on it`() throws {
    let repository = try trusting("test ! -e bad.txt")
    try repository.write(
      ".paircoder/tasks/TASK-2.task.md",
      TaskText("TASK-2", recipe: "echo 'orchestrate: {}' > .paircoder/config.yaml", fields: ["sprint: 6"])
        .text)
    try repository.write(
      ".paircoder/tasks/TASK-3.task.md",
      TaskText("TASK-3", recipe: "touch bad.txt", fields: ["sprint: 6", "depends_on: [TASK-2]"]).text)
    try repository.commit("Tasks")
    try repository.pair("trust", "TASK-2", "TASK-3", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "6", ends: 1)
    #expect(try repository.hasBranch(of: "TASK-2"))
    #expect(try !repository.hasBranch(of: "TASK-3"))
    #expect(try repository.logged("Failure", of: "TASK-3") == ["checks-failed"])
  }

  @Test func `a review runs the checks on what was put on top`() throws {
    let repository = try trusting("grep -q hello hello.txt")
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.git(["worktree", "add", "--quiet", "../top", "paircoder/TASK-1"])
    try repository.scratch.write("top/hello.txt", "bye\n")
    let commit = try Invocation.run(
      "/usr/bin/git", ["commit", "--quiet", "--all", "--message", "Bye"],
      in: repository.scratch.path + "/top",
      environment: repository.scratch.environment)
    #expect(commit.status == 0)
    let review = try repository.pair("review", "TASK-1", ends: 1)
    #expect(review.output.contains("\n  block: the check 'greeting' exited with status 1\n"))
    #expect(review.output.hasSuffix("The review blocks.\n"))
  }

  @Test func `an interrupt while a check runs keeps the work`() throws {
    let repository = try trusting("touch \"$PAIRCODER_TEST_STARTED\"; exec sleep 60")
    let before = try repository.userState()
    let run = try repository.startPair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.exists("started") }
    run.send(signal: SIGINT)
    #expect(try run.wait().status == 130)
    try repository.expectUserState(before)
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "hello")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `after a review was killed the next one works`() throws {
    let repository = try trusting(
      "if [ -n \"${PAIRCODER_TEST_STARTED:-}\" ]; then echo $$ > \"$PAIRCODER_TEST_STARTED\"; exec sleep 60; fi"
    )
    try repository.pair("orchestrate", "--task", "TASK-1")
    let before = try repository.userState()
    let review = try repository.startPair(
      "review", "TASK-1", environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    review.send(signal: SIGKILL)
    _ = try review.wait()
    let check = try #require(repository.scratch.read("started").flatMap { Int32($0.dropLast()) })
    kill(-check, SIGKILL)
    try repository.pair("review", "TASK-1")
    try repository.expectUserState(before)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a check inherits no credentials`() throws {
    let repository = try trusting("test -z \"$MY_TOKEN\"")
    try repository.pair("orchestrate", "--task", "TASK-1", environment: ["MY_TOKEN": "x"])
  }
}
