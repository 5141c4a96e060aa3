import Foundation
import TestSupport
import Testing

/// What runs may cost, and what is told of it.
@Suite struct BudgetTests {
  /// A repository with two tasks for Claude Code and `budget` in its configuration.
  private func repository(budget: String = "{}") throws -> ScratchRepository {
    let tasks = ["TASK-1", "TASK-2"].map {
      TaskText($0, fields: ["type: feature", "complexity: 75"], body: "# Description\n\nGreet.")
    }
    let repository = try ScratchRepository.with(tasks[0], tasks[1])
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: \(budget)\n")
    try repository.write(
      ".paircoder/capabilities.yaml",
      """
      agents:
        claude-code:
          prices: {default: {input: 100, cached: 10, output: 500}}
        codex-cli:
          prices: {default: {input: 100, output: 500}}
      """)
    try repository.commit()
    return repository
  }

  private func orchestrate(
    _ repository: ScratchRepository, _ more: String..., task: String = "TASK-1", ends status: Int32 = 0
  ) throws -> Invocation {
    let words = ["orchestrate", "--task", task, "--agent", "claude"] + more
    let before = try repository.userState()
    let run = try repository.startPair(words).wait()
    #expect(run.status == status, "\(run)")
    try repository.expectUserState(before)
    return run
  }

