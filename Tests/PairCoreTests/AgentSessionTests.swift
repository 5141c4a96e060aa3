import PairCore
import Testing

@Suite struct AgentSessionTests {
  @Test(arguments: ["5a0c", "11111111-2222-4333-8444-555555555555", "a_b", "0"])
  func `an id is a word`(_ text: String) { #expect(AgentSession.isID(text)) }

  @Test(arguments: [
    "", "-c", "--last", "_a", "a b", "a/b", "..", "a\n", "é", String(repeating: "a", count: 201),
  ])
  func `what an agent could take for anything else is none`(_ text: String) {
    #expect(!AgentSession.isID(text))
  }

  @Test func `only the agent whose session it is goes on with it`() throws {
    let session = AgentSession(id: "5a0c", used: Usage(inputTokens: 1))
    func assigned(to agent: AgentName) throws -> Assignment {
      Assignment(
        task: try makeTask(), run: RunID(start: Timestamp(secondsSince1970: 0), random: 1), agent: agent,
        mode: .auto, base: object(2),
        continues: Continuation(agent: .claudeCode, origin: object(1), snapshot: nil, session: session),
        branch: .result(of: try TaskID("T-1")), estimatedTokens: 10, estimatedCostInUSD: 0.1,
        maxCostInUSD: nil, prompt: Prompt(text: "Do it."))
    }
    #expect(try assigned(to: .claudeCode).session == session)
    #expect(try assigned(to: .codexCLI).session == nil)
    #expect(try makeAssignment().session == nil)
  }

  @Test(
    arguments: [
      ("5a0c", AgentName.claudeCode, 3), ("other", .claudeCode, nil), (nil, .claudeCode, 3),
      ("5a0c", .codexCLI, 1),
    ] as [(String?, AgentName, Int?)])
  func `asked again, it goes on with what the session has used by then`(
    _ id: String?, _ agent: AgentName, _ used: Int?
  ) {
    var report = AgentReport()
    report.take(.started(session: id, model: nil, permissionMode: nil))
    report.take(.usage(Usage(inputTokens: 2)))
    let outcome = RunOutcome(
      run: RunID(start: Timestamp(secondsSince1970: 0), random: 1), agent: agent, mode: .auto,
      end: .failed(Failure(.overloaded, "busy")), report: report, costInUSD: 0, durationInSeconds: 0)
    let session = AgentSession(id: "5a0c", used: Usage(inputTokens: 1))
    let continuation = Continuation(agent: .claudeCode, origin: object(1), snapshot: nil, session: session)
    let next = continuation.after(outcome)
    #expect(next.session?.used.inputTokens == used)
    #expect(next.origin == continuation.origin)
  }
}
