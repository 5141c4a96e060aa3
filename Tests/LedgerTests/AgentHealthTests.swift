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
    #expect(try health.unavailability(of: .codexCLI, login: nil) == nil)
    try health.record(limit(until: 2_000), of: .codexCLI, login: nil, at: now)
    #expect(
      try health.unavailability(of: .codexCLI, login: nil)
        == .init(until: Timestamp(secondsSince1970: 2_000), reason: "rate limited"))
    #expect(try health.unavailability(of: .claudeCode, login: nil) == nil)
    try health.record(Failure(.crashed, "x"), of: .codexCLI, login: nil, at: now)
    #expect(try health.unavailability(of: .codexCLI, login: nil) != nil)
    try health.record(nil, of: .codexCLI, login: nil, at: now)
    #expect(try health.unavailability(of: .codexCLI, login: nil) == nil)
    try health.record(nil, of: .codexCLI, login: nil, at: now)
  }

  @Test(arguments: [nil, 999, 1_000] as [Int64?])
  func `a limit without an end, or one that is over, is none`(_ until: Int64?) throws {
    let health = AgentHealth(in: try scratch.open())
    try health.record(limit(until: until), of: .codexCLI, login: nil, at: now)
    #expect(try health.unavailability(of: .codexCLI, login: nil) == nil)
  }

  @Test func `a refused login is remembered until there is another, for an hour`() throws {
    let health = AgentHealth(in: try scratch.open())
    let refused = Failure(.notAuthenticated, "no")
    try health.record(refused, of: .codexCLI, login: nil, at: now)
    #expect(try health.unavailability(of: .codexCLI, login: nil) == nil)
    try health.record(refused, of: .codexCLI, login: "one", at: now)
    #expect(
      try health.unavailability(of: .codexCLI, login: "one")
        == .init(until: Timestamp(secondsSince1970: 4_600), reason: "not authenticated"))
    #expect(try health.unavailability(of: .codexCLI, login: "two") == nil)
    #expect(try health.unavailability(of: .codexCLI, login: nil) == nil)
    try health.record(Failure(.unchanged, "x"), of: .codexCLI, login: "one", at: now)
    #expect(try health.unavailability(of: .codexCLI, login: "one") == nil)
  }

  @Test func `no agent is out for longer than eight days`() throws {
    let health = AgentHealth(in: try scratch.open())
    try health.record(limit(until: .max), of: .codexCLI, login: nil, at: now)
    #expect(
      try health.unavailability(of: .codexCLI, login: nil)?.until
        == Timestamp(secondsSince1970: 1_000 + 8 * 86_400))
  }

  @Test(arguments: ["", "soon", "x y z", "12", "12 rate"])
  func `a damaged note is none`(_ text: String) throws {
    try scratch.write(".git/paircoder/health/codex-cli", text)
    #expect(try AgentHealth(in: scratch.open()).unavailability(of: .codexCLI, login: nil) == nil)
  }
}
