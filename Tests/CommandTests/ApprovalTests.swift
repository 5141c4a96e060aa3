import TestSupport
import Testing

@Suite struct ApprovalTests {
  @Test func `a recipe runs only after its exact text was approved`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: "echo one > one.txt"))
    let unapproved = try repository.pair("orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing)
    #expect(
      unapproved.errors == """
        error: TASK-1 brings a recipe that has not been approved
        hint: Read it, then approve exactly this text: bpsai-pair trust TASK-1

        """)
    try repository.pair("trust", "TASK-1", touching: .nothing)
    try repository.write(
      ".paircoder/tasks/TASK-1.task.md", TaskText("TASK-1", recipe: "echo two > two.txt").text)
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing)
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `an approval holds for one repository`() throws {
    let task = TaskText("TASK-1", recipe: "echo one > one.txt")
    let repository = try ScratchRepository.trusting(task)
    try repository.git(["clone", "--quiet", ".", "../other"])
    let run = try Invocation.run(
      Pair.program, ["orchestrate", "--task", "TASK-1"], in: repository.scratch.path + "/other",
      environment: repository.scratch.environment)
    #expect(run.status == 77)
  }

  @Test func `trust lists what there is, and shows control characters`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", recipe: "echo '\u{1B}[2K' > one.txt"), TaskText("TASK-2", body: "Greet."))
    let listed = try repository.pair("trust", touching: .nothing)
    #expect(listed.output.hasPrefix("the recipe of TASK-1: not approved\n    echo '"))
    #expect(!listed.output.contains("\u{1B}"))
    try repository.pair("trust", "task-1", touching: .nothing)
    #expect(
      try repository.pair("trust", touching: .nothing).output.hasPrefix("the recipe of TASK-1: approved\n"))
  }

  @Test func `only what needs an approval can be approved`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let run = try repository.pair("trust", "TASK-1", ends: 64, touching: .nothing)
    #expect(
      run.errors == """
        error: nothing of 'TASK-1' needs an approval
        hint: 'bpsai-pair trust' lists what does.

        """)
  }

  @Test func `--from approves what stands in a commit, and nothing of the checkout`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: "echo one > one.txt"))
    try repository.write(
      ".paircoder/tasks/TASK-2.task.md", TaskText("TASK-2", recipe: "echo two > two.txt").text)
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let listed = try repository.pair("trust", touching: .nothing)
    #expect(listed.output.contains("the recipe of TASK-1: approved\n"))
    #expect(listed.output.contains("the recipe of TASK-2: not approved\n"))
  }
}
