import Foundation
import TestSupport
import Testing

/// Reviews by an agent.
@Suite struct AgentReviewTests {
  private let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    for agent in ["claude", "codex"] { try repository.install(standIn: agent) }
  }

  /// Lets codex carry out a task of which `body` is part.
  private func carryOut(_ body: String = "") throws {
    let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 75"], body: "Greet.\n\n\(body)\n")
    try repository.write(task.path, task.text)
    try repository.commit("A task")
    try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex")
  }

  /// Has a review by Claude killed when half of it is done.
  private func killReview(_ meanwhile: () throws -> Void = {}) throws {
    try carryOut("STANDIN: dawdle")
    let running = try repository.startPair(
      "review", "TASK-1", "--agent", "claude",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.exists("started") }
    try meanwhile()
    running.send(signal: SIGKILL)
    _ = try running.wait()
  }

  private func head(_ form: String) throws -> String {
    try repository.git(["log", "-1", "--format=\(form)", "refs/paircoder/tasks/TASK-1"])
  }

  @Test func `its findings are recorded with what they cost, and the task stays its author's`() throws {
    try repository.write("AGENTS.md", "Use tabs.\n")
    try carryOut()
    let tip = try repository.git(["rev-parse", "paircoder/TASK-1"])
    let base = try repository.git(["rev-parse", "HEAD"])
    let run = try repository.pair(
      "review", "TASK-1", "--agent", "claude",
      environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    #expect(
      run.output.hasSuffix(
        """

          claude-code ($0.0038): passes: It greets.
          note: hello.txt:1: A full stop is missing.
        Nothing blocks.

        """))
    #expect(run.errors.hasPrefix("claude-code reviews TASK-1 in "))
    #expect(try head("%s") == "TASK-1: review by claude-code passes with one finding")
    #expect(try head("%(trailers:key=PairCoder-Cost-USD,valueonly,separator=)") == "0.0038")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == tip)
    #expect(try repository.hasNoWorktreeInUse())
    #expect(try repository.snapshots(of: "TASK-1") == [])
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)["tasks"].list[0]
    #expect(status["agent"] == "codex-cli")
    #expect(status["state"] == "reviewed")
    #expect(status["costInUSD"].text.hasPrefix("0.0208"))

    let review = try JSON(repository.text(of: "review.json", at: "refs/paircoder/tasks/TASK-1"))
    #expect(review["agentReview", "model"] == "claude-sonnet-4-5")
    #expect(review["agentReview", "verdict"] == "passes")
    #expect(review["findings"].list.map { $0["rule"].text } == ["review"])

    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("\n`git diff \(base) \(tip)`, in these files:\n- .paircoder/tasks/"))
    #expect(prompt.contains("\n- hello.txt\n"))
    #expect(prompt.contains("\nAGENTS.md:\n```markdown\nUse tabs.\n```\n"))
    #expect(prompt.contains("> Wrote hello.txt.\n"))
    #expect(prompt.contains(#"by this JSON Schema: {"type":"object","#))
  }

  @Test func `a finding that blocks ends with status 1`() throws {
    try carryOut("STANDIN: block")
    let run = try repository.pair("review", "TASK-1", "--agent", "claude", ends: 1)
    #expect(
      run.output.hasSuffix(
        """

          claude-code ($0.0038): blocks: It greets nobody.
          block: hello.txt:1: No name.
          remark: left out, since there is no nowhere.txt: A guess.
        The review blocks.

        """))
    #expect(try head("%s") == "TASK-1: review by claude-code blocks with one finding")
  }

  @Test func `an answer beside the schema is none, and its cost counts`() throws {
    try carryOut("STANDIN: ramble")
    let run = try repository.pair("review", "TASK-1", "--agent", "claude", "--json", ends: 1)
    let record = try JSON(run.output)
    #expect(record["agentReview", "failure", "kind"] == "bad-output")
    #expect(
      record["findings"].list.map { $0["message"].text } == [
        "claude-code gave no review (bad-output): the answer does not follow the schema: it holds no JSON object"
      ])
    #expect(try head("%s") == "TASK-1: review by claude-code blocks with one finding")
    #expect(try head("%(trailers:key=PairCoder-Cost-USD,valueonly,separator=)") == "0.0076")
  }

  @Test func `an agent that fails gives no review, and is known to be out`() throws {
    try carryOut()
    try repository.scratch.write(
      "bin/claude", "#!/bin/sh\necho 'Invalid API key. Please run /login' >&2\nexit 1\n", executable: true)
    let run = try repository.pair("review", "TASK-1", "--agent", "claude", ends: 1)
    #expect(run.output.contains("  claude-code ($0.00): no review\n"))
    #expect(run.output.contains("  block: claude-code gave no review (not-authenticated): Invalid API key."))
  }

  @Test func `codex gets the schema as a file`() throws {
    try carryOut()
    let run = try repository.pair("review", "TASK-1", "--agent", "codex")
    #expect(run.output.contains("  codex-cli ($0.02): passes: It greets.\n"))
  }

  @Test func `what a reviewer writes is kept, and gets nowhere`() throws {
    try carryOut("STANDIN: scribble")
    let tip = try repository.git(["rev-parse", "paircoder/TASK-1"])
    let run = try repository.pair("review", "TASK-1", "--agent", "claude", "--json")
    let ref = try JSON(run.output)["agentReview", "snapshot"].text
    #expect(try repository.text(of: "files/scribble.txt", at: ref) == "a scribble")
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == tip)
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `an interrupted review keeps what was written, and says nothing of the result`() throws {
    try carryOut("STANDIN: dawdle")
    let before = try head("%H")
    let running = try repository.startPair(
      "review", "TASK-1", "--agent", "claude",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.exists("started") }
    running.send(signal: SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 130)
    #expect(ended.errors.hasSuffix("\ninterrupted\n"))
    #expect(try head("%P") == before)
    #expect(try head("%s") == "TASK-1: the review by claude-code was interrupted")
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list[0]["state"].text == "committed")
    let ref = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/notes.txt", at: ref) == "half a review")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `what a killed review left is shown, and cleaned up`() throws {
    try killReview { () throws in
      #expect(try listed().map { $0["state"].text }.sorted() == ["in-use"])
    }
    try wait { try listed().contains { $0["state"].text == "left" } }
    #expect(
      try repository.pair("worktree", "list", touching: .nothing).output.contains("its run never ended"))
    let cleaned = try repository.pair("worktree", "clean")
    let ref = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(cleaned.output.contains("; what TASK-1 left is kept in \(ref)\n"))
    #expect(try repository.text(of: "files/notes.txt", at: ref) == "half a review")
    #expect(try listed().isEmpty)
    #expect(try repository.git(["worktree", "list"]).split(separator: "\n").count == 1)
  }

  private func listed() throws -> [JSON] {
    try JSON(repository.pair("worktree", "list", "--json", touching: .nothing).output)["worktrees"].list
  }

  @Test func `what a killed review left is kept by the next`() throws {
    try killReview()
    try repository.pair("review", "TASK-1", "--agent", "codex")
    let ref = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/notes.txt", at: ref) == "half a review")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a killed review is in the log as soon as somebody takes the task`() throws {
    try killReview()
    #expect(repository.scratch.exists("repo/.git/paircoder/reviews/TASK-1/run"))
    for _ in 1...2 { try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex", "--again") }
    #expect(
      try repository.logged("Event", of: "TASK-1") == [
        "claimed", "started", "committed", "review-broke-off", "claimed", "started", "committed", "claimed",
        "started", "committed",
      ])
    // Else whoever cancels the next run would be told of a review.
    #expect(!repository.scratch.exists("repo/.git/paircoder/reviews/TASK-1/run"))
  }

  @Test func `a killed review is in the log before what a person does then`() throws {
    try killReview()
    try repository.pair("discard", "TASK-1")
    #expect(try repository.logged("Event", of: "TASK-1").suffix(2) == ["review-broke-off", "discarded"])
    let sentences = try repository.pair("log", "TASK-1", touching: .nothing).output
    #expect(sentences.contains("TASK-1: the review by claude-code never ended\n"))
  }

  @Test func `a review is of the run that made the result, not of a later one that failed`() throws {
    try carryOut()
    let path = ".paircoder/tasks/TASK-1.task.md"
    let text = try String(contentsOfFile: repository.path + "/" + path, encoding: .utf8)
    try repository.write(path, text + "\nSTANDIN: limit\n")
    try repository.pair("orchestrate", "--task", "TASK-1", "--agent", "codex", "--again", ends: 75)
    let prompt = ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"]
    try repository.pair("review", "TASK-1", "--agent", "claude", environment: prompt)
    let seen = try #require(repository.scratch.read("prompt"))
    #expect(!seen.contains("STANDIN: limit"))
    #expect(seen.contains("> Wrote hello.txt.\n"))
  }

  @Test func `any agent with an approved command can review`() throws {
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  gardener:\n    command: [gardener]\n    cost_per_1k_tokens: 0\n    context_limit: 100000\n")
    try repository.scratch.write(
      "bin/gardener",
      "#!/bin/sh\necho 'I looked.'\necho '{\"verdict\":\"passes\",\"summary\":\"Grown.\",\"findings\":[]}'\n",
      executable: true)
    try carryOut()
    let unapproved = try repository.pair(
      "review", "TASK-1", "--agent", "gardener", ends: 77, touching: .leases)
    #expect(unapproved.errors.hasPrefix("error: the command of gardener has not been approved\nhint: "))
    try repository.pair("trust", "agents")
    let run = try repository.pair("review", "TASK-1", "--agent", "gardener")
    #expect(run.output.contains("  gardener ($0.00): passes: Grown.\n"))
  }

  @Test func `who cannot be asked is told before anything runs`() throws {
    try carryOut()
    try repository.pair("review", "TASK-1", "--agent", "nobody", ends: 64, touching: .leases)
    let run = try repository.pair("review", "TASK-1", "--agent", "cursor", ends: 69, touching: .leases)
    #expect(run.errors.hasPrefix("error: cursor is not installed: no 'cursor-agent' on PATH"))
  }
}
