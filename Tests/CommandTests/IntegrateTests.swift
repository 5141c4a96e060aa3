import Foundation
import TestSupport
import Testing

@Suite struct IntegrateTests {
  private static let branch = "paircoder/_plan/sprint-6"

  private func task(_ id: String, after: [String] = [], _ recipe: String) -> TaskText {
    TaskText(
      id, recipe: recipe, fields: ["sprint: sprint-6", "depends_on: [\(after.joined(separator: ", "))]"])
  }

  /// A repository with `tasks`, everything in it approved; the plan's runs have ended.
  private func repository(
    config: String = "", runs: Bool = true, _ tasks: TaskText...
  ) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    try repository.write("shared.txt", "one\ntwo\nthree\n")
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  worktrees: {pool: 1}\n" + config)
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    if runs { try repository.pair("orchestrate", "--plan", "sprint-6") }
    return repository
  }

  /// The subjects of the plan's branch along its own line, newest first.
  private func merges(_ repository: ScratchRepository) throws -> [String] {
    try repository.git(["log", "--first-parent", "--format=%s", "main..\(Self.branch)"])
      .split(separator: "\n").map(String.init)
  }

  /// Two results of which each passes `apart`, and both together do not, unless the second sees the first.
  private static let apart =
    "  checks: [{name: apart, run: test ! -e a.txt || test ! -e b.txt, timeout: 1m}]\n"

  @Test func `results are merged in order, each checked, and it ends with what to type`() throws {
    let repository = try repository(
      config: "  checks: [{name: there, run: ls *.txt >> \"$PAIRCODER_TEST_LIST\", timeout: 1m}]\n",
      runs: false,
      task("TASK-10", "echo ten > j.txt"), task("TASK-2", after: ["TASK-10"], "cat j.txt > b.txt"),
      task("TASK-3", "echo three > c.txt"), task("TASK-4", "exit 1"))
    try repository.git(["remote", "add", "origin", "../elsewhere"])
    let list = repository.scratch.path + "/list"
    try repository.pair(
      "orchestrate", "--plan", "6", ends: 1,
      environment: ["PAIRCODER_TEST_LIST": repository.scratch.path + "/runs"])
    let run = try repository.pair("integrate", "--plan", "6", environment: ["PAIRCODER_TEST_LIST": list])
    #expect(
      try merges(repository) == [
        "Merge TASK-2: Write a greeting", "Merge TASK-10: Write a greeting", "Merge TASK-3: Write a greeting",
      ])
    let tip = try repository.git(["rev-parse", "--short=10", Self.branch])
    #expect(run.output.contains("  TASK-4: has no result yet\n"))
    #expect(
      run.output.hasSuffix(
        """
        paircoder/_plan/sprint-6 holds 3 results (\(tip))
        one task has no result yet: bpsai-pair orchestrate --plan 6

          push it    git push origin paircoder/_plan/sprint-6
          see it     git diff \(try repository.git(["rev-parse", "--short=10", "main"]))...paircoder/_plan/sprint-6
          merge it   git merge --no-ff paircoder/_plan/sprint-6

        """))
    #expect(
      repository.scratch.read("list") == """
        c.txt\nshared.txt
        c.txt\nj.txt\nshared.txt
        b.txt\nc.txt\nj.txt\nshared.txt

        """)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `again, with the same results, there is nothing to do`() throws {
    let repository = try repository(
      config: Self.apart, task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > c.txt"))
    try repository.pair("integrate", "--plan", "sprint-6")
    let refs = try repository.refs()
    let run = try repository.pair("integrate", "--plan", "27", ends: 64)
    #expect(run.errors.contains("no plan or sprint called '27'"))
    let again = try repository.pair("integrate", "--plan", "6")
    #expect(again.output.contains("paircoder/_plan/sprint-6 already holds 2 results"))
    #expect(!again.errors.contains("check:"))
    #expect(try repository.refs() == refs)
  }

  @Test func `a dry run tells the order and the conflicts, and changes nothing`() throws {
    let repository = try repository(
      task("TASK-1", "sed -i s/two/TWO/ shared.txt"), task("TASK-2", "sed -i s/two/2/ shared.txt"),
      task("TASK-3", after: ["TASK-2"], "echo three > c.txt"))
    let run = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      run.output.split(separator: "\n").dropFirst() == [
        "  TASK-1: merges",
        "  TASK-2: left out: it conflicts with TASK-1 in shared.txt; an agent would make it anew",
        "  TASK-3: left out: it builds on TASK-2, which is left out",
        "paircoder/_plan/sprint-6 would hold one result.",
      ])
    let record = try JSON(
      repository.pair("integrate", "--plan", "6", "--dry-run", "--json", ends: 1, touching: .nothing).output)
    #expect(record["schema"] == "bpsai-pair/integration/1")
    #expect(record["parts"].list.map { $0["state"].text } == ["merged", "left-out", "left-out"])
    #expect(record["parts"].list[1]["paths"].list.map(\.text) == ["shared.txt"])
    #expect(record["parts"].list.map { $0["remedy"].text } == ["", "agent", ""])
    #expect(record["commit"] == "")
  }

  @Test func `what conflicts is made anew from the branch, and then what builds on it`() throws {
    let repository = try repository(
      task("TASK-1", "sed -i s/two/TWO/ shared.txt"), task("TASK-2", #"sed -i "s/two\|TWO/2/" shared.txt"#),
      task("TASK-3", after: ["TASK-2"], "cat shared.txt > c.txt"), task("TASK-4", "echo four > d.txt"))
    let old = try repository.git(["rev-parse", "paircoder/TASK-2"])
    let run = try repository.pair("integrate", "--plan", "6")
    #expect(run.errors.contains("TASK-2 conflicts with TASK-1 in shared.txt: an agent is to make it anew\n"))
    #expect(run.output.contains("  made anew: TASK-2: committed on paircoder/TASK-2 ("))
    #expect(run.output.contains("  made anew: TASK-3: committed on paircoder/TASK-3 ("))
    #expect(try merges(repository).count == 4)
    #expect(try repository.text(of: "c.txt", at: Self.branch) == "one\n2\nthree")
    // The note says what the next agent needs, and the first result is kept.
    let returned = try repository.git([
      "log", "--format=%H", "--grep=sent back", "refs/paircoder/tasks/TASK-2",
    ])
    let note = try repository.text(of: "handoff.md", at: returned)
    #expect(
      note.contains(
        "> Its result \(old.prefix(10)) is not on paircoder/_plan/sprint-6: it conflicts with TASK-1"))
    #expect(note.contains("> In conflict:\n>   shared.txt"))
    #expect(try repository.snapshots(of: "TASK-2").contains { $0.hasSuffix("-result-\(old.prefix(10))") })
    #expect(try !repository.pair("status").output.contains("sent back"))
  }

  @Test func `the agent that makes a result anew is told why, and money has its limit`() throws {
    let repository = try repository(runs: false, task("TASK-1", "echo one > hello.txt"))
    let task = TaskText(
      "TASK-2", fields: ["type: feature", "complexity: 75", "sprint: sprint-6"], body: "Greet.")
    try repository.write(task.path, task.text)
    try repository.commit("A task for an agent")
    try repository.install(standIn: "claude")
    try repository.pair("orchestrate", "--plan", "6")
    let dear = try repository.pair("integrate", "--plan", "6", "--max-cost", "0.01", ends: 1)
    #expect(
      dear.output.contains("  not made anew: TASK-2: failed: no agent can take TASK-2: claude-code: estimate")
    )
    #expect(dear.output.contains("\n    hint: "), "what belongs to it stands below it: \(dear)")
    #expect(try repository.text(of: "hello.txt", at: Self.branch) == "one")

    let run = try repository.pair(
      "integrate", "--plan", "6", environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    #expect(run.output.contains("paircoder/_plan/sprint-6 holds 2 results ("))
    #expect(run.output.contains("; agents cost $0.0076\n"))
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("\n## Why its result is to be made anew\n\n> Its result "))
    #expect(
      prompt.contains(
        "\n> In conflict:\n>   hello.txt\n> What TASK-1 did there: git log -p paircoder/TASK-1\n"))
    #expect(try repository.text(of: "hello.txt", at: Self.branch) == "hello from claude")
  }

  @Test func `what builds on a result that was replaced or discarded is not merged`() throws {
    let repository = try repository(
      task("TASK-1", "echo one > a.txt"), task("TASK-2", after: ["TASK-1"], "echo two > b.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    let replaced = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1)
    #expect(
      replaced.output.contains("  TASK-2: left out: it builds on an earlier result of TASK-1; an agent"))
    try repository.pair("discard", "TASK-1")
    let discarded = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1)
    #expect(
      discarded.output.contains("  TASK-1: has no result yet\n  TASK-2: left out: it builds on an earlier"))
  }

  @Test func `what does not pass once merged is left out, the others go on`() throws {
    let repository = try repository(
      config: Self.apart, task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"),
      task("TASK-3", "echo three > c.txt"))
    let run = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(try merges(repository).map { $0.prefix(12) } == ["Merge TASK-3", "Merge TASK-1"])
    #expect(
      run.output.contains(
        "  TASK-2: left out: it does not pass 'apart' once merged, which exited with status 1\n"))
    #expect(
      run.output.contains("  not made anew: TASK-2: failed: checks-failed: apart exited with status 1\n"))
    #expect(run.errors.split(separator: "\n").count { $0 == "  check: apart with TASK-2" } == 1)
    // A forecast runs no check, and goes by what that one said of the very same merge.
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      dry.output.contains(
        "  TASK-2: left out: it does not pass 'apart' once merged, which exited with status 1; an agent would"
      ),
      "\(dry)")
    #expect(try repository.pair("status").output.contains("TASK-2  committed (a later run left it as it is"))
  }

  @Test func `what does not pass once merged is made anew`() throws {
    let repository = try repository(
      config: Self.apart, task("TASK-1", "echo one > a.txt"),
      task("TASK-2", "if [ -e a.txt ]; then echo two > c.txt; else echo two > b.txt; fi"))
    try repository.pair("integrate", "--plan", "6")
    #expect(
      try repository.changedFiles(in: Self.branch).filter { $0.hasSuffix(".txt") } == ["a.txt", "c.txt"])
  }

  @Test func `a result goes back only so often`() throws {
    let repository = try repository(
      config: Self.apart + "  limits: {runs: 1}\n", task("TASK-1", "echo one > a.txt"),
      task("TASK-2", "echo two > b.txt"))
    try repository.pair("integrate", "--plan", "6", ends: 1)
    let run = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(!run.errors.contains("made anew"))
    #expect(try repository.logged("Event", of: "TASK-2").count { $0 == "sent-back" } == 1)
    #expect(
      run.output.contains(
        "; it has been sent back as often as it may\n    have it made anew once more: bpsai-pair retry TASK-2\n"
      ),
      "\(run)")
  }

  @Test func `no agent pays for a project whose base does not pass`() throws {
    let repository = try repository(task("TASK-1", "echo one > a.txt"))
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  checks: [{name: never, run: exit 3, timeout: 1m}]\n")
    try repository.commit("Checks")
    try repository.pair("trust", "checks", "--from", "HEAD", touching: .nothing)
    let run = try repository.pair("integrate", "--plan", "6", ends: 1)
    #expect(
      run.errors.contains("\n  check: never on main itself\nerror: the check 'never' fails on main itself"))
    #expect(try !repository.logged("Event", of: "TASK-1").contains("sent-back"))
    #expect(try !repository.hasRef("refs/heads/" + Self.branch))
  }

  @Test func `from another base the branch is made anew, and what it was stays reachable`() throws {
    let repository = try repository(task("TASK-1", "echo one > a.txt"), task("TASK-2", "echo two > b.txt"))
    try repository.git(["remote", "add", "hub", "../elsewhere"])
    try repository.pair("integrate", "--plan", "6")
    let old = try repository.git(["rev-parse", Self.branch])
    try repository.write("README.md", "Another.\n")
    try repository.commit("On")
    let run = try repository.pair("integrate", "--plan", "6")
    #expect(run.output.contains("git push --force-with-lease hub paircoder/_plan/sprint-6\n"))
    #expect(try repository.text(of: "README.md", at: Self.branch) == "Another.")
    #expect(
      try repository.runGit(["merge-base", "--is-ancestor", old, "refs/paircoder/plans/sprint-6"]).status == 0
    )
    // Once it is merged nothing is left to do.
    try repository.git(["merge", "--quiet", "--no-edit", Self.branch])
    #expect(try repository.pair("integrate", "--plan", "6").output.hasSuffix("There is nothing to merge.\n"))
  }

  @Test func `a branch that is not ours to move stays`() throws {
    let repository = try repository(task("TASK-1", "echo one > a.txt"))
    try repository.git(["branch", Self.branch])
    let foreign = try repository.pair("integrate", "--plan", "6", ends: 78, touching: .nothing)
    #expect(foreign.errors.contains("holds commits that no integration made"))
    try repository.git(["branch", "--quiet", "-D", Self.branch])
    try repository.pair("integrate", "--plan", "6")
    try repository.git(["switch", "--quiet", Self.branch])
    let standing = try repository.pair("integrate", "--plan", "6", "--base", "main", ends: 78)
    #expect(standing.errors.contains("a worktree stands on paircoder/_plan/sprint-6"))
  }

  @Test(arguments: [
    "refs/heads/paircoder/_plan", "refs/heads/paircoder/_plan/sprint-6/a", "refs/paircoder/plans",
  ])
  func `a ref in the way of the branch or its log stops it before any run`(ref: String) throws {
    let repository = try repository(runs: false, task("TASK-1", "echo one > a.txt"))
    try repository.git(["update-ref", ref, "HEAD"])
    let run = try repository.pair(
      "orchestrate", "--plan", "6", "--integrate", ends: 78, touching: .nothing)
    let name = ref.hasPrefix("refs/heads/") ? "branch \(ref.dropFirst(11))" : "ref \(ref)"
    #expect(run.errors.contains("error: the \(name) stands in the way of "), "\(run)")
  }

  @Test func `a conflict is laid to who did something there, be it the base`() throws {
    let repository = try repository(
      task("TASK-1", "sed -i s/two/TWO/ shared.txt"), task("TASK-2", #"sed -i "s/two\|TWO/2/" shared.txt"#),
      task("TASK-3", "echo three > other.txt"))
    try repository.write("other.txt", "main\n")
    try repository.commit("Main moves")
    let dry = try repository.pair("integrate", "--plan", "6", "--dry-run", ends: 1, touching: .nothing)
    #expect(
      dry.output.contains("  TASK-3: left out: it conflicts with main in other.txt; an agent"), "\(dry)")
    let run = try repository.pair("integrate", "--plan", "6")
    #expect(run.errors.contains("TASK-2 conflicts with TASK-1 in shared.txt: an agent"), "\(run)")
    // TASK-2 was made again on top of what main did, and did nothing there itself.
    #expect(run.errors.contains("TASK-3 conflicts with main in other.txt: an agent"), "\(run)")
    let returned = try repository.git([
      "log", "--format=%H", "--grep=sent back", "refs/paircoder/tasks/TASK-3",
    ])
    let note = try repository.text(of: "handoff.md", at: returned)
    let (old, new) = (
      try repository.git(["rev-parse", "--short=10", "main~1"]),
      try repository.git(["rev-parse", "--short=10", "main"])
    )
    #expect(note.contains("What main did there since: git log -p \(old)..\(new) -- other.txt"), "\(note)")
    #expect(!note.contains("What TASK-"))
  }

  @Test func `checks that nobody approved are not run`() throws {
    let repository = try repository(task("TASK-1", "echo one > a.txt"))
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  checks: [{name: new, run: touch ran, timeout: 1m}]\n")
    try repository.commit("Checks")
    let run = try repository.pair("integrate", "--plan", "6", ends: 77, touching: .nothing)
    #expect(run.errors.contains("the check 'new' has not been approved"))
  }

  @Test func `the runs of a plan end with what to type next`() throws {
    let repository = try repository(runs: false, task("TASK-1", "echo one > a.txt"))
    let whole = try repository.pair("orchestrate", "--plan", "6", "--base", "main")
    #expect(
      whole.errors.hasSuffix("\nmerge the results: bpsai-pair integrate --plan 6 --base main\n"), "\(whole)")
    let failing = task("TASK-2", "exit 1")
    try repository.write(failing.path, failing.text)
    try repository.commit("More")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let half = try repository.pair("orchestrate", "--plan", "6", ends: 1)
    #expect(
      half.errors.hasSuffix("\nthe same command does what is left: bpsai-pair orchestrate --plan 6\n"),
      "\(half)")
    let record = try repository.pair("orchestrate", "--plan", "6", "--json", ends: 1)
    #expect(!record.errors.contains("what is left"))
  }

  @Test func `orchestrate --integrate runs the plan and merges it`() throws {
    let repository = try repository(
      runs: false, task("TASK-1", "echo one > shared.txt"), task("TASK-2", "echo two >> shared.txt"),
      task("TASK-3", "exit 1"))
    let run = try repository.pair("orchestrate", "--plan", "sprint-6", "--integrate", ends: 1)
    #expect(!run.errors.contains("the same command"))
    #expect(run.errors.contains("note: TASK-1 and TASK-2 will conflict in shared.txt\n"))
    #expect(run.output.contains("3 tasks: 2 committed, 1 failed; $0.00 in all\ntasks of sprint-6, on main ("))
    #expect(try repository.text(of: "shared.txt", at: Self.branch) == "one\ntwo")
    let usage = try repository.pair("orchestrate", "--task", "TASK-1", "--integrate", ends: 64)
    #expect(usage.errors.contains("--integrate needs a plan"))
  }
}
