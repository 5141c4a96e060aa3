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

  /// Puts a program in the place of claude that runs `script`, with `say` to print a line of its output, `use`
  /// to tell one more message of 2,000 input tokens ($0.20), and `finish` for an end that cost $1.
  private func install(_ script: String, in repository: ScratchRepository) throws {
    try repository.scratch.write(
      "bin/claude",
      #"""
      #!/bin/sh
      set -eu
      cat > "$HOME/prompt"
      say() { printf '%s\n' "$1"; }
      use() {
        say '{"type":"assistant","message":{"id":"'"$1"'","content":[],"usage":{"input_tokens":2000,"output_tokens":0}}}'
      }
      finish() {
        say '{"type":"result","is_error":false,"subtype":"success","terminal_reason":"completed","result":"Done.","total_cost_usd":'$1',"usage":{"input_tokens":2000,"cache_read_input_tokens":400,"output_tokens":100}}'
      }
      say '{"type":"system","subtype":"init","session_id":"11111111-2222-4333-8444-555555555555","model":"claude-sonnet-4-5","permissionMode":"acceptEdits"}'
      """# + "\n" + script + "\n", executable: true)
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
    try install("echo hello > hello.txt; finish 0.75", in: repository)
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
    try install("echo hello > hello.txt; finish 1.00", in: repository)
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
    try install("echo hello > hello.txt; finish 0.75", in: repository)
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
  ])
  func `an agent that costs more than it may is stopped while it works`(
    budget: String, words: [String], why: String, overshoot: String
  ) throws {
    let repository = try repository(budget: budget)
    try install("echo half > hello.txt; for n in 1 2 3 4; do use $n; done; exec sleep 60", in: repository)
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

  @Test func `every agent of a run is settled, and a batch counts them all`() throws {
    let repository = try repository()
    try install("use 1; exit 1", in: repository)
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
    try install("use 1; use 2; echo started > \"$HOME/started\"; exec sleep 60", in: repository)
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

    try install("echo hello > hello.txt; finish 0.10", in: repository)
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