  @Test func `a run that the daily limit leaves no room for is to be tried later`() throws {
    let repository = try repository(budget: "{daily: 1.00, monthly: 60}")
    try repository.install(claude: "echo hello > hello.txt; finish 0.75")
    let first = try orchestrate(repository)
    #expect(!first.errors.contains("of the daily limit"))
    let second = try orchestrate(repository, task: "TASK-2", ends: 75)
    #expect(second.errors.contains(", and the daily limit of $1.00 leaves $0.25 ($0.75 spent)\n"))
    #expect(second.errors.contains("\nhint: The next day starts at 20"))
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-2"))
    #expect(try repository.git(["rev-list", "--count", "refs/paircoder/budget"]) == "3")

    // The limit is the checkout's: it holds, and is lifted, at once.
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: 0.75}\n")
    let status = try repository.pair("status", touching: .nothing)
    #expect(
      status.errors.hasPrefix("note: the daily limit of $0.75 is reached ($0.75); the next day starts at 20"))
    let json = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(json["limitsReached"].list.count == 1)
    let doctor = try repository.pair("doctor", ends: 1, touching: .nothing)
    #expect(doctor.output.contains("problem  budget         the daily limit of $0.75 is reached ($0.75); "))
    try repository.write(".paircoder/config.yaml", "")
    _ = try orchestrate(repository, task: "TASK-2")
    #expect(try repository.pair("status").errors == "")
  }

  @Test func `that a limit comes near is told by the first run that brings it there`() throws {
    let repository = try repository(budget: "{daily: 5, alert: 0.2}")
    try repository.install(claude: "echo hello > hello.txt; finish 1.00")
    #expect(!(try orchestrate(repository)).errors.contains("of the daily limit"))
    let second = try orchestrate(repository, task: "TASK-2")
    #expect(second.errors.contains("\nnote: $1.4"))
    #expect(second.errors.contains(" of the daily limit of $5.00 are used (29 %, $0.4"))
    #expect(!(try orchestrate(repository, "--again")).errors.contains("of the daily limit"))
    #expect(
      try repository.pair("cost").output.contains(
        "\nalert: $3.00 of the daily limit of $5.00 are used (60 %)\n"))
  }

  @Test func `costs are shown as a table, as comma-separated values and as JSON`() throws {
    let repository = try repository(budget: "{monthly: 60}")
    #expect(try repository.pair("cost", touching: .nothing).output.hasPrefix("Nothing was spent.\n"))
    try repository.install(claude: "echo hello > hello.txt; finish 0.75")
    _ = try orchestrate(repository)
    try repository.install(standIn: "codex")
    try repository.pair("orchestrate", "--task", "TASK-2", "--agent", "codex")

    let table = try repository.pair("cost", touching: .nothing).output
    #expect(
      table.hasPrefix(
        """
        AGENT        RUNS  INPUT  CACHED  OUTPUT   COST  REPORTED
        claude-code     1  2,000     400     100  $0.75     100 %
        codex-cli       1  1,600     400     100  $0.25       0 %
        all             2  3,600     800     200  $1.00      75 %

        this day (20
        """), "\(table)")
    #expect(table.contains("): $1.00 spent; no limit\nthis month (20"))
    #expect(table.contains("): $1.00 spent; $59.00 of $60.00 left until 20"))
    #expect(
      try repository.pair("cost", "--csv", "--by", "task", touching: .nothing).output == """
        task,runs,input_tokens,cached_input_tokens,output_tokens,cost_usd,reported_usd,overshoot_usd
        TASK-1,1,2000,400,100,0.750000,0.750000,0.000000
        TASK-2,1,1600,400,100,0.250000,0.000000,0.000000

        """)
    let json = try JSON(
      repository.pair("cost", "--json", "--by", "model", "--since", "0d", touching: .nothing).output)
    #expect(json["schema"] == "bpsai-pair/cost/1")
    #expect(json["rows"].list.map { $0["key"].text } == ["claude-sonnet-4-5", "(not named)"])
    #expect(json["total", "costInUSD"] == "1")
    #expect(json["windows"].list.map { $0["leftInUSD"].text } == ["", "59"])
    #expect(
      try repository.pair("cost", "--since", "2200-01-01", touching: .nothing).output.hasPrefix(
        "Nothing was spent.\n"))

    let bad = try repository.pair("cost", "--since", "yesterday", ends: 64, touching: .nothing)
    #expect(
      bad.errors == """
        error: --since: 'yesterday' is neither a day nor a number of days
        hint: Write it as 2026-11-22 (in UTC), or as 7d.

        """)
    try repository.pair("cost", "--csv", "--json", ends: 64, touching: .nothing)
    try repository.pair("cost", "--by", "moon", ends: 64, touching: .nothing)
  }

  @Test(arguments: [
    ("{}", ["--max-cost", "0.70"], "--max-cost leaves it $0.70", "0.100000"),
    ("{daily: 0.70}", [], "the daily limit of $0.70 leaves it $0.70", "0.100000"),
    ("{task: 0.70}", [], "the limit of $0.70 for a task leaves it $0.70", "0.100000"),
  ])
  func `an agent that costs more than it may is stopped while it works`(
    budget: String, words: [String], why: String, overshoot: String
  ) throws {
    let repository = try repository(budget: budget)
    try repository.install(claude: "echo half > hello.txt; for n in 1 2 3 4; do use $n; done; exec sleep 60")
    let run = try repository.startPair(
      ["orchestrate", "--task", "TASK-1", "--agent", "claude"] + words
    ).wait()
    #expect(run.status == 1, "\(run)")
    #expect(
      run.output.hasPrefix(
        "TASK-1: claude-code failed (over-budget): stopped: it has cost $0.80 so far, and \(why)\n"))
    #expect(run.errors.contains("  note: it cost $0.80, $0.10 over what it was allowed\n"))
    #expect(try repository.logged("Failure", of: "TASK-1").last == "over-budget")
    #expect(try repository.logged("Cost-USD", of: "TASK-1").last == "0.8000")
    #expect(try repository.snapshots(of: "TASK-1").count == 1)
    let csv = try repository.pair("cost", "--csv").output
    #expect(csv.hasSuffix("claude-code,1,8000,0,0,0.800000,0.000000,\(overshoot)\n"))
  }

  @Test func `what a task may cost counts all runs of its text until a person says go on`() throws {
    let repository = try repository(budget: "{task: 1.00}")
    try repository.install(claude: "use 1; use 2; use 3; exit 1")
    _ = try orchestrate(repository, ends: 1)
    let refused = try orchestrate(repository, "--again", ends: 1)
    #expect(
      refused.errors.contains(
        "error: claude-code is expected to cost $0.45 for TASK-1, and the limit of $1.00 for a task leaves $0.40 ($0.60 spent on this text)\n"
      ), "\(refused)")
    #expect(refused.errors.contains(": bpsai-pair retry TASK-1\n"))
    #expect(try repository.logged("Event", of: "TASK-1").count(where: { $0 == "claimed" }) == 1)
    #expect(try repository.pair("cost", "--csv").output.contains("\nclaude-code,1,6000,"))
    let dry = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing)
    #expect(
      dry.output.contains("\nIt would be refused: claude-code is expected to cost $0.45 for TASK-1, and "))

    try repository.install(claude: "echo hello > hello.txt; finish 0.10")
    // Another task has its own.
    _ = try orchestrate(repository, task: "TASK-2")
    try repository.pair("retry", "TASK-1")
    _ = try orchestrate(repository, "--again")
  }

  @Test func `a dry run says that a limit would refuse the run`() throws {
    let repository = try repository(budget: "{daily: 0.25, monthly: 60}")
    try repository.install(claude: "exit 1")
    let refusal =
      "claude-code is expected to cost $0.45 for TASK-1, which is over the daily limit of $0.25 by itself"
    let text = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", touching: .nothing).output
    #expect(
      text.contains(
        "\n  left: $0.25 of $0.25 this day, $60.00 of $60.00 this month\nIt would be refused: \(refusal)\nhint: "
      ),
      "\(text)")
    let json = try JSON(
      repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", "--json", touching: .nothing).output)
    #expect(json["limits", "refusal"].text == refusal)
    #expect(json["limits", "windows"].list.map { $0["leftInUSD"].text } == ["0.25", "60"])
    #expect(try orchestrate(repository, ends: 1).errors.contains(refusal))
  }

  @Test func `a plan's dry run counts what the tasks before are expected to cost`() throws {
    let repository = try repository(budget: "{daily: 0.60}")
    try repository.install(claude: "exit 1")
    try repository.write(".paircoder/plans/one.plan.yaml", "id: one\ntitle: One\ntasks: [TASK-1, TASK-2]\n")
    try repository.commit()
    let words = ["orchestrate", "--plan", "one", "--dry-run"]
    let text = try repository.pair(words[0], words[1], words[2], words[3], touching: .nothing).output
    #expect(!text.contains("for TASK-1"))
    #expect(
      text.contains(
        "\n      It would be refused: claude-code is expected to cost $0.45 for TASK-2, and the daily limit of $0.60 leaves $0.1"
      ), "\(text)")
    #expect(text.hasSuffix("\n  left: $0.60 of $0.60 this day\n"))
    let json = try JSON(
      repository.pair(words[0], words[1], words[2], words[3], "--json", touching: .nothing).output)
    #expect(json["tasks"].list.map { $0["refusal"].text.isEmpty } == [true, false])
    #expect(json["limits", "windows"].list.map { $0["leftInUSD"].text } == ["0.6"])
  }

  @Test func `every agent of a run is settled, and a batch counts them all`() throws {
    let repository = try repository()
    try repository.install(claude: "use 1; exit 1")
    try repository.install(standIn: "codex")
    try repository.git(["rm", "--quiet", ".paircoder/tasks/TASK-2.task.md"])
    try repository.write(
      ".paircoder/plans/one.plan.yaml", "id: one\ntitle: One\ntasks: [TASK-1]\n")
    try repository.commit()
    let batch = try JSON(
      repository.pair("orchestrate", "--plan", "one", "--prefer", "claude", "--json").output)
    #expect(batch["costInUSD"] == "0.45")
    let csv = try repository.pair("cost", "--csv").output
    #expect(csv.contains("\ncodex-cli,1,1600,400,100,0.250000,0.000000,0.000000\n"))
    #expect(csv.contains("\nclaude-code,1,2000,0,0,0.200000,0.000000,0.000000\n"))
    #expect(try JSON(repository.pair("cost", "--json").output)["total", "runs"] == "1")
    #expect(try JSON(repository.pair("status", "--json").output)["tasks"].list[0]["costInUSD"] == "0.45")
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `what a run had reserved that was ended is free again, and what it spent is settled`(
    signal: Int32
  ) throws {
    let repository = try repository(budget: "{daily: 0.90}")
    try repository.install(claude: "use 1; use 2; echo started > \"$HOME/started\"; exec sleep 60")
    let run = try repository.startPair("orchestrate", "--task", "TASK-1", "--agent", "claude")
    let marker = try #require(repository.scratch.environment["HOME"]) + "/started"
    try wait { FileManager.default.fileExists(atPath: marker) }
    // One that would fit beside what is spent does not fit beside what is reserved.
    let busy = try repository.pair(
      "orchestrate", "--task", "TASK-2", "--agent", "claude", ends: 75)
    #expect(busy.errors.contains(" ($0.00 spent and $0."))
    #expect(try repository.pair("cost").output.contains(" reserved; $0."))
    run.send(signal: signal)
    _ = try run.wait()
    #expect(!(try repository.pair("cost").output.contains("reserved")))

    try repository.install(claude: "echo hello > hello.txt; finish 0.10")
    _ = try orchestrate(repository, task: "TASK-2")
    #expect(
      try repository.pair("cost", "--csv", "--by", "task").output.hasSuffix(
        """
        TASK-1,1,4000,0,0,0.400000,0.000000,0.000000
        TASK-2,1,2000,400,100,0.100000,0.100000,0.000000

        """))
    try repository.write(".paircoder/config.yaml", "")
    _ = try orchestrate(repository)
    #expect(try JSON(repository.pair("status", "--json").output)["tasks"].list[0]["costInUSD"] == "0.5")
    #expect(try repository.git(["cat-file", "blob", "refs/paircoder/budget:open.tsv"]) == "")
  }

  @Test func `the costs of ten thousand tasks are read in under a second`() throws {
    let repository = try repository()
    let days = (1...28).map { $0 < 10 ? "0\($0)" : "\($0)" }
    for number in 0..<10_000 where number % 100 == 0 {
      let (day, hour) = (days[number / 100 % 28], days[number / 100 / 28])
      let lines = (number..<number + 100).map {
        "2025-01-\(day)T\(hour):00:00Z\tr-\($0)\tTASK-\($0)\tclaude-code\topus\t1000\t1000\t1000\t0.010000\treported\t0.000000\n"
      }
      try repository.write("2025-01/\(day)/\(hour).tsv", lines.joined())
    }
    let blobs = try repository.git(["add", "2025-01"])
    #expect(blobs == "")
    let tree = try repository.git(["write-tree", "--prefix=2025-01/"])
    try repository.git(["reset", "--quiet"])
    let root = try repository.git(["hash-object", "-w", "-t", "tree", "/dev/null"])
    try repository.git(["read-tree", root])
    try repository.git(["read-tree", "--prefix=2025-01/", tree])
    let whole = try repository.git(["write-tree"])
    let commit = try repository.git(["commit-tree", "-m", "Settled", whole])
    try repository.git(["update-ref", "refs/paircoder/budget", commit])
    try repository.git(["read-tree", "HEAD"])

    let start = ContinuousClock.now
    let table = try repository.pair("cost", touching: .theUsersFiles).output
    let duration = ContinuousClock.now - start
    #expect(table.contains("claude-code  10,000  10,000,000  10,000,000  10,000,000  $100.00     100 %\n"))
    #expect(duration < .seconds(1), "\(duration)")
  }

  @Test func `what was spent cannot be forged unnoticed`() throws {
    let repository = try repository()
    try repository.git(["update-ref", "refs/paircoder/budget", "HEAD"])
    try repository.write("2025-01/01/00.tsv", "free\n")
    let commit = try repository.commit()
    try repository.git(["update-ref", "refs/paircoder/budget", commit])
    let run = try repository.pair("cost", touching: .nothing)
    #expect(run.errors == "note: a line of the budget cannot be read: 2025-01/01/00.tsv: free\n")
    #expect(try JSON(repository.pair("cost", "--json").output)["unreadable"] == "1")
  }

  @Test func `the prices that were set are shown with the agents`() throws {
    let repository = try repository()
    let shown = try repository.pair("agents", touching: .nothing).output
    #expect(
      shown.contains(
        """

        AGENT        MODEL    INPUT/M  CACHED/M  OUTPUT/M
        claude-code  default  $100.00    $10.00   $500.00
        codex-cli    default  $100.00   $100.00   $500.00

        """), "\(shown)")
    let json = try JSON(repository.pair("agents", "--json", touching: .nothing).output)
    #expect(json["agents"].list[0]["prices"].list.map { $0["cachedInput"].text } == ["10"])
    #expect(json["agents"].list[2]["prices"].list.isEmpty)
  }
}
