import PairCore
import Testing

@Suite struct RequireAgentTests {
  @Test func `the chosen agent is returned`() throws {
    let decision = route(try makeInputs())
    #expect(try decision.requireAgent() == decision.agent)
  }

  @Test(
    arguments: [
      (nil, [], "Install one"), (0.0001, [.claudeCode, .codexCLI], "Raise --max-cost"),
      (nil, [.claudeCode], "--dry-run"),
    ] as [(Double?, [AgentName], String)])
  func `without one the error says why for each, and what to do`(
    _ cap: Double?, _ installed: [AgentName], _ hint: String
  ) throws {
    let task = makeCharacteristics(tokens: cap == nil ? 1_000_000 : 5_000)
    let agents = twoProfiles.map { profile in
      AgentPresence(
        name: profile.name,
        state: installed.contains(profile.name)
          ? .installed : installed.isEmpty ? .notInstalled : .noHeadlessAdapter)
    }
    let decision = route(try makeInputs(task, agents: agents, maxCostInUSD: cap))
    let error = try #require(throws: PairError.self) { try decision.requireAgent() }
    #expect(error.kind == .noAgent)
    #expect(error.message.contains("claude-code: ") && error.message.contains("codex-cli: "))
    #expect(error.hint?.contains(hint) == true)
  }
}
