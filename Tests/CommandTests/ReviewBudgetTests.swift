import Foundation
import TestSupport
import Testing

/// What reviews by agents may cost.
@Suite struct ReviewBudgetTests {
  private let repository: ScratchRepository

  /// One in which codex has carried out a task, for $0.02; a review by claude is expected to cost $0.45.
  init() throws {
    let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "Greet.")
    repository = try ScratchRepository.with(task)
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  claude-code:\n    prices: {default: {input: 100, cached: 10, output: 500}}\n")
    try repository.commit()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
    try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex")
  }

  private func limit(daily: String) throws {
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: \(daily)}\n")
  }

  private var open: String { get throws { try repository.text(of: "open.tsv", at: "refs/paircoder/budget") } }

  /// What claude's reviews have settled: runs, tokens and dollars; nil before the first.
  private func settled() throws -> String? {
    try repository.pair("cost", "--csv").output.split(separator: "\n").map(String.init)
      .first { $0.hasPrefix("claude-code,") }
  }

  @Test func `it starts only if the limits leave what it is expected to cost`() throws {
    try limit(daily: "0.30")
    let never = try repository.pair("review", "TASK-1", "--agent", "claude", ends: 1)
    #expect(
      never.errors.contains(
        "claude-code is expected to cost $0.45 for TASK-1, which is over the daily limit of $0.30 by itself"))
    try limit(daily: "0.46")
    let later = try repository.pair("review", "TASK-1", "--agent", "claude", ends: 75)
    #expect(later.errors.contains(", and the daily limit of $0.46 leaves $0.4"))
    #expect(try settled() == nil)
    // The other parts of a review cost nothing.
    try repository.pair("review", "TASK-1")
    try limit(daily: "0.50")
    try repository.pair("review", "TASK-1", "--agent", "claude")
    #expect(try settled() == "claude-code,1,1000,200,50,0.003810,0.003810,0.000000")
    #expect(try open == "")
  }

  @Test func `one that costs more than the limits leave is stopped`() throws {
    try limit(daily: "0.70")
    try repository.install(claude: "for n in 1 2 3 4; do use $n; done; exec sleep 60")
    let run = try repository.pair("review", "TASK-1", "--agent", "claude", ends: 1)
    #expect(
      run.output.contains(
        "gave no review (over-budget): stopped: it has cost $0.80 so far, and the daily limit of $0.70 leaves it $0.6"
      ), "\(run)")
    #expect(try settled()?.hasPrefix("claude-code,1,8000,0,0,0.800000,0.000000,0.11") == true)
    #expect(try repository.logged("Cost-USD", of: "TASK-1").last == "0.8000")
  }

  /// Starts a review that waits when it has cost $0.40.
  private func start() throws -> RunningProgram {
    try repository.install(
      claude: "use 1; use 2; echo started > \"$HOME/started\"; exec sleep 60")
    let review = try repository.startPair("review", "TASK-1", "--agent", "claude")
    let marker = try #require(repository.scratch.environment["HOME"]) + "/started"
    try wait { FileManager.default.fileExists(atPath: marker) }
    return review
  }

  @Test(arguments: [SIGINT, SIGKILL])
  func `what one cost that was ended is settled`(signal: Int32) throws {
    let review = try start()
    #expect(try open.contains("\tTASK-1\tclaude-code\t0.4"))
    review.send(signal: signal)
    _ = try review.wait()
    if signal == SIGKILL {
      #expect(try settled() == nil)
      try repository.pair("review", "TASK-1", "--agent", "codex")
      let sentences = try repository.pair("log", "TASK-1", touching: .nothing).output
      #expect(sentences.contains("TASK-1: the review by claude-code never ended\n"))
      #expect(
        try repository.logged("Event", of: "TASK-1").suffix(3) == [
          "committed", "review-broke-off", "reviewed",
        ])
    }
    #expect(try settled() == "claude-code,1,4000,0,0,0.400000,0.000000,0.000000")
    #expect(try open == "")
  }

  @Test func `one is cancelled, and the result stays as it was`() throws {
    let tip = try repository.git(["rev-parse", "paircoder/TASK-1"])
    let review = try start()
    let cancelled = try repository.pair("cancel", "TASK-1")
    #expect(cancelled.output == "TASK-1: its review is stopped; its result is as it was\n")
    let ended = try review.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.errors.contains("error: the review of TASK-1 was cancelled\nhint: "))
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == tip)
    #expect(try repository.logged("Event", of: "TASK-1").suffix(2) == ["committed", "review-broke-off"])
    #expect(try settled() == "claude-code,1,4000,0,0,0.400000,0.000000,0.000000")
    #expect(!repository.scratch.exists("repo/.git/paircoder/cancel/task-1"))
  }
}
