import PairCore
import Testing

@testable import AgentRuns

@Suite struct FailureTests {
  /// The members of a result event of claude, and the class they stand for.
  private static let claudeResults: [(String, FailureClass)] = [
    (#""is_error":true,"subtype":"success","api_error_status":401,"result":"x""#, .notAuthenticated),
    (#""is_error":true,"subtype":"success","api_error_status":403,"result":"x""#, .notAuthenticated),
    (
      #""is_error":true,"subtype":"success","terminal_reason":"api_error","api_error_status":null,"#
        + #""result":"Not logged in · Please run /login""#, .notAuthenticated
    ),
    (#""is_error":true,"subtype":"success","api_error_status":429,"result":"x""#, .rateLimited),
    (#""is_error":true,"subtype":"success","result":"You've hit your limit · resets 1pm""#, .rateLimited),
    (#""is_error":true,"subtype":"success","api_error_status":529,"result":"x""#, .overloaded),
    (#""is_error":true,"subtype":"success","api_error_status":500,"result":"x""#, .overloaded),
    (
      #""is_error":true,"subtype":"success","terminal_reason":"api_error","api_error_status":null,"#
        + #""result":"API Error: Something new broke (E404X)""#, .overloaded
    ),
    (
      #""is_error":true,"subtype":"success","terminal_reason":"prompt_too_long","api_error_status":400,"#
        + #""result":"x""#, .contextExceeded
    ),
    (#""is_error":true,"api_error_status":400,"result":"prompt is too long: 9 > 8""#, .contextExceeded),
    (
      #""is_error":true,"terminal_reason":"api_error","api_error_status":400,"result":"bad request""#,
      .refused
    ),
    (#""is_error":false,"subtype":"success","stop_reason":"refusal","result":"No.""#, .refused),
    (
      #""is_error":true,"subtype":"error_max_budget_usd","terminal_reason":"budget_exhausted","#
        + #""errors":["Reached maximum budget ($1)"]"#, .overBudget
    ),
    (
      #""is_error":true,"subtype":"error_max_turns","errors":["Reached maximum number of turns (3)"]"#,
      .overBudget
    ),
    (
      #""is_error":true,"subtype":"error_max_structured_output_retries","#
        + #""terminal_reason":"structured_output_retry_exhausted","errors":["no verdict"]"#, .badOutput
    ),
    (#""is_error":true,"subtype":"error_during_execution","errors":["boom"]"#, .crashed),
    (#""is_error":false,"subtype":"success","terminal_reason":"aborted_tools","result":"x""#, .crashed),
    (#""subtype":"success","result":"x""#, .refused),
  ]

  @Test(arguments: claudeResults)
  func `claude's results by class`(_ members: String, _ kind: FailureClass) {
    let claude = ClaudeAdapter()
    let report = Samples.report(lines: [#"{"type":"result",\#(members)}"#], of: claude)
    #expect(claude.failure(exit: .exited(0), report: report, stderrTail: "")?.kind == kind)
    #expect(claude.failure(exit: .exited(1), report: report, stderrTail: "")?.kind == kind)
  }

  @Test func `a failure brings the agent's own words`() {
    let claude = ClaudeAdapter()
    let line =
      #"{"type":"result","is_error":true,"subtype":"error_max_turns","errors":["Reached 3 turns","Stop"]}"#
    #expect(Samples.report(lines: [line], of: claude).failure?.detail == "Reached 3 turns; Stop")
  }

  private static let codexMessages: [(String, FailureClass)] = [
    ("You’ve hit your usage limit. Try again at 11:22 AM.", .rateLimited),
    ("exceeded retry limit, last status: 429 Too Many Requests", .rateLimited),
    (
      "unexpected status 401 Unauthorized: bad key, url: http://127.0.0.1:42969/v1/responses",
      .notAuthenticated
    ),
    ("unexpected status 400 Bad Request: no, url: http://127.0.0.1:42950/v1", .refused),
    ("Missing environment variable: `SOME_NAME`.", .notAuthenticated),
    ("Selected model is at capacity. Please try a different model.", .overloaded),
    ("We’re currently experiencing high demand, which may cause temporary errors.", .overloaded),
    ("unexpected status 503 Service Unavailable", .overloaded),
    ("stream disconnected before completion: idle timeout waiting for SSE", .overloaded),
    ("Connection failed: error sending request", .overloaded),
    (#"{\"error\":{\"message\":\"too much\",\"code\":\"context_length_exceeded\"}}"#, .contextExceeded),
    ("Codex ran out of room in the model's context window.", .contextExceeded),
    (#"{\"error\":{\"message\":\"something is wrong\",\"code\":null}}"#, .refused),
    ("", .refused),
  ]

  @Test(arguments: codexMessages)
  func `codex's failed turns by class`(_ message: String, _ kind: FailureClass) {
    let codex = CodexAdapter()
    let report = Samples.report(
      lines: [#"{"type":"turn.failed","error":{"message":"\#(message)"}}"#], of: codex)
    #expect(codex.failure(exit: .exited(1), report: report, stderrTail: "")?.kind == kind)
  }

  @Test func `a provider's JSON body is opened`() {
    let line =
      #"{"type":"turn.failed","error":{"message":"{\"error\":{\"message\":\"wrong\",\"code\":null}}"}}"#
    #expect(Samples.report(lines: [line], of: CodexAdapter()).failure?.detail == "wrong")
  }

  private static let begun: [(any AgentAdapter, String)] = [
    (ClaudeAdapter(), #"{"type":"system","subtype":"init","session_id":"s"}"#),
    (CodexAdapter(), #"{"type":"thread.started","thread_id":"s"}"#),
  ]

  @Test(arguments: begun)
  func `an exit status of 0 without a last word is no success`(_ agent: any AgentAdapter, _ line: String) {
    let report = Samples.report(lines: [line], of: agent)
    let failure = Failure(
      .badOutput, "The output of \(agent.authorName) ended before it said that it finished.")
    #expect(agent.failure(exit: .exited(0), report: report, stderrTail: "error: x") == failure)
    #expect(agent.failure(exit: .exited(0), report: AgentReport(), stderrTail: "") == failure)
  }

  @Test(arguments: begun)
  func `a signal is a crash, also when the agent caught it`(_ agent: any AgentAdapter, _ line: String) {
    let report = Samples.report(lines: [line], of: agent)
    for (exit, signal) in [(AgentExit.signalled(9), 9), (.signalled(15), 15), (.exited(143), 15)] {
      let failure = agent.failure(exit: exit, report: report, stderrTail: "")
      #expect(failure == Failure(.crashed, "\(agent.authorName) was ended by signal \(signal)."))
    }
  }

  private static let ends: [(any AgentAdapter, String)] = [
    (ClaudeAdapter(), #"{"type":"result","is_error":false,"subtype":"success","result":"Done."}"#),
    (CodexAdapter(), #"{"type":"turn.completed","usage":{}}"#),
  ]

  @Test(arguments: ends)
  func `an agent that said it finished and exits with 0 ended well`(_ agent: any AgentAdapter, _ line: String)
  {
    let report = Samples.report(lines: [line], of: agent)
    #expect(agent.failure(exit: .exited(0), report: report, stderrTail: "error: a warning") == nil)
    #expect(agent.failure(exit: .exited(3), report: report, stderrTail: "")?.kind == .crashed)
    #expect(agent.failure(exit: .signalled(11), report: report, stderrTail: "")?.kind == .crashed)
  }

  @Test(
    arguments: [
      ("error: unknown option '--nonsense'\n", FailureClass.badOutput, "error: unknown option '--nonsense'"),
      (
        "Reading additional input from stdin...\nerror: unexpected argument '--x' found\n\n  tip: use y\n",
        .badOutput, "error: unexpected argument '--x' found"
      ),
      ("Loading\nNot inside a trusted directory.\n\n", .badOutput, "Not inside a trusted directory."),
      ("Not logged in. Please run /login\n", .notAuthenticated, "Not logged in. Please run /login"),
      (
        "Reading additional input from stdin...\n", .badOutput,
        "Claude Code exited with status 1 and said nothing."
      ),
    ])
  func `without events, standard error tells why`(_ stderr: String, _ kind: FailureClass, _ detail: String) {
    let failure = ClaudeAdapter().failure(exit: .exited(1), report: AgentReport(), stderrTail: stderr)
    #expect(failure == Failure(kind, detail))
  }

  @Test func `a stream that was cut off before its result is bad output`() throws {
    let claude = ClaudeAdapter()
    var lines = try Samples.lines("claude-edit").map { String(decoding: $0, as: UTF8.self) }
    lines[lines.count - 1] = String(lines[lines.count - 1].prefix(100))
    let report = Samples.report(lines: lines, of: claude)
    #expect(claude.failure(exit: .exited(0), report: report, stderrTail: "")?.kind == .badOutput)
    #expect(report.finalMessage == "Added the greeting.")
    #expect(report.unknownEvents == ["not JSON": 1])
  }
}
