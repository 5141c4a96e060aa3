import PairCore
import Testing

@Suite struct AlternativeTests {
  private static func decision(
    type: String = "feature", complexity: Int = 45, _ change: (inout RoutingInputs) -> Void = { _ in }
  ) throws -> RoutingDecision {
    var metadata = TaskMetadata()
    metadata.type = type
    metadata.complexity = complexity
    var inputs = try makeInputs().inputs
    inputs.task = TaskBrief(of: try makeTask(title: "Thing", metadata: metadata))
    change(&inputs)
    return route(inputs)
  }

  @Test func `it says at which complexity, type or option another agent would win`() throws {
    let decision = try Self.decision()
    #expect(decision.agent == .claudeCode)
    #expect(
      decision.alternatives().map(\.sentence) == [
        "codex-cli would win if complexity ≤ 30 or type is refactor, or with --max-cost 0.21"
      ])
    let low = try Self.decision(complexity: 10)
    #expect(low.agent == .codexCLI)
    #expect(
      low.alternatives().map(\.sentence) == [
        "claude-code would win if complexity ≥ 31 or type is design or review or docs, or with --agent claude-code"
      ])
  }

  @Test func `a preference that is enough is named`() throws {
    let close = [
      makeProfile("a", strengths: ["complex-reasoning"]), makeProfile("b", strengths: ["complex-reasoning"]),
    ]
    let decision = route(try makeInputs(profiles: close).inputs)
    #expect(decision.alternatives().first?.options == ["--prefer b"])
  }

  @Test func `what a hard constraint removed says what would lift it, where it would then win`() throws {
    func alternatives(_ change: (inout RoutingInputs) -> Void) throws -> [String] {
      try Self.decision(change).alternatives().map(\.sentence)
    }
    let absent = try alternatives {
      $0.agents = [
        AgentPresence(name: .claudeCode, state: .notInstalled),
        AgentPresence(name: .codexCLI, state: .installed),
      ]
    }
    #expect(absent == ["claude-code would win if it were installed"])
    #expect(
      try alternatives { $0.maxCostInUSD = 0.25 } == ["claude-code would win with --max-cost 0.32"])
    #expect(try alternatives { $0.forced = .codexCLI } == ["claude-code would win with --agent claude-code"])
    let ill = try alternatives {
      $0.agents[0] = AgentPresence(
        name: .claudeCode, state: .installed,
        unavailability: .init(until: Timestamp(secondsSince1970: 9), reason: "rate limited"))
    }
    #expect(ill == ["claude-code would win if asked again later, or with --agent claude-code"])
  }

  @Test func `a recipe has no alternative`() throws {
    #expect(route(try makeInputs(recipe: .approved).inputs).alternatives() == [])
  }

  @Test func `a stretch of complexity is named with both its ends`() throws {
    let profiles = [
      makeProfile("small", strengths: ["complex-reasoning"], cost: 0.001, context: 25_000),
      makeProfile("large", strengths: ["complex-reasoning"], cost: 0.01, context: 1_000_000),
      makeProfile("quick", strengths: ["rapid-iteration"], cost: 0.001, context: 1_000_000),
    ]
    let decision = try Self.decision(complexity: 100) { inputs in
      inputs = RoutingInputs(
        task: inputs.task, base: nil, scope: .empty, recipe: .none, profiles: profiles,
        agents: profiles.map { AgentPresence(name: $0.name, state: .installed) },
        decidedAt: inputs.decidedAt)
    }
    #expect(decision.agent?.text == "large")
    let small = try #require(decision.alternatives().first { $0.agent.text == "small" })
    let condition = try #require(small.conditions.first { $0.hasPrefix("complexity ") })
    #expect(condition.hasPrefix("complexity 31 to "))
  }

  @Test func `a limit that was given is not lowered`() throws {
    let decision = try Self.decision { $0.maxCostInUSD = 10 }
    #expect(decision.alternatives().map(\.options) == [["--agent codex-cli"]])
  }
}
