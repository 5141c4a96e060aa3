import Foundation
@testable import PairCore
import TestSupport
import Testing

@Suite struct RouterTests {
  @Test(
    arguments: [
      (.notInstalled, makeCharacteristics(), .notInstalled, nil, .none),
      (.noHeadlessAdapter, makeCharacteristics(), .noHeadlessAdapter, nil, .none),
      (.installed, makeCharacteristics(tokens: 100_001), .contextTooSmall, nil, .none),
      (.installed, makeCharacteristics(tokens: 1_000), .overMaxCost, 0.0099, .none),
      (.installed, makeCharacteristics(), .notForRecipes, nil, .approved),
      (.installed, makeCharacteristics(), .notForRecipes, nil, .unapproved),
    ] as [(AgentPresence.State, TaskCharacteristics, AgentScore.Exclusion.Kind, Double?, RecipeState)])
  func `what an agent cannot do removes it, whatever its score`(
    _ state: AgentPresence.State, _ task: TaskCharacteristics, _ kind: AgentScore.Exclusion.Kind,
    _ cap: Double?,
    _ recipe: RecipeState
  ) throws {
    let best = makeProfile("best", strengths: ["complex-reasoning"])
    let inputs = try makeInputs(
      task, profiles: [best], agents: [AgentPresence(name: best.name, state: state)], recipe: recipe,
      preferred: best.name, maxCostInUSD: cap)
    let decision = route(inputs)
    #expect(decision.agent != best.name)
    let score = try #require(decision.ranking.first { $0.agent == best.name })
    #expect(score.excluded?.kind == kind)
    #expect(score.excluded?.reason.isEmpty == false)
  }

  @Test func `what just fits does not exclude`() throws {
    let exact = makeProfile("exact", cost: 0.01, context: 1_000)
    let decision = route(
      try makeInputs(makeCharacteristics(tokens: 1_000), profiles: [exact], maxCostInUSD: 0.01))
    #expect(decision.agent == exact.name)
    #expect(decision.chosen?.context == 0)
    #expect(decision.reasons.last == "exact is the only agent that can take it")
  }

  @Test func `an agent that the machine says nothing of is not installed`() throws {
    let decision = route(try makeInputs(agents: []))
    #expect(decision.agent == nil)
    #expect(decision.ranking.allSatisfy { $0.excluded?.kind == .notInstalled })
    #expect(decision.reasons == ["no agent can take the task"])
  }

  @Test func `the next agent takes a task that exceeds the first one's context`() throws {
    let bulk = makeCharacteristics(.refactor, .medium, .crossModule, tokens: 32_001)
    let decision = route(try makeInputs(bulk))
    #expect(decision.agent == .claudeCode)
    #expect(decision.mode == .fullAuto)
    #expect(decision.ranking.map(\.agent) == [.claudeCode, .codexCLI])
  }

  @Test func `a preference tips the scales and does not force`() throws {
    let a = makeProfile("a", strengths: ["complex-reasoning"])
    let b = makeProfile("b", strengths: ["complex-reasoning"])
    #expect(route(try makeInputs(profiles: [a, b])).agent == a.name)
    #expect(route(try makeInputs(profiles: [a, b], preferred: b.name)).agent == b.name)
    let unfit = makeProfile("unfit", weaknesses: ["complex-reasoning"])
    #expect(route(try makeInputs(profiles: [a, unfit], preferred: unfit.name)).agent == a.name)
  }

  @Test func `ties go to the stronger, then the cheaper, then the first name`() throws {
    // With these weights a missing strength (0.4) is worth as much as cost and context together.
    let strong = makeProfile("z-strong", strengths: ["complex-reasoning"], cost: 0, context: 5_000)
    let plain = makeProfile("a-plain", cost: 0, context: 10_000)
    let decision = route(try makeInputs(profiles: [plain, strong]))
    #expect(decision.ranking.map(\.agent) == [strong.name, plain.name])
    let same = ["b", "a", "c"].map { makeProfile($0) }
    #expect(route(try makeInputs(profiles: same)).ranking.map(\.agent.text) == ["a", "b", "c"])
    let strengthOnly = RoutingSettings(
      weights: ScoreWeights(strength: 1, cost: 0, context: 0, availability: 0, preference: 0))
    let dear = makeProfile("a-dear", cost: 2)
    let cheap = makeProfile("b-cheap", cost: 1)
    #expect(route(try makeInputs(profiles: [dear, cheap], settings: strengthOnly)).agent == cheap.name)
  }

  @Test func `the task's own keys remove agents`() throws {
    let allowed = route(try makeInputs(allowed: [.codexCLI]))
    #expect(allowed.agent == .codexCLI)
    #expect(allowed.ranking.last?.excluded?.reason == "the task's 'agent' key names only codex-cli")
    let required = route(try makeInputs(requires: ["shell-commands", "refactoring"]))
    #expect(required.agent == .codexCLI)
    #expect(required.ranking.last?.excluded?.kind == .excludedByTask)
    #expect(route(try makeInputs(allowed: [.claudeCode], requires: ["refactoring"])).agent == nil)
  }

