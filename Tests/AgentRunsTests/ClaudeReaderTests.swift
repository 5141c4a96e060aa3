import PairCore
import Testing

@testable import AgentRuns

@Suite struct ClaudeReaderTests {
  private let claude = ClaudeAdapter()
  private static let session = "5a0c8a51-7d0e-4f6c-9a39-2f1f0c4d7b11"

  @Test func `a run that edits, event by event`() throws {
    #expect(
      try Samples.events("claude-edit", of: claude) == [
        .started(session: Self.session, model: "claude-sonnet-4-5", permissionMode: "acceptEdits"),
        .usage(Usage(inputTokens: 1, outputTokens: 1)),
        .message("I will write it."),
        .toolUsed(name: "Write", detail: "/srv/trees/T1/hello.txt"),
        .fileChanged(path: "/srv/trees/T1/hello.txt"),
        .toolUsed(name: "Edit", detail: "/srv/trees/T1/none.txt"),
        .toolUsed(name: "Bash", detail: "cat hello.txt"),
        .commandRun(command: "cat hello.txt", exitCode: 0),
        .toolUsed(name: "Bash", detail: "make test"),
        .commandRun(command: "make test", exitCode: 3),
        .toolUsed(name: "Grep", detail: "greeting"),
        .message("Added the greeting."),
        .usage(Usage(inputTokens: 4030, cachedInputTokens: 800, outputTokens: 200, costInUSD: 0.01524)),
        .finished(message: "Added the greeting."),
      ])
  }

  @Test func `denied tools change nothing and run nothing`() throws {
    #expect(
      try Samples.events("claude-denied", of: claude) == [
        .started(session: Self.session, model: "claude-sonnet-4-5", permissionMode: "plan"),
        .toolUsed(name: "Write", detail: "/srv/trees/T1/plan.txt"),
        .usage(Usage(inputTokens: 1, outputTokens: 1)),
        .denied(tool: "Write", detail: "Cannot write to /srv/trees/T1/plan.txt while in plan mode."),
        .toolUsed(name: "Bash", detail: "touch x"),
        .denied(tool: "Bash", detail: "touch needs approval."),
        .message("The plan: write plan.txt."),
        .usage(Usage(inputTokens: 4030, cachedInputTokens: 800, outputTokens: 200, costInUSD: 0.01524)),
        .finished(message: "The plan: write plan.txt."),
      ])
  }

  @Test func `an error of the API is a failure, not the agent's words`() throws {
    let events = try Samples.events("claude-auth", of: claude)
    #expect(
      events.dropFirst() == [
        .retrying(reason: "authentication_failed (401), attempt 1"),
        .retrying(reason: "unknown, attempt 2"),
        .usage(Usage(costInUSD: 0)),
        .failed(Failure(.notAuthenticated, "Invalid API key · Fix external API key")),
      ])
    #expect(try Samples.report("claude-auth", of: claude).finalMessage == nil)
  }

  @Test func `a usage limit says until when`() throws {
    let report = try Samples.report("claude-usage-limit", of: claude)
    #expect(
      report.failure
        == Failure(
          .rateLimited, "You've hit your limit · resets 11:19am (UTC)",
          until: Timestamp(secondsSince1970: 1_900_000_000)))
  }

  @Test func `an interrupted run has failed although it exits with 0`() throws {
    let report = try Samples.report("claude-interrupted", of: claude)
    #expect(claude.failure(exit: .exited(0), report: report, stderrTail: "")?.kind == .crashed)
    #expect(report.finalMessage == "I have begun")
  }

  @Test(
    arguments: [
      (#"{"type":"telepathy"}"#, "telepathy"),
      (#"{"type":"system","subtype":"mood"}"#, "system/mood"),
      (#"{"type":"assistant","message":{"content":[{"type":"song"}]}}"#, "assistant/song"),
      (#"{"subtype":"init"}"#, "no type"),
      ("[1]", "no type"),
      ("Warning: something", "not JSON"),
      (#"{"type":"result","is_error":false,"subty"#, "not JSON"),
    ])
  func `what this version does not know stays an unknown event`(_ line: String, _ type: String) {
    var reader = claude.makeReader(resuming: nil)
    #expect(reader.read(line: Array(line.utf8)) == [.unknown(type: type)])
  }

  @Test(
    arguments: [
      "", " \r", #"{"type":"user","message":{"content":"plain words"}}"#, #"{"type":"tool_progress"}"#,
      #"{"type":"system","subtype":"compact_boundary"}"#, #"{"type":"system","subtype":"thinking_tokens"}"#,
    ])
  func `lines of no interest say nothing`(_ line: String) {
    var reader = claude.makeReader(resuming: nil)
    #expect(reader.read(line: Array(line.utf8)) == [])
  }

  @Test func `a line of 2 MB with broken UTF-8 is read`() throws {
    var reader = claude.makeReader(resuming: nil)
    let words = String(repeating: "x", count: 2_000_000)
    let line =
      Array(#"{"type":"assistant","message":{"content":[{"type":"text","text":"\#(words)"#.utf8) + [0xFF]
      + Array(#""}]}}"#.utf8)
    #expect(reader.read(line: line) == [.message(words + "\u{FFFD}")])
  }

  @Test func `a tool call without an id or input is still told`() {
    var reader = claude.makeReader(resuming: nil)
    let line = #"{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Odd"}]}}"#
    #expect(reader.read(line: Array(line.utf8)) == [.toolUsed(name: "Odd", detail: "")])
  }

  private static let first = AgentSession(id: "s", used: Usage(inputTokens: 1_000, costInUSD: 0.5))

  /// The members of the result of a resumed session's second run, and what that run used.
  private static let resumed: [(String, Usage)] = [
    (
      #""total_cost_usd":0.7,"usage":{"input_tokens":5},"modelUsage":{"m":{"inputTokens":1600,"costUSD":0.7}},"#
        + #""model_usage_since_last_result":{"m":{"inputTokens":600,"costUSD":0.25}}"#,
      Usage(inputTokens: 600, costInUSD: 0.25)
    ),
    (
      #""total_cost_usd":0.5,"usage":{"input_tokens":0},"modelUsage":{"m":{"inputTokens":1000,"costUSD":0.5}},"#
        + #""model_usage_since_last_result":{}"#,
      Usage(costInUSD: 0)
    ),
    (
      #""total_cost_usd":0.75,"usage":{"input_tokens":5},"#
        + #""modelUsage":{"m":{"inputTokens":1600,"costUSD":0.5},"n":{"inputTokens":8,"costUSD":0.25}}"#,
      Usage(inputTokens: 608, costInUSD: 0.25)
    ),
    (
      #""total_cost_usd":0,"usage":{"input_tokens":5},"modelUsage":{}"#,
      Usage(inputTokens: 5, costInUSD: 0)
    ),
  ]

  @Test(arguments: resumed)
  func `a resumed session's earlier runs are paid for`(_ members: String, _ used: Usage) {
    var reader = claude.makeReader(resuming: Self.first)
    let line = #"{"type":"result","is_error":false,"subtype":"success","result":"Done.",\#(members)}"#
    #expect(reader.read(line: Array(line.utf8)).first == .usage(used))
  }

  @Test func `what a killed run used is known as far as it came`() {
    let part =
      #"{"type":"assistant","message":{"id":"ID","content":[],"usage":{"input_tokens":70,"output_tokens":1}}}"#
    let report = Samples.report(
      lines: ["a", "a", "b"].map { part.replacing("ID", with: $0) }, of: claude)
    #expect(report.usage == Usage(inputTokens: 140, outputTokens: 2))
  }

  @Test func `every kind of unknown event is counted`() {
    let lines = ["x", "y", "x"].map { #"{"type":"\#($0)"}"# } + (1...40).map { #"{"type":"k\#($0)"}"# }
    let counts = Samples.report(lines: lines, of: claude).unknownEvents
    #expect(counts["x"] == 2)
    #expect(counts.values.reduce(0, +) == 43)
    #expect(counts.count <= 21)
  }

  @Test(arguments: [("session", "haiku"), ("local", "opus")])
  func `a model that takes over is the run's model`(_ scope: String, _ model: String) {
    let lines = [
      #"{"type":"system","subtype":"init","model":"opus"}"#,
      #"{"type":"system","subtype":"model_refusal_fallback","trigger":"refusal","scope":"\#(scope)","#
        + #""original_model":"opus","fallback_model":"haiku"}"#,
    ]
    #expect(Samples.report(lines: lines, of: claude).model == model)
    var reader = claude.makeReader(resuming: nil)
    let told = reader.read(line: Array(lines[1].utf8))
    #expect(told.first == .retrying(reason: "with the model haiku: refusal"))
  }

  @Test func `absurd numbers end nothing`() {
    let part =
      #"{"type":"assistant","message":{"id":"ID","content":[],"usage":{"input_tokens":9223372036854775807}}}"#
    let end =
      #"{"type":"result","is_error":false,"result":"Done.","total_cost_usd":1e308,"usage":{"input_tokens":-7}}"#
    let lines = (1...100).map { part.replacing("ID", with: "\($0)") } + [end, end]
    let usage = Samples.report(lines: lines, of: claude).usage
    #expect(usage.inputTokens == 0)
    #expect(usage.costInUSD == 2_000_000_000)
    var reader = claude.makeReader(resuming: nil)
    let limit =
      #"{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":-9223372036854775808}}"#
    #expect(
      reader.read(line: Array(limit.utf8)) == [.rateLimited(until: Timestamp(secondsSince1970: 0))])
  }
}
