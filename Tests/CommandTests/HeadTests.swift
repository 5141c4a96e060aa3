import TestSupport
import Testing

/// Where an agent's HEAD stands when it ends.
@Suite struct HeadTests {
  /// Three versions of `f`, and `new` since the last.
  private func running(_ recipe: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for version in 1...3 {
      try repository.write("f", "v\(version)\n")
      if version == 3 { try repository.write("new", "new\n") }
      try repository.commit("Version \(version)")
    }
    try repository.git(["checkout", "--quiet", "-b", "side", "HEAD~2"])
    try repository.write("f", "side\n")
    try repository.commit("Side")
    try repository.git(["checkout", "--quiet", "main"])
    let task = TaskText("TASK-1", recipe: recipe)
    try repository.write(task.path, task.text)
    try repository.commit("Task")
    try repository.pair("trust", "TASK-1", touching: .nothing)
    return repository
  }

  @Test(arguments: [
    "git reset --quiet --hard HEAD~2; echo x > a",
    "git checkout --quiet HEAD~2; echo x > a; git add a; git commit --quiet -m Mine",
    "echo x > a; git stash push --quiet -u; git checkout --quiet HEAD~3; git stash pop --quiet",
  ])
  func `changes to an older commit are laid on the base`(recipe: String) throws {
    let repository = try running(recipe)
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("its changes since then are laid on the base"), "\(run)")
    #expect(try repository.text(of: "f", at: "paircoder/TASK-1") == "v3")
    #expect(try repository.text(of: "new", at: "paircoder/TASK-1") == "new")
    #expect(try repository.text(of: "a", at: "paircoder/TASK-1") == "x")
    #expect(try repository.pair("log", "TASK-1", touching: .nothing).output.contains("changed one file"))
  }

  @Test(arguments: [
    ("git checkout --quiet HEAD~3; echo other > f", "moved-base"),
    ("git checkout --quiet --orphan x; git rm -r --quiet --cached .; echo x > a", "moved-base"),
    ("git checkout --quiet --detach side; git merge --quiet main || true", "unfinished"),
    ("git revert --no-commit HEAD~2 2> /dev/null || true; echo x > a", "unfinished"),
    ("git bisect start --quiet 2> /dev/null || git bisect start; echo x > a", "unfinished"),
    ("printf '<<<<<<< HEAD\\nv3\\n=======\\nside\\n>>>>>>> side\\n' > f", "unfinished"),
  ])
  func `what cannot be told from others' changes is no result`(recipe: String, kind: String) throws {
    let repository = try running(recipe)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.contains("failed (\(kind)): "), "\(run)")
    #expect(try repository.runGit(["rev-parse", "--verify", "--quiet", "paircoder/TASK-1"]).status != 0)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `an amended commit of the base holds what that did`() throws {
    let repository = try running("echo v4 > f; git commit --quiet --all --amend --no-edit")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "f", at: "paircoder/TASK-1") == "v4")
    #expect(try repository.text(of: "new", at: "paircoder/TASK-1") == "new")
  }

  @Test func `a merge that it ended is a result`() throws {
    let repository = try running(
      "git merge --quiet side > /dev/null || true; echo both > f; git add f; git commit --quiet --no-edit")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "f", at: "paircoder/TASK-1") == "both")
    #expect(run.errors.contains("note: it merged one commit that it did not make"), "\(run)")
  }

  @Test func `a commit of its own is no remark`() throws {
    let repository = try running("echo x > a; git add a; git commit --quiet -m Mine")
    #expect(!(try repository.pair("orchestrate", "--task", "TASK-1").errors.contains("it merged")))
  }

  @Test func `HEAD through two symbolic refs is read`() throws {
    let repository = try running(
      "git symbolic-ref refs/heads/alias refs/heads/main; git symbolic-ref HEAD refs/heads/alias; echo x > a")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "a", at: "paircoder/TASK-1") == "x")
  }
}