  @Test(
    arguments: [
      (["complex-reasoning"], [], 1), ([], [], 0), (["complex-reasoning"], ["complex-reasoning"], 0.5),
      (["shell-commands"], ["complex-reasoning"], 0),
    ] as [([String], [String], Double)])
  func `the strength factor is the share of what is needed, halved for each weakness`(
    _ strengths: [String], _ weaknesses: [String], _ factor: Double
  ) throws {
    let profile = makeProfile("x", strengths: strengths, weaknesses: weaknesses)
    #expect(route(try makeInputs(profiles: [profile])).chosen?.strength == factor)
  }

  @Test(arguments: [(0, 1), (50_000, 1), (75_000, 0.5), (100_000, 0)] as [(Int, Double)])
  func `the context factor falls once half of it is filled`(_ tokens: Int, _ factor: Double) throws {
    let inputs = try makeInputs(makeCharacteristics(tokens: tokens), profiles: [makeProfile("x")])
    #expect(route(inputs).chosen?.context == factor)
  }

  @Test func `cost and availability factors`() throws {
    let decision = route(
      try makeInputs(profiles: [
        makeProfile("cheap", cost: 0.01), makeProfile("dear", cost: 0.04), makeProfile("free", cost: 0),
        makeProfile("maybe", availability: .optional),
      ]))
    let factors = Dictionary(uniqueKeysWithValues: decision.ranking.map { ($0.agent.text, $0) })
    #expect(factors["cheap"]?.cost == 1)
    #expect(factors["dear"]?.cost == 0.25)
    #expect(factors["free"]?.cost == 1)
    #expect(factors["maybe"]?.availability == 0.5)
    #expect(factors["cheap"]?.availability == 1)
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `any inputs give one decision, with every score between 0 and 1`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let words = ["complex-reasoning", "rapid-iteration", "refactoring", "code-review", "file-operations"]
    let profiles = (0..<Int.random(in: 1...6, using: &random)).map { number in
      makeProfile(
        "agent-\(number)", strengths: words.filter { _ in Bool.random(using: &random) },
        weaknesses: words.filter { _ in Bool.random(using: &random) },
        cost: Double(Int.random(in: 0...30, using: &random)) / 1_000,
        context: Int.random(in: 1...300_000, using: &random),
        availability: AgentProfile.Availability.allCases.randomElement(using: &random)!)
    }
    let states: [AgentPresence.State] = [.installed, .installed, .notInstalled, .noHeadlessAdapter]
    let agents = profiles.map { AgentPresence(name: $0.name, state: states.randomElement(using: &random)!) }
    let task = makeCharacteristics(
      TaskType.allCases.randomElement(using: &random)!, Level.allCases.randomElement(using: &random)!,
      TaskScope.allCases.randomElement(using: &random)!, tokens: Int.random(in: 0...300_000, using: &random))
    let recipe = [RecipeState.none, .none, .approved, .unapproved].randomElement(using: &random)!
    let preferred = Bool.random(using: &random) ? profiles.randomElement(using: &random)!.name : nil
    let cap = Bool.random(using: &random) ? Double.random(in: 0...3, using: &random) : nil
    func decide(_ profiles: [AgentProfile], _ agents: [AgentPresence]) throws -> RoutingDecision {
      route(
        try makeInputs(
          task, profiles: profiles, agents: agents, recipe: recipe, preferred: preferred, maxCostInUSD: cap))
    }
    let decision = try decide(profiles, agents)
    #expect(
      try decide(profiles.shuffled(using: &random), agents.shuffled(using: &random)) == decision)
    for score in decision.ranking {
      let factors = [score.strength, score.cost, score.context, score.availability, score.preference]
      #expect(factors.allSatisfy { (0...1).contains($0) }, "\(score)")
      #expect((0...1.000_000_001).contains(score.total), "\(score)")
    }
    let candidates = decision.ranking.prefix { $0.excluded == nil }
    #expect(decision.ranking.dropFirst(candidates.count).allSatisfy { $0.excluded != nil })
    #expect(zip(candidates, candidates.dropFirst()).allSatisfy { $0.total >= $1.total })
    #expect(decision.agent == candidates.first?.agent)
    let stored = try JSONEncoder().encode(decision)
    #expect(try JSONDecoder().decode(RoutingDecision.self, from: stored) == decision)
  }

  @Test func `--agent leaves only that one, and no constraint falls for it`() throws {
    let decision = route(try makeInputs(forced: .codexCLI))
    #expect(decision.agent == .codexCLI)
    #expect(decision.reasons.last == "--agent names codex-cli")
    #expect(decision.ranking.last?.excluded?.kind == .notForced)
    let large = makeCharacteristics(tokens: 100_000)
    #expect(route(try makeInputs(large, forced: .codexCLI)).agent == nil)
    #expect(route(try makeInputs(forced: .codexCLI, allowed: [.claudeCode])).agent == nil)
    #expect(route(try makeInputs(recipe: .approved, forced: .codexCLI)).agent == nil)
    #expect(route(try makeInputs(recipe: .approved, forced: .recipe)).agent == .recipe)
  }

  @Test(arguments: [(0, false), (99, false), (100, true), (500, true)] as [(Int64, Bool)])
  func `an ill agent is out until the stated time`(_ now: Int64, _ isCandidate: Bool) throws {
    let unavailability = AgentUnavailability(until: Timestamp(secondsSince1970: 100), reason: "rate limited")
    var routing = try makeInputs()
    let inputs = routing.inputs
    routing.inputs = RoutingInputs(
      task: inputs.task, base: inputs.base, scope: inputs.scope, recipe: .none, profiles: inputs.profiles,
      agents: [
        AgentPresence(name: .claudeCode, state: .installed, unavailability: unavailability),
        AgentPresence(name: .codexCLI, state: .installed),
      ], decidedAt: Timestamp(secondsSince1970: now))
    let decision = route(routing)
    #expect((decision.agent == .claudeCode) == isCandidate)
    let excluded = decision.ranking.first { $0.agent == .claudeCode }?.excluded
    #expect(excluded?.reason == (isCandidate ? nil : "rate limited, until 1970-01-01T00:01:40Z"))

    // What is known may be out of date: whoever asks for it by name gets it.
    routing.inputs.forced = .claudeCode
    let named = route(routing)
    #expect(named.agent == .claudeCode)
    let remark = "it is out (rate limited, until 1970-01-01T00:01:40Z), but was asked for by name"
    #expect(named.reasons.last == (isCandidate ? "--agent names claude-code" : remark))
    routing.inputs.forced = .codexCLI
    #expect(route(routing).ranking.last?.excluded?.kind == .notForced)
  }

  @Test func `only an estimate whose low end is too large removes an agent`() throws {
    var task = makeCharacteristics(tokens: 40_000)
    task = TaskCharacteristics(
      complexity: task.complexity, complexityPoints: 45, type: .refactor, scope: .multiFile, risk: .low,
      estimatedTokens: 40_000, tokenRange: TokenRange(low: 32_000, high: 80_000), requiresReasoning: false,
      requiresIteration: true, confidence: 1, evidence: [])
    let decision = route(try makeInputs(task))
    #expect(decision.agent == .codexCLI)
    #expect(decision.chosen?.context == 0)
  }

  @Test func `weights count by their proportions`() throws {
    let single = RoutingSettings(
      weights: ScoreWeights(strength: 0, cost: 7, context: 0, availability: 0, preference: 0))
    let decision = route(
      try makeInputs(profiles: [makeProfile("a", cost: 1), makeProfile("b", cost: 4)], settings: single))
    #expect(decision.ranking.map(\.total) == [1, 0.25])
  }

  @Test func `an agent that is weak without a person suffers in every run`() throws {
    let weak = makeProfile("a", strengths: ["complex-reasoning"], weaknesses: ["headless-operation"])
    let both = makeProfile("b", strengths: ["complex-reasoning"], weaknesses: ["automation"])
    let decision = route(
      try makeInputs(profiles: [weak, both, makeProfile("c", strengths: ["complex-reasoning"])]))
    #expect(decision.ranking.map(\.strength) == [1, 0.5, 0.5])
    #expect(decision.ranking[1].weakIn == [.headlessOperation])
    #expect(decision.ranking[0].strongIn == [.complexReasoning])
  }

  @Test func `needs are met by any of their words, and demands by the same table`() throws {
    let bulk = makeProfile("bulk", strengths: ["Bulk-File-Operations", "refactoring"])
    let refactoring = makeCharacteristics(.refactor)
    #expect(route(try makeInputs(refactoring, profiles: [bulk])).chosen?.strength == 1)
    #expect(route(try makeInputs(requires: ["architecture"])).agent == .claudeCode)
    #expect(route(try makeInputs(requires: ["Code-Review"])).agent == .claudeCode)
    let none = route(try makeInputs(requires: ["flying"]))
    #expect(
      none.ranking.first?.excluded?.reason
        == "the task's 'requires' key demands flying, which no agent is said to have")
  }

  @Test func `a record calls what keeps an agent from working an illness`() throws {
    let presence = AgentPresence(
      name: .claudeCode, state: .installed,
      unavailability: AgentUnavailability(until: Timestamp(secondsSince1970: 5), reason: "rate limited"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(presence), as: UTF8.self)
    #expect(
      text
        == #"{"illness":{"reason":"rate limited","until":{"secondsSince1970":5}},"name":"claude-code","state":"installed"}"#
    )
    #expect(try JSONDecoder().decode(AgentPresence.self, from: Data(text.utf8)) == presence)
  }
}
