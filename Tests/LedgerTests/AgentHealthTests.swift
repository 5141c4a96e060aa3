import Git
import Ledger
import PairCore
import TestSupport
import Testing

@Suite struct AgentHealthTests {
  let scratch: ScratchRepository
  private let now = Timestamp(secondsSince1970: 1_000)

  init() throws {
    scratch = try ScratchRepository()
  }

  private func limit(until seconds: Int64?) -> Failure {
    Failure(.rateLimited, "later", until: seconds.map { Timestamp(secondsSince1970: $0) })
  }

  @Test func `a limit that has an end is remembered until the agent works again`() throws {
    let health = AgentHealth(in: try scratch.open())
    #expect(try health.illness(of: .codexCLI) == nil)
    try health.note(limit(until: 2_000), of: .codexCLI, at: now)
    #expect(
      try health.illness(of: .codexCLI)
        == .init(until: Timestamp(secondsSince1970: 2_000), reason: "rate limited"))
    #expect(try health.illness(of: .claudeCode) == nil)
    try health.note(Failure(.crashed, "x"), of: .codexCLI, at: now)
    #expect(try health.illness(of: .codexCLI) != nil)
    try health.note(nil, of: .codexCLI, at: now)
    #expect(try health.illness(of: .codexCLI) == nil)
    try health.note(nil, of: .codexCLI, at: now)
  }

  @Test(arguments: [nil, 999, 1_000] as [Int64?])
  func `a limit without an end, or one that is over, is none`(_ until: Int64?) throws {
    let health = AgentHealth(in: try scratch.open())
    try health.note(limit(until: until), of: .codexCLI, at: now)
    #expect(try health.illness(of: .codexCLI) == nil)
  }

  @Test func `no agent is out for longer than eight days`() throws {
    let health = AgentHealth(in: try scratch.open())
    try health.note(limit(until: .max), of: .codexCLI, at: now)
    #expect(try health.illness(of: .codexCLI)?.until == Timestamp(secondsSince1970: 1_000 + 8 * 86_400))
  }

  @Test(arguments: ["", "soon", "x y", "12"])
  func `a damaged note is none`(_ text: String) throws {
    try scratch.write(".git/paircoder/health/codex-cli", text)
    #expect(try AgentHealth(in: scratch.open()).illness(of: .codexCLI) == nil)
  }
}
