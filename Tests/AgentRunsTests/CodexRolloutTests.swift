import PairCore
import TestSupport
import Testing

@testable import AgentRuns

/// What codex keeps of a session in a file, and says beyond its output.
@Suite struct CodexRolloutTests {
  private let codex = CodexAdapter()

  /// The report of the stream and the session's file that go by `name`.
  private func report(
    _ name: String, resuming session: AgentSession? = nil, stderr: [String] = []
  ) throws -> AgentReport {
    let scratch = try ScratchFolder()
    var report = try Samples.report("codex/" + name, of: codex)
    let id = try #require(report.session)
    let rollout = try Samples.lines("codex/\(name).rollout").map { String(decoding: $0, as: UTF8.self) }
    try scratch.write(
      "home/sessions/2026/01/02/rollout-2026-01-02T03-04-05-\(id).jsonl", rollout.joined(separator: "\n"))
    try scratch.write("home/sessions/2026/01/03/rollout-2026-01-03T03-04-05-another.jsonl", "{}\n")
    let events = codex.aftermath(
      of: report, resuming: session, environment: ["CODEX_HOME": scratch.path + "/home"], stderr: stderr)
    for event in events { report.take(event) }
    return report
  }

  @Test(
    arguments: [
      ("auth", .notAuthenticated), ("bad-request", .refused), ("cut", .overloaded),
      ("server-error", .overloaded), ("overloaded", .overloaded), ("rate-limit", .rateLimited),
      ("prompt-too-long", .contextExceeded), ("usage-limit", .rateLimited), ("interrupted", .crashed),
      ("edit", nil), ("denied-outside", nil),
    ] as [(String, FailureClass?)])
  func `the file tells failures apart`(_ name: String, _ kind: FailureClass?) throws {
    let report = try report(name)
    #expect(report.failure?.kind == kind)
    #expect(codex.failure(exit: .exited(kind == nil ? 0 : 1), report: report, stderrTail: "")?.kind == kind)
  }

  @Test func `the end of a usage limit stands in the file alone`() throws {
    #expect(try Samples.report("codex/usage-limit", of: codex).failure?.until == nil)
    #expect(try report("usage-limit").failure?.until == Timestamp(secondsSince1970: 1_900_000_000))
  }

  @Test func `model and sandbox are told`() throws {
    let report = try report("edit")
    #expect(report.model == "gpt-5.5")
    #expect(report.permissionMode == "workspace-write")
    #expect(report.session == "01a30000-0000-7000-8000-0000000000a1")
  }

  @Test func `a patch that was refused shows on standard error alone`() throws {
    let line =
      "2026-01-02T03:04:05.678901Z ERROR codex_core::tools::router: error=patch rejected: "
      + "writing outside of the project; rejected by user approval settings"
    #expect(
      try report("denied-outside", stderr: ["Reading additional input from stdin...", line]).denials
        == [
          "apply_patch: patch rejected: writing outside of the project; rejected by user approval settings"
        ])
  }

  @Test(
    arguments: [
      (#""context_window_exceeded""#, FailureClass.contextExceeded), (#""unauthorized""#, .notAuthenticated),
      (#""server_overloaded""#, .overloaded), (#""cyber_policy""#, .refused), (#""sandbox_error""#, .crashed),
      (#""other""#, .refused), (#""bad_request""#, .refused), ("null", .refused),
      (#"{"http_connection_failed":{"http_status_code":403}}"#, .notAuthenticated),
      (#"{"response_stream_disconnected":{"http_status_code":null}}"#, .overloaded),
      (#"{"response_too_many_failed_attempts":{"http_status_code":429}}"#, .rateLimited),
      (#"{"active_turn_not_steerable":{"turn_kind":"review"}}"#, .refused),
    ])
  func `a code goes before words`(_ info: String, _ kind: FailureClass) throws {
    let line =
      #"{"type":"event_msg","payload":{"type":"task_complete","error":"#
      + #"{"message":"something","codex_error_info":\#(info)}}}"#
    let events = CodexRollout(lines: [Array(line.utf8)]).events(after: AgentReport(), resuming: nil)
    #expect(events.contains(.failed(Failure(kind, "something"))))
  }

  private static let count =
    #"{"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":"#
    + #"{"input_tokens":3000,"cached_input_tokens":600,"output_tokens":150}},"rate_limits":null}}"#

  @Test func `tokens of a run that was killed are counted, those of the session before it are not`() {
    let before = Usage(inputTokens: 800, cachedInputTokens: 200, outputTokens: 50)
    let events = CodexRollout(lines: [Array(Self.count.utf8)])
      .events(after: AgentReport(), resuming: AgentSession(id: "s", used: before))
    #expect(events.contains(.usage(Usage(inputTokens: 1_600, cachedInputTokens: 400, outputTokens: 100))))
  }

  /// Shaped as codex 0.163.0 writes it before the model's command runs; the count follows when that has ended.
  @Test func `tokens are known while a command runs`() throws {
    let record =
      #"{"timestamp":"2026-11-22T23:32:06.786Z","ordinal":10,"type":"token_usage_record","payload":{"#
      + #""usage":{"input_tokens":1000,"cached_input_tokens":100,"output_tokens":40},"thread_token_usage":"#
      + #"{"input_tokens":3000,"cached_input_tokens":600,"output_tokens":150}}}"#
    let used = CodexRollout(lines: [Array(record.utf8)]).used(resuming: nil)
    #expect(try #require(used).usage == Usage(inputTokens: 2_400, cachedInputTokens: 600, outputTokens: 150))
  }

  @Test func `an earlier run's failure in the same session is not this one's`() {
    let failed =
      #"{"type":"event_msg","payload":{"type":"task_complete","error":{"message":"x","codex_error_info":null}}}"#
    let started = #"{"type":"event_msg","payload":{"type":"task_started"}}"#
    let lines = [failed, started].map { Array($0.utf8) }
    #expect(
      CodexRollout(lines: lines).events(after: AgentReport(), resuming: nil)
        == [.started(session: nil, model: nil, permissionMode: nil)])
  }

  @Test func `without a file, the output has to do`() throws {
    let report = try Samples.report("codex/usage-limit", of: codex)
    for environment in [[:], ["HOME": "/nowhere"], ["CODEX_HOME": "/dev/null"]] {
      #expect(codex.aftermath(of: report, resuming: nil, environment: environment, stderr: []) == [])
    }
  }
}
