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
    let repository = try declaring("touch \"$PAIRCODER_TEST_SPRUNG\"")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing,
      environment: ["PAIRCODER_TEST_SPRUNG": repository.scratch.path + "/sprung"])
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
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "failed"])
    let what = "setting up the worktree: 'deps' exited with status 3 no such package"
    #expect(try repository.logged("Project-Fault", of: "TASK-1") == [what])
    let status = try repository.pair("status", "--json", touching: .nothing)
    let shown = try JSON(status.output)["tasks"].list[0]
    #expect(shown["state"].text == "failed" && shown["note"].text == "the project is at fault: \(what)")
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  /// It is the project's fault: the next task would fail in the same way.
  @Test func `one that fails ends a plan at its first task`() throws {
    let repository = try trusting("echo no such package >&2; exit 3")
    for (id, after) in [("TASK-2", "TASK-1"), ("TASK-3", "")] {
      let task = TaskText(id, recipe: "true", fields: ["type: chore", "depends_on: [\(after)]", "sprint: 1"])
      try repository.write(task.path, task.text)
    }
    try repository.write(
      ".paircoder/plans/all.plan.yaml", "id: all\ntitle: A\ntasks: [TASK-1, TASK-2, TASK-3]\n")
    try repository.commit("More tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let run = try repository.pair("orchestrate", "--plan", "all", ends: 1)
    let lines = run.output.split(separator: "\n").map(String.init)
    let left = "not started, since what made TASK-1 fail is the project's fault"
    #expect(
      lines.prefix(2) == [
        "TASK-1: failed: setting up the worktree: 'deps' exited with status 3", "    no such package",
      ])
    #expect(lines[2].hasPrefix("  hint: All that it printed is in "))
    #expect(
      lines.dropFirst(3) == [
        "TASK-2: \(left)", "TASK-3: \(left)", "3 tasks: 1 failed, 2 not started; $0.00 in all",
      ])
    let json = try JSON(repository.pair("orchestrate", "--plan", "all", "--json", ends: 1).output)
    #expect(json["tasks"].list.map { $0["state"].text } == ["failed", "not-started", "not-started"])
  }

  @Test func `one that changes what git tracks ends the run`() throws {
    let repository = try trusting("echo more >> README.md")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.errors.contains("error: setting up the worktree changed README.md, which git tracks\nhint: "))
    #expect(try repository.hasNoWorktreeInUse())
  }
}
