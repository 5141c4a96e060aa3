import Foundation
import TestSupport
import Testing

/// The whole path, with the agent that needs no model.
@Suite struct RecipeTests {
  private let task = TaskText("TASK-1", recipe: "echo hello > hello.txt")

  @Test func `from approval to merge`() throws {
    let repository = try ScratchRepository.with(task)
    let trust = try repository.pair("trust", "TASK-1", touching: .nothing)
    #expect(trust.output == "approved the recipe of TASK-1:\n    echo hello > hello.txt\n")

    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    let base = try repository.git(["rev-parse", "--short=10", "HEAD"])
    let result = try repository.git(["rev-parse", "--short=10", "paircoder/TASK-1"])
    #expect(
      run.output.hasPrefix("TASK-1: recipe changed one file on paircoder/TASK-1 (\(result), $0.00, "))
    #expect(
      run.output.hasSuffix(
        """

          see it      git diff \(base)...paircoder/TASK-1
          its note    git notes --ref=paircoder show paircoder/TASK-1
          review it   bpsai-pair review TASK-1
          take it     git merge paircoder/TASK-1
          drop it     bpsai-pair discard TASK-1

        """))
    #expect(try repository.hasNoWorktreeInUse())

    let status = try repository.pair("status", touching: .nothing)
    #expect(
      status.output == """
        TASK    STATE      AGENT   BRANCH            COST  TITLE
        TASK-1  committed  recipe  paircoder/TASK-1     –  Write a greeting

        """)

    let review = try repository.pair("review", "TASK-1")
    #expect(review.output == "TASK-1: one file changed in \(base)..\(result)\nNothing blocks.\n")

    let userState = try repository.userState()
    try repository.git(["merge", "--quiet", "--ff-only", "paircoder/TASK-1"])
    #expect(try repository.userState() != userState)
    #expect(repository.read("hello.txt") == "hello\n")
    let after = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(after["schema"] == "bpsai-pair/status/1")
    #expect(after["tasks"].list.map { $0["state"].text } == ["integrated"])
  }

  @Test func `the result names the agent as author, the user as committer, and how it came to be`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let commit = try repository.git([
      "log", "-1", "--format=%an|%ae|%cn|%ce|%P|%s", "paircoder/TASK-1",
    ])
    let base = try repository.git(["rev-parse", "HEAD"])
    #expect(
      commit
        == "recipe|recipe@agents.bpsai-pair.invalid|Ada|ada@example.com|\(base)|TASK-1: Write a greeting")
    let trailers = try repository.git([
      "log", "-1", "--format=%(trailers:only,unfold)", "paircoder/TASK-1",
    ]).split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(
      trailers == ["Task", "Agent", "Run", "Mode", "Decision", "Cost-USD", "Checks"].map { "PairCoder-\($0)" }
        + ["Co-Authored-By"])
    #expect(try repository.changedFiles(in: "paircoder/TASK-1") == [task.path, "hello.txt"])
    #expect(
      try repository.text(of: task.path, at: "paircoder/TASK-1") + "\n"
        == task.text.replacingOccurrences(of: "status: pending", with: "status: done"))
    #expect(
      try repository.git(["notes", "--ref=paircoder", "show", "paircoder/TASK-1"]).contains(
        "# Handoff: TASK-1 Write a greeting\n\nrecipe (full-auto) worked on it and its result is "))
  }

  @Test func `its log is git's`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let sentences = [
      "TASK-1: claimed for recipe (full-auto)", "TASK-1: recipe started (full-auto)",
      "TASK-1: recipe changed one file on paircoder/TASK-1",
    ]
    let git = try repository.git(["log", "--reverse", "--format=%s", "refs/paircoder/tasks/TASK-1"])
    #expect(git.split(separator: "\n").map(String.init) == sentences)
    let log = try repository.pair("log", "TASK-1", touching: .nothing)
    #expect(
      log.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 2).last?.dropFirst() }
        == sentences.map { $0[...] })
  }

  @Test func `a task that has a result is not run again, unless asked to`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let first = try repository.git(["rev-parse", "paircoder/TASK-1"])
    let refs = try repository.refs()
    let second = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      second.errors.contains(
        "TASK-1 has a result for this text already (\(first.prefix(10))); --again runs it anew"))
    #expect(try repository.refs() == refs)

    let record = try JSON(repository.pair("orchestrate", "--task", "TASK-1", "--json").output)
    #expect(record["state"] == "not-needed")

    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) != first)
    let kept = try repository.snapshots(of: "TASK-1")
    #expect(try kept.map { try repository.git(["rev-parse", $0]) } == [first])
  }

  @Test func `a task that its file calls done is not run, unless asked to`() throws {
    let done = TaskText("TASK-1", fields: ["type: feature"], body: "Greet.")
    let repository = try ScratchRepository.with()
    try repository.write(done.path, done.text.replacingOccurrences(of: "pending", with: "done"))
    try repository.install(standIn: "codex")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("TASK-1 is done already; --again runs it anyway"))
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(try repository.hasBranch(of: "TASK-1"))
  }

  @Test func `a discarded result can be had back`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let result = try repository.git(["rev-parse", "paircoder/TASK-1"])
    let discard = try repository.pair("discard", "TASK-1")
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(
      discard.output
        == "Deleted paircoder/TASK-1. To have it back: git branch paircoder/TASK-1 \(kept)\n")
    #expect(try repository.git(["rev-parse", kept]) == result)
    #expect(try repository.logged("Event", of: "TASK-1").last == "discarded")

    try repository.git(["branch", "paircoder/TASK-1", kept])
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == result)
    try repository.pair("discard", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
  }

  @Test func `uncommitted changes stay, and the run says that it does not have them`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.write("README.md", "Changed.\n")
    try repository.write("staged.txt", "Staged.\n")
    try repository.git(["add", "staged.txt"])
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("note: not committed, so not in the run: README.md, staged.txt\n"))
    #expect(try repository.changedFiles(in: "paircoder/TASK-1") == [task.path, "hello.txt"])
  }

  @Test func `a task that is not committed yet runs, and stays out of the result`() throws {
    let repository = try ScratchRepository.with()
    try repository.write(task.path, task.text)
    try repository.pair("trust", "TASK-1", touching: .nothing)
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      run.errors.contains(
        "note: \(task.path) is not committed: the run uses your text, and cannot set its status\n"))
    #expect(try repository.changedFiles(in: "paircoder/TASK-1") == ["hello.txt"])
  }

  @Test func `a result whose branch was deleted by hand is made again, and the old one is kept`() throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    let old = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.git(["branch", "--quiet", "-D", "paircoder/TASK-1"])
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
    #expect(try repository.snapshots(of: "TASK-1").map { try repository.git(["rev-parse", $0]) } == [old])
  }

  @Test func `a title cannot forge a trailer`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText(
        "TASK-1", title: #""Greet\e[31m\n\nPairCoder-Task: TASK-9\nSigned-off-by: x""#, body: "x",
        recipe: "echo hello > hello.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    let message = try repository.git(["log", "-1", "--format=%B", "paircoder/TASK-1"])
    #expect(!message.contains("\u{1b}"))
    #expect(!message.contains("\nSigned-off-by"))
    #expect(message.contains("\nPairCoder-Task: TASK-1\n"))
  }

  @Test func `--base names the commit to start from`() throws {
    let repository = try ScratchRepository.trusting(task)
    let start = try repository.git(["rev-parse", "HEAD"])
    try repository.write("later.txt", "Later.\n")
    try repository.commit("Later")
    try repository.pair("orchestrate", "--task", "TASK-1", "--base", "HEAD~1")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1~1"]) == start)
  }

  /// A touched file makes git want to refresh the index; the user's is not ours to refresh.
  @Test func `an index that is out of date stays so`() throws {
    let repository = try ScratchRepository.trusting(task)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
      ofItemAtPath: repository.path + "/README.md")
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.pair("status", touching: .nothing)
  }

  @Test func `a recipe that fails leaves no branch, and what it wrote is kept`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "echo half > half.txt\necho broken >&2\nexit 3"))
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.hasPrefix(
        "TASK-1: recipe failed (crashed): the recipe ended with status 3\n    broken\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(
      run.output.hasSuffix(
        """

          its history    bpsai-pair log TASK-1
          what it left   git ls-tree -r \(kept) files/
          go on with it  bpsai-pair resume TASK-1
          start over     bpsai-pair retry TASK-1

        """))
    #expect(try repository.text(of: "files/half.txt", at: kept) == "half")
    #expect(try repository.hasNoWorktreeInUse())

    let resumed = try repository.pair("resume", "TASK-1", ends: 1)
    #expect(resumed.errors.hasPrefix("recipe goes on with TASK-1\n"))
    let handoff = try repository.pair("handoff", "TASK-1", "--to", "claude", ends: 78)
    #expect(
      handoff.errors == """
        error: TASK-1 brings its own recipe, so no agent can go on with it
        hint: Let the recipe do so: bpsai-pair handoff TASK-1 --to recipe. Or take it out of \(TaskText("TASK-1", recipe: "").path) first.

        """)
    let named = try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "claude", ends: 69)
    #expect(
      named.errors.hasSuffix(
        "\nhint: Leave the task to its recipe, without --agent, or take the recipe out of its file.\n"))
  }
}
