import PairCore
import Testing

@testable import AgentRuns

/// Streams of every kind that the agents were seen to print, each under the name of what happened.
@Suite struct RecordedStreamTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    /// `says×2`: two in a row.
    let events: String
    let usage: Usage
    let exit: AgentExit
    let failure: FailureClass?
    let words: String?

    init(
      _ name: String, _ events: String, _ usage: Usage, _ exit: AgentExit, _ failure: FailureClass? = nil,
      says words: String? = nil
    ) {
      self.name = name
      self.events = events
      self.usage = usage
      self.exit = exit
      self.failure = failure
      self.words = words
    }

    var testDescription: String { name }
  }

  /// What the session had used of which `second-half` and `resumed-within-budget` are the second runs.
  private static let firstHalf = [
    "claude/second-half": Usage(
      inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.00381),
    "claude/resumed-within-budget": Usage(
      inputTokens: 200_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.60081),
    "codex/second-half": Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50),
  ]

  private func check(_ row: Row, _ agent: any AgentAdapter, in folder: String) throws {
    let name = "\(folder)/\(row.name)"
    let session = Self.firstHalf[name].map { AgentSession(id: "a session", used: $0) }
    let events = try Samples.events(name, of: agent, resuming: session)
    let report = events.reduce(into: AgentReport()) { $0.take($1) }
    #expect(Samples.words(of: events) == row.events)
    #expect(report.usage.isAbout(row.usage), "\(report.usage)")
    #expect(report.finalMessage == row.words)
    #expect(agent.failure(exit: row.exit, report: report, stderrTail: "")?.kind == row.failure)
  }

  private static let claude: [Row] = [
    Row(
      "auth", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .notAuthenticated),
    Row(
      "bad-request", "counts fails",
      Usage(costInUSD: 0), .exited(1), .refused),
    Row(
      "connection-refused", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .overloaded),
    Row(
      "cut", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .overloaded),
    Row(
      "denied-command", "starts uses:Bash counts denied:Bash says counts×2 finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.00762), .exited(0),
      says: "That was refused to me."),
    Row(
      "denied-in-plan", "starts says counts uses:Write denied:Write says counts×2 finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.00762), .exited(0),
      says: "The greeting is there."),
    Row(
      "edit-result-only", "counts finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.00762), .exited(0),
      says: "The greeting is there."),
    Row(
      "edit", "starts says counts uses:Write changes says counts×2 finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.00762), .exited(0),
      says: "The greeting is there."),
    Row(
      "error-in-stream", "starts retries counts fails",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 1, costInUSD: 0), .exited(1),
      .overloaded),
    Row(
      "first-half", "counts finishes",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.00381), .exited(0),
      says: "The first half is done."),
    Row(
      "hang", "starts counts fails",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 2, costInUSD: 0.0030900000000000003),
      .exited(1), .overloaded),
    Row(
      "interrupted", "starts says counts×2 fails",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 2, costInUSD: 0.0030900000000000003),
      .exited(0), .crashed,
      says: "Half a sen"),
    Row(
      "max-turns",
      "starts says counts uses:Bash ran:0 says counts uses:Bash ran:0 says counts uses:Bash ran:0 counts fails",
      Usage(inputTokens: 3_000, cachedInputTokens: 600, outputTokens: 150, costInUSD: 0.01143), .exited(1),
      .overBudget,
      says: "step 2"),
    Row(
      "mode-auto",
      "starts uses:Write counts denied:Write uses:Edit counts uses:Bash counts denied:Bash says counts×2 finishes",
      Usage(inputTokens: 4_000, cachedInputTokens: 800, outputTokens: 200, costInUSD: 0.01524), .exited(0),
      says: "The greeting is there."),
    Row(
      "not-logged-in", "counts fails",
      Usage(costInUSD: 0), .exited(1), .notAuthenticated),
    Row(
      "over-budget", "counts fails",
      Usage(inputTokens: 400_000, cachedInputTokens: 800, outputTokens: 4_000, costInUSD: 1.2602400000000002),
      .exited(1), .overBudget),
    Row(
      "overloaded", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .overloaded),
    Row(
      "partial-messages", "starts says counts uses:Write changes says counts×2 finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.01008), .exited(0),
      says: "The greeting is there."),
    Row(
      "plain-text", "unknown:not JSON",
      Usage(), .exited(0), .badOutput),
    Row(
      "plan",
      "starts uses:Write counts denied:Write uses:Edit counts uses:Bash counts denied:Bash says counts×2 finishes",
      Usage(inputTokens: 4_000, cachedInputTokens: 800, outputTokens: 200, costInUSD: 0.02016), .exited(0),
      says: "The greeting is there."),
    Row(
      "prompt-too-long", "counts fails",
      Usage(costInUSD: 0), .exited(1), .contextExceeded),
    Row(
      "rate-limit-long", "starts counts fails",
      Usage(costInUSD: 0), .exited(1), .rateLimited),
    Row(
      "rate-limit-once", "starts retries says counts×2 finishes",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.00381), .exited(0),
      says: "The greeting is there."),
    Row(
      "rate-limit", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .rateLimited),
    Row(
      "resumed-within-budget", "counts finishes",
      Usage(inputTokens: 200_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.60081), .exited(0),
      says: "All is as it should be."),
    Row(
      "schema", "starts uses:StructuredOutput counts×2 finishes",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.00381), .exited(0),
      says: #"{"answer":"yes","count":1}"#),
    Row(
      "second-half", "counts finishes",
      Usage(inputTokens: 2_000, cachedInputTokens: 400, outputTokens: 100, costInUSD: 0.00762), .exited(0),
      says: "The greeting is there."),
    Row(
      "server-error", "starts retries×2 counts fails",
      Usage(costInUSD: 0), .exited(1), .overloaded),
    Row(
      "several-tools",
      "starts uses:Write counts changes uses:Edit counts changes uses:Bash counts ran:0 says counts×2 finishes",
      Usage(inputTokens: 4_000, cachedInputTokens: 800, outputTokens: 200, costInUSD: 0.01524), .exited(0),
      says: "The greeting is there."),
    Row(
      "terminated", "starts",
      Usage(), .exited(143), .crashed),
    Row(
      "text-result-only", "counts finishes",
      Usage(inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costInUSD: 0.00381), .exited(0),
      says: "All is as it should be."),
    Row(
      "usage-limit-by-key", "starts retries×10 counts fails",
      Usage(costInUSD: 0), .exited(1), .rateLimited),
    Row(
      "usage-limit", "starts limited counts fails",
      Usage(costInUSD: 0), .exited(1), .rateLimited),
  ]

  @Test(arguments: claude)
  func `what claude prints is read`(_ row: Row) throws { try check(row, ClaudeAdapter(), in: "claude") }

  private static let codex: [Row] = [
    Row(
      "auth", "starts retries×5 fails",
      Usage(), .exited(1), .notAuthenticated),
    Row(
      "bad-request-with-last-message", "starts fails",
      Usage(), .exited(1), .refused),
    Row(
      "bad-request", "starts fails",
      Usage(), .exited(1), .refused),
    Row(
      "commit-attempt", "starts says counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "The greeting is there."),
    Row(
      "connection-refused", "starts retries×5 fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "cut", "starts retries fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "denied-in-plan", "starts says×2 counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "The greeting is there."),
    Row(
      "denied-outside", "starts says counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "That was refused to me."),
    Row(
      "edit-without-shell", "starts says changes says counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "The greeting is there."),
    Row(
      "edit", "starts says changes says counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "The greeting is there."),
    Row(
      "error-in-stream", "starts retries fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "first-half", "starts says counts finishes",
      Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50), .exited(0),
      says: "The first half is done."),
    Row(
      "hang", "starts retries fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "interrupted", "starts",
      Usage(), .exited(1), .badOutput),
    Row(
      "no-key", "starts fails",
      Usage(), .exited(1), .notAuthenticated),
    Row(
      "overloaded", "starts fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "plain-text", "unknown:not JSON",
      Usage(), .exited(0), .badOutput),
    Row(
      "prompt-too-long", "starts fails",
      Usage(), .exited(1), .contextExceeded),
    Row(
      "rate-limit-once", "starts retries says counts finishes",
      Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50), .exited(0),
      says: "The greeting is there."),
    Row(
      "rate-limit", "starts retries fails",
      Usage(), .exited(1), .rateLimited),
    Row(
      "schema", "starts says counts finishes",
      Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50), .exited(0),
      says: #"{"answer": "yes", "count":1}"#),
    Row(
      "second-half", "starts says changes says counts finishes",
      Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100), .exited(0),
      says: "The greeting is there."),
    Row(
      "server-error", "starts retries fails",
      Usage(), .exited(1), .overloaded),
    Row(
      "several-tools", "starts changes×2 uses:shell ran:0 says counts finishes",
      Usage(inputTokens: 3_200, cachedInputTokens: 800, outputTokens: 200), .exited(0),
      says: "The greeting is there."),
    Row(
      "terminated", "starts",
      Usage(), .signalled(15), .crashed),
    Row(
      "text", "starts says counts finishes",
      Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50), .exited(0),
      says: "All is as it should be."),
    Row(
      "usage-limit", "starts fails",
      Usage(), .exited(1), .rateLimited),
  ]

  @Test(arguments: codex)
  func `what codex prints is read`(_ row: Row) throws { try check(row, CodexAdapter(), in: "codex") }

  @Test(arguments: ["claude", "codex"])
  func `every stream stands in the table`(_ folder: String) throws {
    let rows = folder == "claude" ? Self.claude : Self.codex
    #expect(try Samples.names(in: folder) == rows.map(\.name).sorted())
  }

  /// Where the agents print nothing: what they say on standard error.
  private static let silent: [(any AgentAdapter, Int, String, FailureClass, String)] = [
    (
      ClaudeAdapter(), 1,
      "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons\n",
      .badOutput, "--dangerously-skip-permissions cannot be used with root/sudo privileges"
    ),
    (ClaudeAdapter(), 1, "error: unknown option '--sing'\n", .badOutput, "error: unknown option '--sing'"),
    (
      ClaudeAdapter(), 1, "Error: Input must be provided either through stdin or as a prompt argument\n",
      .badOutput, "Error: Input must be provided"
    ),
    (
      ClaudeAdapter(), 1, "No conversation found with session ID: 0b5e7c1e\n", .badOutput,
      "No conversation found with session ID: 0b5e7c1e"
    ),
    (
      ClaudeAdapter(), 1, "Error: --json-schema is not valid JSON: JSON Parse error: Expected '}'\n",
      .badOutput, "Error: --json-schema is not valid JSON"
    ),
    (
      CodexAdapter(), 2,
      "error: unexpected argument '--sing' found\n\n  tip: to pass it as a value, use '-- --sing'\n",
      .badOutput, "error: unexpected argument '--sing' found"
    ),
    (
      CodexAdapter(), 2,
      "error: unexpected argument '--full-auto' found\n\nUsage: codex exec [OPTIONS] [PROMPT]\n",
      .badOutput, "error: unexpected argument '--full-auto' found"
    ),
    (
      CodexAdapter(), 1, "Reading additional input from stdin...\nNot inside a trusted directory.\n",
      .badOutput, "Not inside a trusted directory."
    ),
    (
      CodexAdapter(), 1, "Error: thread/resume: thread/resume failed: no rollout found (code -32600)\n",
      .badOutput, "Error: thread/resume: thread/resume failed: no rollout found"
    ),
    (
      CodexAdapter(), 1,
      "Reading additional input from stdin...\nOutput schema file x is not valid JSON: key must be a string\n",
      .badOutput, "Output schema file x is not valid JSON"
    ),
  ]

  @Test func `an answer by a schema is the final message, as JSON`() throws {
    #expect(
      try Samples.report("claude/schema", of: ClaudeAdapter()).finalMessage == #"{"answer":"yes","count":1}"#)
    let line =
      #"{"type":"result","is_error":false,"subtype":"success","result":"See above.","structured_output":{"b":"/","a":[1]}}"#
    #expect(Samples.report(lines: [line], of: ClaudeAdapter()).finalMessage == #"{"a":[1],"b":"/"}"#)
    let without = line.replacing(
      #","structured_output":{"b":"/","a":[1]}"#, with: #","structured_output":null"#)
    #expect(Samples.report(lines: [without], of: ClaudeAdapter()).finalMessage == "See above.")
  }

  @Test(arguments: silent)
  func `an agent that prints nothing explains itself on standard error`(
    _ agent: any AgentAdapter, _ status: Int, _ stderr: String, _ kind: FailureClass, _ words: String
  ) throws {
    let failure = try #require(
      agent.failure(exit: .exited(status), report: AgentReport(), stderrTail: stderr))
    #expect(failure.kind == kind)
    #expect(failure.detail.hasPrefix(words))
  }
}

extension Usage {
  /// Equal but for the last bits of the cost.
  fileprivate func isAbout(_ other: Usage) -> Bool {
    var same = other
    same.costInUSD = costInUSD
    return self == same && (costInUSD == nil) == (other.costInUSD == nil)
      && abs((costInUSD ?? 0) - (other.costInUSD ?? 0)) < 1e-9
  }
}
