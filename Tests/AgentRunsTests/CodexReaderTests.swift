import PairCore
import Testing

@testable import AgentRuns

@Suite struct CodexReaderTests {
  private let codex = CodexAdapter()
  private static let thread = "01a30000-0000-7000-8000-000000000001"

  @Test func `a run that edits, event by event`() throws {
    let events = try Samples.events("codex-edit", of: codex)
    #expect(
      events == [
        .started(session: Self.thread, model: nil, permissionMode: nil),
        .retrying(
          reason: "Reconnecting... 1/5 (exceeded retry limit, last status: 429 Too Many Requests)"),
        .message("I will write it."),
        .fileChanged(path: "/srv/trees/T1/hello.txt"),
        .fileChanged(path: "/srv/trees/T1/b.txt"),
        .toolUsed(name: "shell", detail: "/bin/bash -lc 'make test'"),
        .commandRun(command: "/bin/bash -lc 'make test'", exitCode: 3),
        .message("Added the greeting."),
        .usage(Usage(inputTokens: 1600, cachedInputTokens: 400, outputTokens: 100)),
        .finished(message: nil),
        .usage(Usage(inputTokens: 3200, cachedInputTokens: 800, outputTokens: 200)),
        .finished(message: nil),
      ])
  }

  @Test func `usage is cumulative, and the last agent message is the final one`() throws {
    let report = try Samples.report("codex-edit", of: codex)
    #expect(report.usage == Usage(inputTokens: 3200, cachedInputTokens: 800, outputTokens: 200))
    #expect(report.finalMessage == "Added the greeting.")
    #expect(report.session == Self.thread)
    #expect(codex.failure(exit: .exited(0), report: report, stderrTail: "") == nil)
  }

  @Test func `an error and the failed turn that repeats it are one failure`() throws {
    let words = "You’ve hit your usage limit. Upgrade to Pro or try again at 11:22 AM."
    #expect(
      try Samples.events("codex-usage-limit", of: codex).dropFirst() == [
        .failed(Failure(.rateLimited, words))
      ])
  }

  @Test func `an error before a completed turn was not the last word`() {
    let report = Samples.report(
      lines: [
        #"{"type":"error","message":"something odd"}"#,
        #"{"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":1}}"#,
      ], of: codex)
    #expect(codex.failure(exit: .exited(0), report: report, stderrTail: "") == nil)
    #expect(codex.failure(exit: .exited(1), report: report, stderrTail: "")?.kind == .refused)
  }

  @Test(
    arguments: [
      (#"{"type":"turn.paused"}"#, "turn.paused"),
      (#"{"type":"item.completed","item":{"type":"song"}}"#, "item/song"),
      (#"{"id":1}"#, "no type"),
      (#"{"type":"turn.compl"#, "not JSON"),
    ])
  func `what this version does not know stays an unknown event`(_ line: String, _ type: String) {
    var reader = codex.makeReader(resuming: nil)
    #expect(reader.read(line: Array(line.utf8)) == [.unknown(type: type)])
  }

  @Test(
    arguments: [
      (
        #"{"type":"command_execution","command":"rm x","exit_code":null,"status":"declined"}"#,
        AgentEvent.denied(tool: "shell", detail: "rm x")
      ),
      (
        #"{"type":"mcp_tool_call","server":"docs","tool":"find","status":"completed"}"#,
        .toolUsed(name: "find", detail: "docs")
      ),
      (
        #"{"type":"web_search","query":"swift"}"#, .toolUsed(name: "web_search", detail: "swift")
      ),
    ])
  func `rarer items`(_ item: String, _ event: AgentEvent) {
    var reader = codex.makeReader(resuming: nil)
    #expect(reader.read(line: Array(#"{"type":"item.completed","item":\#(item)}"#.utf8)) == [event])
  }

  @Test func `a line of 2 MB with broken UTF-8 is read`() {
    var reader = codex.makeReader(resuming: nil)
    let words = String(repeating: "x", count: 2_000_000)
    let line =
      Array(#"{"type":"item.completed","item":{"type":"agent_message","text":"\#(words)"#.utf8) + [0xFF]
      + Array(#""}}"#.utf8)
    #expect(reader.read(line: line) == [.message(words + "\u{FFFD}")])
  }
}
