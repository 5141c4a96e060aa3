import Foundation
import TestSupport
import Testing

/// `orchestrate: worktrees: setup:`
@Suite struct SetupTests {
  private func declaring(_ command: String, recipe: String = "cp deps/made hello.txt") throws
    -> ScratchRepository
  {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: recipe))
    try repository.write(".gitignore", "deps/\n")
    let quoted = command.replacingOccurrences(of: "'", with: "''")
    try repository.write(
      ".paircoder/config.yaml",
      "orchestrate:\n  worktrees:\n    setup:\n      - {name: deps, run: '\(quoted)'}\n")
    try repository.commit("Declare set-up")
    try repository.pair("trust", "TASK-1", touching: .nothing)
    return repository
  }

  private func trusting(_ command: String, recipe: String = "cp deps/made hello.txt") throws
    -> ScratchRepository
  {
    let repository = try declaring(command, recipe: recipe)
    try repository.pair("trust", "setup", touching: .nothing)
    return repository
  }

  @Test func `it runs only after its exact text was approved`() throws {
    let repository = try declaring("touch \"$PAIR_TEST_SPRUNG\"")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing,
      environment: ["PAIR_TEST_SPRUNG": repository.scratch.path + "/sprung"])
    #expect(
      run.errors.hasSuffix(
        """
        error: the set-up command 'deps' has not been approved
        hint: Read it in .paircoder/config.yaml, then approve exactly this text: bpsai-pair trust setup

        """))
    #expect(!repository.scratch.exists("sprung"))
    #expect(
      try repository.pair("doctor", ends: 1, touching: .nothing).output
        .contains("problem  approvals      the set-up command 'deps' has not been approved\n"))
  }

  @Test func `it runs before the agent, without credentials, and what it makes is no work of the agent's`()
    throws
  {
    let repository = try trusting("mkdir deps; echo \"made${MY_TOKEN:-}\" > deps/made; echo x > unignored")
    try repository.pair("orchestrate", "--task", "TASK-1", environment: ["MY_TOKEN": "x"])
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "made")
    #expect(
      try repository.changedFiles(in: "paircoder/TASK-1") == [".paircoder/tasks/TASK-1.task.md", "hello.txt"])
    #expect(try repository.snapshots(of: "TASK-1") == [])
    // In the next run's worktree, too, which is the same one.
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
  }

  @Test func `one that fails ends the run, and says where its words are`() throws {
    let repository = try trusting("echo half > half; echo no such package >&2; exit 3")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.errors.contains(
        "error: setting up the worktree: 'deps' exited with status 3\nno such package\nhint: "))
    let folder = try #require(run.errors.split(separator: " ").first { $0.contains("/paircoder/runs/") })
      .dropLast(2)
    #expect(
      try String(contentsOfFile: folder + "/setup-deps.stderr", encoding: .utf8) == "no such package\n")
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "interrupted"])
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `one that changes what git tracks ends the run`() throws {
    let repository = try trusting("echo more >> README.md")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.errors.contains("error: setting up the worktree changed README.md, which git tracks\nhint: "))
    #expect(try repository.hasNoWorktreeInUse())
  }
}
