import Foundation
import TestSupport
import Testing

/// Plans some of whose tasks are done, have a result, or are none to be started.
@Suite struct PlanStatusTests {
  private func task(
    _ id: String, after: [String] = [], priority: String = "P2", status: String = "pending",
    files: [String] = [], _ recipe: String
  ) -> TaskText {
    let declared = files.isEmpty ? "" : "## Files to Modify\n\n" + files.map { "- `\($0)`\n" }.joined()
    let task = TaskText(
      id, recipe: recipe,
      fields: ["sprint: 1", "priority: \(priority)", "depends_on: [\(after.joined(separator: ", "))]"],
      body: declared)
    return TaskText(
      id: id, text: task.text.replacingOccurrences(of: "status: pending", with: "status: \(status)"))
  }

  private func trusting(_ tasks: TaskText..., config: String = "") throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    if !config.isEmpty { try repository.write(".paircoder/config.yaml", config) }
    try add(tasks, to: repository)
    return repository
  }

  private func add(_ tasks: [TaskText], to repository: ScratchRepository) throws {
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
  }

  @Test(arguments: [
    // A file of the squashed task is gone again, or was changed since: its result would conflict.
    ["rm", "-q", "one.txt"], ["mv", "-f", "README.md", "one.txt"],
  ])
  func `what is done and was squashed is not merged into what depends on it`(_ change: [String]) throws {
    let repository = try trusting(task("TASK-1", "echo one > one.txt"))
    try repository.write("README.md", "Read me.\n")
    try repository.commit("Read me")
    try repository.pair("orchestrate", "--plan", "1")
    try repository.git(["merge", "--squash", "paircoder/TASK-1"])
    try repository.git(["commit", "-m", "One"])
    try repository.git(change)
    try repository.commit("Otherwise")
    try add([task("TASK-2", after: ["TASK-1"], "echo two > two.txt")], to: repository)
    try repository.pair("orchestrate", "--plan", "1")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-2^"]) == repository.git(["rev-parse", "HEAD"]))
    #expect(
      try repository.git(["diff", "--name-only", "HEAD", "paircoder/TASK-2", "--", "*.txt"]) == "two.txt")
  }

  @Test func `a plan leaves alone what nobody should start, and skips what depends on it`() throws {
    let repository = try trusting(
      task("TASK-1", status: "cancelled", "echo one > one.txt"),
      task("TASK-2", after: ["TASK-1"], "echo two > two.txt"), task("TASK-3", "echo three > three.txt"),
      task("TASK-4", status: "backlog", "echo four > four.txt"))
    let dry = try repository.pair("orchestrate", "--plan", "1", "--dry-run", ends: 1, touching: .nothing)
    #expect(dry.output.contains("skipped, since its status is cancelled\n"))
    #expect(dry.output.contains("skipped, since TASK-1 would be skipped: its status is cancelled\n"))
    let run = try repository.pair("orchestrate", "--plan", "1", ends: 1)
    #expect(run.output.contains("TASK-1: skipped, since its status is cancelled\n"))
    #expect(run.output.contains("TASK-2: skipped, since TASK-1 was skipped: its status is cancelled\n"))
    #expect(run.output.contains("TASK-4: skipped, since its status is backlog\n"))
    #expect(run.output.hasSuffix("4 tasks: 1 committed, 3 skipped; $0.00 in all\n"))
    // What a person names runs.
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("queue", "TASK-4")
    let queued = try repository.pair("orchestrate", "--queued")
    #expect(queued.output.contains("TASK-4: committed on"))
    // What has its result satisfies what depends on it, and nothing is left that failed.
    let rest = try repository.pair("orchestrate", "--plan", "1")
    #expect(rest.output.contains("TASK-2: committed on"))
    #expect(try repository.text(of: "one.txt", at: "paircoder/TASK-2") == "one")
  }

  @Test func `a status that the hooks of the project take, a plan takes, too`() throws {
    let repository = try trusting(
      task("TASK-1", status: "approved", "echo one > one.txt"), task("TASK-2", "echo two > two.txt"),
      config: "orchestrate:\n  hooks:\n    statuses: [approved]\n")
    let run = try repository.pair("orchestrate", "--plan", "1")
    #expect(run.output.contains("TASK-1: committed on"))
    // What hooks are to start by themselves says nothing against a plan that a person starts.
    #expect(run.output.contains("TASK-2: committed on"))
  }

  @Test func `what is done, or has its result, keeps nobody waiting`() throws {
    let repository = try trusting(
      task("TASK-1", priority: "P3", status: "done", "true"),
      task("TASK-2", after: ["TASK-1"], priority: "P0", files: ["a.txt"], "echo two >> a.txt"),
      task("TASK-3", priority: "P1", files: ["a.txt"], "echo three >> a.txt"),
      task("TASK-4", priority: "P3", "echo four > four.txt"),
      task("TASK-5", after: ["TASK-4"], priority: "P0", "cat four.txt > five.txt"))
    try repository.pair("orchestrate", "--task", "TASK-4")
    let dry = try repository.pair("orchestrate", "--plan", "1", "--dry-run", "--json", touching: .nothing)
    let tasks = try JSON(dry.output)["tasks"].list
    func entry(_ id: String) -> JSON? { tasks.first { $0["task"].text == id } }
    #expect(entry("TASK-2")?["wave"].text == "1")
    #expect(entry("TASK-2")?["dependsOn"].list.map(\.text) == ["TASK-1"])
    #expect(entry("TASK-5")?["wave"].text == "1")
    #expect(entry("TASK-3")?["buildsOn"].list.map(\.text) == ["TASK-2"])
    let run = try repository.pair("orchestrate", "--plan", "1")
    let order = run.output.split(separator: "\n").filter { $0.contains("committed on") }
      .map { String($0.prefix { $0 != ":" }) }
    #expect(order == ["TASK-2", "TASK-5", "TASK-3"])
    #expect(try repository.text(of: "five.txt", at: "paircoder/TASK-5") == "four")
  }

  @Test func `results that do not merge are named with their paths, and told before the run`() throws {
    let repository = try trusting(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > a.txt"),
      task("TASK-3", after: ["TASK-1", "TASK-2"], "cat a.txt > c.txt"))
    try repository.pair("orchestrate", "--plan", "1", ends: 1)
    let words = "what TASK-3 depends on does not merge: TASK-1 and TASK-2 will conflict in a.txt\n"
    let hint =
      "hint: 'bpsai-pair integrate --plan 1' has one made anew on top of the other; then run the plan again.\n"
    let dry = try repository.pair("orchestrate", "--plan", "1", "--dry-run", ends: 1, touching: .nothing)
    #expect(dry.output.contains("      \(words)      \(hint)"))
    let run = try repository.pair("orchestrate", "--plan", "1", ends: 1)
    #expect(run.output.contains("TASK-3: failed: \(words)  \(hint)"))
    // As the hint says.
    try repository.pair("integrate", "--plan", "1")
    let rest = try repository.pair("orchestrate", "--plan", "1")
    #expect(rest.output.contains("TASK-3: committed on"))
  }

  @Test func `a result that does not merge with the base is told with the base's name`() throws {
    let repository = try trusting(task("TASK-1", "echo one > a.txt"))
    try repository.pair("orchestrate", "--plan", "1")
    try repository.write("a.txt", "main\n")
    try add([task("TASK-2", after: ["TASK-1"], "true")], to: repository)
    let run = try repository.pair("orchestrate", "--plan", "1", "--dry-run", ends: 1, touching: .nothing)
    #expect(run.output.contains("does not merge: main and TASK-1 will conflict in a.txt\n"))
  }

  @Test func `what has nothing to do says no more than that`() throws {
    let repository = try trusting(
      task("TASK-1", files: ["a.txt"], "echo one >> a.txt"),
      task("TASK-2", files: ["a.txt"], "echo two >> a.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    let words = "TASK-1 and TASK-2 may both change a.txt: TASK-2 builds on the result of TASK-1\n"
    let half = try repository.pair("orchestrate", "--plan", "1")
    #expect(half.errors.contains("note: \(words)"))
    let rest = try repository.pair("orchestrate", "--plan", "1")
    #expect(!rest.errors.contains("may both change"))
    let dry = try repository.pair("orchestrate", "--plan", "1", "--dry-run", touching: .nothing)
    #expect(dry.output.contains("1.  TASK-1  –      –        –     1        –  Write a greeting\n"))
    #expect(!dry.output.contains("may both change"))
  }

  @Test func `a graph shows what may conflict, whatever becomes of it`() throws {
    let repository = try trusting(
      task("TASK-1", files: ["a.txt"], "true"), task("TASK-2", files: ["a.txt"], "true"),
      config: "orchestrate:\n  conflicts: warn\n")
    let graph = try repository.pair(
      "orchestrate", "--plan", "1", "--dry-run", "--mermaid", touching: .nothing)
    #expect(graph.output.hasSuffix("\n  t1 -. same files .- t2\n"))
  }

  @Test func `all unknown ids are told at once, and a task does not mean itself`() throws {
    let repository = try trusting(
      task("TASK-1", after: ["TASK-8", "OTHER-7"], "true"), task("TASK-2", after: ["TASK-9"], "true"))
    let run = try repository.pair("orchestrate", "--plan", "1", ends: 65, touching: .nothing)
    #expect(
      run.errors == """
        error: TASK-1 depends on TASK-8, OTHER-7; TASK-2 depends on TASK-9, and there are no such tasks
        hint: Add their task files, or correct the ids, or take them out. There are: TASK-1, TASK-2.

        """)
    try repository.write(".paircoder/tasks/TASK-2.task.md", task("TASK-2", "true").text)
    let one = try repository.pair("orchestrate", "--plan", "1", ends: 65, touching: .nothing)
    #expect(
      one.errors.hasSuffix(
        "TASK-1 depends on TASK-8, OTHER-7, and there are no such tasks\nhint: Add their task files, or correct the ids, or take them out. There are: TASK-2.\n"
      ))
  }

  @Test func `a task that depends on itself is a circle`() throws {
    let repository = try trusting(task("TASK-1", after: ["TASK-1"], "true"))
    let run = try repository.pair("orchestrate", "--plan", "1", ends: 65, touching: .nothing)
    #expect(run.errors.contains("depend on each other in a circle: TASK-1 → TASK-1\n"))
  }
}
