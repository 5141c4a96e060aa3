import PairCore
import Testing

@Suite struct AgentReportTests {
  func report(_ events: [AgentEvent]) -> AgentReport {
    events.reduce(into: AgentReport()) { $0.take($1) }
  }

  @Test func `what the agent says of itself is kept, and silence does not erase it`() {
    let report = report([
      .started(session: "s", model: "m", permissionMode: "plan"),
      .started(session: nil, model: "n", permissionMode: nil),
    ])
    #expect(report.session == "s")
    #expect(report.model == "n")
    #expect(report.permissionMode == "plan")
  }

  @Test func `the last words count`() {
    #expect(report([.message("a"), .message("b")]).finalMessage == "b")
    #expect(report([.message("a"), .finished(message: "end")]).finalMessage == "end")
    #expect(report([.message("a"), .finished(message: nil)]).finalMessage == "a")
  }

  @Test func `only the agent's own word makes it finished`() {
    #expect(!report([.message("I am done")]).saidFinished)
    #expect(report([.finished(message: nil)]).saidFinished)
  }

  @Test func `denials and unknown events are counted`() {
    let report = report([
      .denied(tool: "Bash", detail: "rm"), .denied(tool: "Edit", detail: ""), .unknown(type: "x"),
      .toolUsed(name: "Read", detail: "a"), .commandRun(command: "ls", exitCode: 0),
    ])
    #expect(report.denials == ["Bash: rm", "Edit"])
    #expect(report.unknownEvents == ["x": 1])
  }

  @Test func `a rate limit takes its end from the event that told it`() {
    let until = Timestamp(secondsSince1970: 100)
    #expect(
      report([.rateLimited(until: until), .failed(Failure(.rateLimited, "x"))]).failure?.until == until)
    let later = Timestamp(secondsSince1970: 200)
    #expect(
      report([.rateLimited(until: until), .failed(Failure(.rateLimited, "x", until: later))]).failure?.until
        == later)
    #expect(report([.rateLimited(until: until), .failed(Failure(.crashed, "x"))]).failure?.until == nil)
  }

  @Test(
    arguments: [
      (Usage(inputTokens: 1_000, outputTokens: 1_000), 0.03), (Usage(costInUSD: 0.5), 0.5), (Usage(), 0),
    ]
      as [(Usage, Double)])
  func `the cost is what the agent reports, else tokens times its price`(_ usage: Usage, _ cost: Double) {
    #expect(usage.cost(for: AgentProfile.builtIn[0]) == cost)
  }
}
