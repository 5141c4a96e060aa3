import Foundation
import TestSupport
import Testing

/// What is integrated depends on how far a result is: begun by a workflow, merged already, gone.
@Suite struct IntegrateStatusTests {
  private static let branch = "paircoder/_plan/sprint-6"
  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    try repository.write(".paircoder/workflows/auth.yaml", SeedWorkflow.text)
    try repository.write("shared.txt", "one\ntwo\nthree\n")
  }

  private func recipe(_ id: String, after: [String] = [], _ recipe: String) -> TaskText {
    TaskText(
      id, recipe: recipe, fields: ["sprint: sprint-6", "depends_on: [\(after.joined(separator: ", "))]"])
  }

  private func byWorkflow(_ id: String, _ body: String) -> TaskText {
    TaskText(id, fields: ["workflow: auth", "sprint: sprint-6"], body: body)
  }

  /// Commits `tasks` and has them carried out.
  private func run(_ tasks: TaskText..., ends status: Int32 = 0) throws {
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "sprint-6", ends: status)
  }

  @Test func `half a workflow, and work that a review blocks, is not merged`() throws {
    try run(
      byWorkflow("TASK-1", "STANDIN: stubborn"), recipe("TASK-2", "echo two > c.txt"),
      byWorkflow("TASK-3", "STANDIN: astray"), ends: 1)
    let integrated = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(
      integrated.output.contains(
        """

          TASK-1: left out: the review '3' still blocks after 2 rounds
            all steps once more: bpsai-pair orchestrate --task TASK-1 --again --base \(Self.branch)

        """), "\(integrated)")
    #expect(
      integrated.output.contains(
        """

          TASK-3: left out: the step '2' of the workflow auth failed (checks-failed)
            go on: bpsai-pair resume TASK-3

        """), "\(integrated)")
    #expect(integrated.output.contains("paircoder/_plan/sprint-6 holds one result ("))
    #expect(!integrated.errors.contains("make it anew"))
    #expect(try repository.changedFiles(in: Self.branch).contains("c.txt"))
    #expect(try repository.runGit(["cat-file", "-e", Self.branch + ":design.md"]).status != 0)
    let record = try JSON(
      repository.pair("integrate", "--plan", "6", "--dry-run", "--json", ends: 1, touching: .nothing).output)
    #expect(record["parts"].list.map { $0["state"].text } == ["unfinished", "merged", "unfinished"])
    #expect(record["isComplete"] == "0")
    #expect(record["parts"].list[2]["hint"] == "go on: bpsai-pair resume TASK-3")
    // They would conflict in design.md.
    #expect(try repository.pair("conflicts").output.contains("one result beside main"))
  }

  @Test func `what has no result yet is told, and keeps nothing from being merged`() throws {
    let done = TaskText("TASK-3", fields: ["sprint: sprint-6"], body: "Greet.")
    try repository.write(
      done.path, done.text.replacingOccurrences(of: "status: pending", with: "status: done"))
    try run(recipe("TASK-1", "echo one > a.txt"), recipe("TASK-2", "exit 1"), ends: 1)
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run", touching: .nothing)
    #expect(
      dry.output.hasSuffix(
        """
          TASK-1: merges
          TASK-2: has no result yet
          TASK-3: is done, as its file says; it has no result
        paircoder/_plan/sprint-6 would hold one result.
        one task has no result yet: bpsai-pair orchestrate --plan 6

        """), "\(dry)")
    let record = try JSON(repository.pair("integrate", "--plan", "6", "--json").output)
    #expect(record["isComplete"] == "0")
    #expect(record["parts"].list.map { $0["state"].text } == ["merged", "missing", "done"])
    #expect(record["parts"].list[1]["hint"] == "run it: bpsai-pair orchestrate --plan 6")
    try repository.pair("discard", "TASK-1")
    let none = try repository.pair("integrate", "--plan", "6")
    #expect(
      none.output.contains("There is nothing to merge.\n2 tasks have no result yet: bpsai-pair"), "\(none)")
  }

  @Test func `what was squashed into the base is done, and no agent is paid for it`() throws {
    try run(
      recipe("TASK-1", "echo one >> a.txt"), recipe("TASK-2", after: ["TASK-1"], "echo two > b.txt"),
      recipe("TASK-3", "echo three > shared.txt"))
    for task in ["TASK-1", "TASK-3"] {
      try repository.git(["merge", "--quiet", "--squash", "paircoder/\(task)"])
      try repository.commit("What \(task) did")
    }
    // The branch of TASK-3 conflicts with that.
    try repository.write("shared.txt", "THREE\n")
    try repository.commit("Louder")
    let done = "  TASK-1: is done in main; its result was merged in another way\n"
    let shown = try repository.pair("conflicts", "--json", touching: .nothing)
    #expect(try JSON(shown.output)["results"].list.map { $0["task"].text } == ["TASK-2"])
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run")
    #expect(dry.output.contains(done), "\(dry)")
    // Nor is what was made on top of it.
    try repository.git(["branch", "--quiet", "-D", "paircoder/TASK-1"])
    let integrated = try repository.pair("integrate", "--plan", "6")
    #expect(integrated.output.contains(done), "\(integrated)")
    #expect(try repository.text(of: "b.txt", at: Self.branch) == "two")
    #expect(integrated.output.contains("  TASK-3: is done in main; its result was"))
    #expect(try repository.text(of: "shared.txt", at: Self.branch) == "THREE")
    // What is made again after that is a new result.
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    let again = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1)
    #expect(again.output.contains("  TASK-1: merges\n"), "\(again)")
  }

  @Test func `once its results are gone, what the branch still holds is told`() throws {
    try run(recipe("TASK-1", "echo one > a.txt"), recipe("TASK-2", "echo two > b.txt"))
    try repository.pair("integrate", "--plan", "6")
    let tip = try repository.git(["rev-parse", "--short=10", Self.branch])
    for task in ["TASK-1", "TASK-2"] { try repository.pair("discard", task) }
    let run = try repository.pair("integrate", "--plan", "6")
    #expect(
      run.output.hasSuffix(
        """
        There is nothing to merge.
        2 tasks have no result yet: bpsai-pair orchestrate --plan 6
        paircoder/_plan/sprint-6 still holds what was merged before (\(tip)): git branch -D paircoder/_plan/sprint-6

        """), "\(run)")
  }

  @Test func `made anew, a result is told only conflicts that this command does not see to`() throws {
    let other = TaskText("TASK-9", recipe: "sed -i s/two/nine/ shared.txt")
    try repository.write(other.path, other.text)
    try run(
      recipe("TASK-1", "sed -i s/two/ONE/ shared.txt"),
      recipe("TASK-2", #"sed -i "s/two\|ONE/TWO/" shared.txt"#),
      recipe("TASK-3", #"sed -i "s/two\|TWO/THREE/" shared.txt"#))
    try repository.pair("orchestrate", "--task", "TASK-9")
    let base = try repository.git(["rev-parse", "HEAD"])
    try repository.write("shared.txt", "one\nmain\nthree\n")
    try repository.commit("On")
    let integrated = try repository.pair("integrate", "--plan", "6", "--base", base)
    let notes = integrated.errors.split(separator: "\n").filter { $0.hasPrefix("note: TASK") }
    #expect(
      notes == [
        "note: TASK-2 and TASK-9 will conflict in shared.txt",
        "note: TASK-3 and TASK-9 will conflict in shared.txt",
      ], "\(integrated)")
    #expect(!integrated.errors.contains("main and"))
  }
}
