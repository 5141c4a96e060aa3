import PairCore
import Testing

@testable import AgentRuns

@Suite struct RemarksTests {
  private func report(_ events: AgentEvent...) -> AgentReport {
    events.reduce(into: AgentReport()) { $0.take($1) }
  }

  @Test(
    arguments: [
      (nil, "claude-opus-5-5", "acceptEdits", []),
      ("Sonnet", "claude-sonnet-4-5", "acceptEdits", []),
      (
        "sonnet", "claude-opus-5-5", "acceptEdits",
        ["claude-code was asked to use the model sonnet, and used claude-opus-5-5"]
      ),
      (
        nil, "claude-opus-5-5", "default",
        ["claude-code was asked for the permission mode acceptEdits, and ran in default"]
      ),
      ("sonnet", nil, nil, []),
    ] as [(String?, String?, String?, [String])])
  func `where an agent does other than it was asked, that is told`(
    _ asked: String?, _ model: String?, _ mode: String?, _ remarks: [String]
  ) {
    let report = report(.started(session: nil, model: model, permissionMode: mode))
    let request = Samples.request(.auto, model: asked)
    #expect(ClaudeAdapter().remarks(on: report, of: request) == remarks)
  }

  @Test func `a run with a key alone says so, and that its session ends with it`() {
    let request = Samples.request(.auto, setUp: .keyOnly(variable: "ANTHROPIC_API_KEY"))
    #expect(
      ClaudeAdapter().remarks(on: report(), of: request) == [
        "claude-code ran with the key in ANTHROPIC_API_KEY alone, in a private home: there is no session to go on with"
      ])
  }

  @Test func `unknown events are told by kind`() {
    let report = report(.unknown(type: "b\u{1B}"), .unknown(type: "a"), .unknown(type: "a"))
    #expect(
      CodexAdapter().remarks(on: report, of: Samples.request(.plan)) == [
        "codex-cli printed what this version does not know (a × 2, b\\u{1b}); it is in the transcript"
      ])
  }

  @Test func `an adapter that was never tried says so`() {
    #expect(
      CursorAdapter().remarks(on: report(), of: Samples.request(.plan))
        == ["the adapter for cursor is unverified: it was written from documentation alone"])
  }

  @Test func `a cost that is only an estimate is called one`() {
    let estimated = ["claude-code tells neither tokens nor cost: what it cost is the estimate"]
    let request = Samples.request(.plan)
    #expect(ClaudeAdapter().remarks(on: report(.finished(message: nil)), of: request) == estimated)
    #expect(
      ClaudeAdapter().remarks(on: report(.usage(Usage(costInUSD: 0)), .finished(message: nil)), of: request)
        == [])
    #expect(
      ClaudeAdapter().remarks(on: report(.failed(Failure(.refused, "No."))), of: request) == [])
  }

  @Test(arguments: RunMode.allCases)
  func `what each mode is asked as and reported as is one table`(_ mode: RunMode) {
    for adapter in AgentRegistry.adapters {
      let flags = adapter.flags(for: mode).arguments
      let arguments = adapter.command(for: Samples.request(mode)).arguments
      #expect(flags.isEmpty || arguments.firstRange(of: flags) != nil, "\(adapter.name) \(mode)")
    }
  }
}
