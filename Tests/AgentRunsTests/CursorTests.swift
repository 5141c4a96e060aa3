import PairCore
import Testing

@testable import AgentRuns

/// Against Cursor's documentation, since its program was never tried.
@Suite struct CursorTests {
  private let cursor = CursorAdapter()

  @Test func `a run that edits, event by event`() throws {
    #expect(
      try Samples.events("cursor/edit", of: cursor) == [
        .started(session: "7c2e0000-0000-4000-8000-0000000000c1", model: "Auto", permissionMode: "default"),
        .message("A greeting comes next."),
        .toolUsed(name: "read", detail: "README.md"),
        .toolUsed(name: "write", detail: "greeting.txt"),
        .fileChanged(path: "greeting.txt"),
        .toolUsed(name: "shell", detail: "make test"),
        .commandRun(command: "make test", exitCode: 3),
        .denied(tool: "shell", detail: "git push"),
        .message("The greeting is there."),
        .finished(message: nil),
      ])
    let report = try Samples.report("cursor/edit", of: cursor)
    #expect(report.finalMessage == "The greeting is there.")
    #expect(report.usage == Usage())
    #expect(cursor.failure(exit: .exited(0), report: report, stderrTail: "") == nil)
  }

  @Test(
    arguments: [
      (#"{"type":"result","is_error":false,"result":"All of it."}"#, .finished(message: "All of it.")),
      (
        #"{"type":"result","is_error":true,"result":"Rate limit reached"}"#,
        .failed(Failure(.rateLimited, "Rate limit reached"))
      ),
      (#"{"type":"result"}"#, .failed(Failure(.refused, "Cursor failed and did not say why."))),
      (#"{"type":"mood"}"#, .unknown(type: "mood")),
      (#"{"type":"system","subtype":"mood"}"#, .unknown(type: "system/mood")),
      (#"{"type":"tool_call","subtype":"paused"}"#, .unknown(type: "tool_call/paused")),
      ("Warning: x", .unknown(type: "not JSON")),
    ] as [(String, AgentEvent)])
  func `single lines`(_ line: String, _ event: AgentEvent) {
    var reader = cursor.makeReader(resuming: nil)
    #expect(reader.read(line: Array(line.utf8)) == [event])
  }

  @Test(
    arguments: [
      ("Error: Not authenticated. Run cursor-agent login\n", FailureClass.notAuthenticated),
      ("Error: You have hit a rate limit\n", .rateLimited),
      ("Error: connection refused\n", .overloaded),
      ("error: unknown option '--x'\n", .badOutput),
      ("", .badOutput),
    ])
  func `failures stand on standard error`(_ stderr: String, _ kind: FailureClass) {
    #expect(cursor.failure(exit: .exited(1), report: AgentReport(), stderrTail: stderr)?.kind == kind)
    #expect(
      cursor.failure(exit: .exited(0), report: AgentReport(), stderrTail: stderr)?.kind == .badOutput)
  }

  private static let start = ["-p", "--output-format", "stream-json", "--trust"]

  @Test(
    arguments: [
      (RunMode.plan, ["--mode", "plan"]),
      (.autoEdit, ["--force", "--sandbox", "enabled"]),
      (.auto, ["--force", "--sandbox", "enabled"]),
      (.fullAuto, ["--force", "--sandbox", "enabled"]),
    ])
  func `cursor's flags for each mode`(_ mode: RunMode, _ flags: [String]) {
    let command = cursor.command(for: Samples.request(mode))
    #expect(command.arguments == Self.start + flags + ["Add a greeting.\n"])
    #expect(command.standardInput == [])
    #expect(command.environment["TMPDIR"] == "/srv/runs/r1/tmp")
  }

  @Test(arguments: RunMode.allCases)
  func `auto-edit denies commands in a configuration of its own`(_ mode: RunMode) {
    let command = cursor.command(for: Samples.request(mode))
    let isAutoEdit = mode == .autoEdit
    #expect(command.environment["CURSOR_CONFIG_DIR"] == (isAutoEdit ? "/srv/runs/r1/cursor" : nil))
    #expect(command.files.map(\.path) == (isAutoEdit ? ["cursor/cli-config.json"] : []))
    #expect(command.files.allSatisfy { $0.contents.contains(#""deny": ["Shell(*)"]"#) })
    #expect(command.folders == (isAutoEdit ? ["tmp", "cursor"] : ["tmp"]))
  }

  @Test func `a prompt that is too long for an argument goes in as standard input`() {
    let prompt = String(repeating: "x", count: 200_000)
    let command = cursor.command(for: Samples.request(.plan, prompt: prompt))
    #expect(command.arguments == Self.start + ["--mode", "plan"])
    #expect(command.standardInput == Array(prompt.utf8))
  }

  @Test func `it keeps its own key and no other agent's`() {
    let caller = ["CURSOR_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "PATH": "/bin"]
    let command = cursor.command(for: Samples.request(.plan, environment: caller))
    #expect(
      command.environment == ["CURSOR_API_KEY": "a", "PATH": "/bin", "TMPDIR": "/srv/runs/r1/tmp"])
  }
}
