import Foundation
@testable import PairCore
import TestSupport
import Testing

/// Random agents, tasks and requests, the same in every run.
private struct RandomRouting {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let words =
    CapabilityNeed.allCases.flatMap(\.words) + ["ide-integration", "shell-commands", "large-context"]

  mutating func some(_ words: [String]) -> [String] {
    words.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
  }

  mutating func profiles() -> [AgentProfile] {
    (0..<Int.random(in: 1...6, using: &random)).map { number in
      makeProfile(
        "agent-\(number)", strengths: some(Self.words), weaknesses: some(Self.words),
        cost: Double(Int.random(in: 0...30, using: &random)) / 1_000,
        context: Int.random(in: 1...300_000, using: &random),
        availability: AgentProfile.Availability.allCases.randomElement(using: &random)!)
    }
  }

  mutating func task() throws -> AgentTask {
    let titles = [
      "Fix it", "Design the store", "Reviewer agent", "Merge a.py + b.py", "", "Update README.md",
    ]
    var metadata = TaskMetadata()
    metadata.type = [nil, "feature", "bugfix", "docs", "refactor", "other"].randomElement(using: &random)!
    metadata.complexity = Bool.random(using: &random) ? Int.random(in: 0...100, using: &random) : nil
    metadata.effort = [nil, "S", "L"].randomElement(using: &random)!
    metadata.priority = [nil, "P0", "P3"].randomElement(using: &random)!
    metadata.tags = some(["security", "ui", "audit"])
    metadata.requires = Int.random(in: 0..<8, using: &random) == 0 ? some(Self.words) : []
    return try makeTask(
      title: titles.randomElement(using: &random)!, metadata: metadata,
      files: some(["src/a.py", "src/b/c.py", "lib/d.py", "tests/test_a.py", "docs/x.md"]),
      text: String(repeating: "x", count: Int.random(in: 0...20_000, using: &random)))
  }

  mutating func inputs() throws -> RoutingInputs {
    let profiles = profiles()
    let states: [AgentPresence.State] = [
      .installed, .installed, .installed, .notInstalled, .noHeadlessAdapter,
    ]
    let unavailability = AgentUnavailability(until: Timestamp(secondsSince1970: 50), reason: "rate limited")
    let task = try task()
    let files = task.declaredFiles.map {
      ResolvedScope.File(path: $0, sizeInBytes: Int.random(in: 0...100_000, using: &random))
    }
    return RoutingInputs(
      task: TaskBrief(of: task), base: object(2),
      scope: ResolvedScope(existing: files, untested: files.prefix(1).map(\.path)),
      recipe: [RecipeState.none, .none, .none, .approved, .unapproved].randomElement(using: &random)!,
      profiles: profiles,
      settings: RoutingSettings(
        weights: ScoreWeights(strength: Double(Int.random(in: 1...50, using: &random))), lowComplexity: 20),
      agents: profiles.map {
        AgentPresence(
          name: $0.name, state: states.randomElement(using: &random)!,
          unavailability: Int.random(in: 0..<6, using: &random) == 0 ? unavailability : nil)
      },
      preferred: Bool.random(using: &random) ? profiles.randomElement(using: &random)!.name : nil,
      forced: Int.random(in: 0..<8, using: &random) == 0 ? profiles.randomElement(using: &random)!.name : nil,
      allowed: Int.random(in: 0..<8, using: &random) == 0 ? [profiles[0].name] : [],
      maxCostInUSD: Bool.random(using: &random) ? Double.random(in: 0...1, using: &random) : nil,
      decidedAt: Timestamp(secondsSince1970: Int64.random(in: 0...100, using: &random)))
  }
}

extension RoutingInputs {
  /// The same with other profiles.
  fileprivate func with(_ profiles: [AgentProfile], agents: [AgentPresence]? = nil, capped: Bool = true)
    -> RoutingInputs
  {
    RoutingInputs(
      task: task, base: base, scope: scope, recipe: recipe, profiles: profiles, settings: settings,
      agents: agents ?? self.agents, preferred: preferred, forced: forced, allowed: allowed,
      maxCostInUSD: capped ? maxCostInUSD : nil, decidedAt: decidedAt)
  }
}

extension AgentProfile {
  fileprivate func with(strengths: [String]? = nil, costFactor: Double = 1) -> AgentProfile {
    AgentProfile(
      name: name, strengths: strengths ?? self.strengths, weaknesses: weaknesses,
      costPer1kTokensInUSD: costPer1kTokensInUSD * costFactor, contextLimit: contextLimit,
      availability: availability)
  }
}

@Suite struct RoutingPropertyTests {
  @Test func `ten thousand random decisions are made again from their records, byte for byte`() throws {
    var routing = RandomRouting(seed: 1)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var agents: Set<String> = []
    for number in 0..<10_000 {
      let decision = route(try routing.inputs())
      let record = try encoder.encode(decision)
      let read = try JSONDecoder().decode(RoutingDecision.self, from: record)
      let again = try encoder.encode(route(read.inputs))
      if again != record { Issue.record("decision \(number) is another when it is made again") }
      agents.insert(decision.agent?.text ?? "nobody")
    }
    #expect(agents.count > 5)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `the order of agents and profiles does not matter`(_ seed: UInt64) throws {
    var routing = RandomRouting(seed: seed)
    let inputs = try routing.inputs()
    let shuffled = inputs.with(
      inputs.profiles.shuffled(using: &routing.random), agents: inputs.agents.shuffled(using: &routing.random)
    )
    #expect(route(shuffled) == route(inputs))
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `scores lie between 0 and 1, and what is excluded comes last and never wins`(_ seed: UInt64) throws {
    var routing = RandomRouting(seed: seed)
    let inputs = try routing.inputs()
    let decision = route(inputs)
    for score in decision.ranking {
      let factors = [
        score.strength, score.cost, score.context, score.availability, score.preference, score.total,
      ]
      #expect(factors.allSatisfy { (0...1).contains($0) }, "\(score)")
    }
    let candidates = decision.ranking.prefix { $0.excluded == nil }
    #expect(decision.ranking.dropFirst(candidates.count).allSatisfy { $0.excluded != nil })
    #expect(zip(candidates, candidates.dropFirst()).allSatisfy { $0.total >= $1.total })
    #expect(decision.agent == candidates.first?.agent)
    #expect((0...1).contains(decision.characteristics.confidence))
    let range = decision.characteristics.tokenRange
    #expect(range.low <= decision.characteristics.estimatedTokens)
    #expect(decision.characteristics.estimatedTokens <= range.high)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `a matched strength more never lowers an agent's rank`(_ seed: UInt64) throws {
    var routing = RandomRouting(seed: seed)
    let inputs = try routing.inputs()
    let before = route(inputs)
    for (index, profile) in inputs.profiles.enumerated() {
      guard let need = before.needs.randomElement(using: &routing.random) else { continue }
      var profiles = inputs.profiles
      profiles[index] = profile.with(strengths: profile.strengths + [need.words[0]])
      let after = route(inputs.with(profiles))
      let rank = { (decision: RoutingDecision) in
        decision.ranking.firstIndex { $0.agent == profile.name } ?? 0
      }
      #expect(rank(after) <= rank(before))
    }
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `twice the prices change no order when nothing caps them`(_ seed: UInt64) throws {
    var routing = RandomRouting(seed: seed)
    let inputs = try routing.inputs()
    let cheap = inputs.with(inputs.profiles, capped: false)
    let dear = inputs.with(inputs.profiles.map { $0.with(costFactor: 2) }, capped: false)
    #expect(route(dear).ranking.map(\.agent) == route(cheap).ranking.map(\.agent))
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `what would make another agent win does so`(_ seed: UInt64) throws {
    var routing = RandomRouting(seed: seed)
    let inputs = try routing.inputs()
    for alternative in route(inputs).alternatives() {
      #expect(alternative.agent != route(inputs).agent)
      for option in alternative.options {
        var changed = inputs
        let parts = option.split(separator: " ")
        switch parts[0] {
        case "--prefer": changed.preferred = AgentName(String(parts[1]))
        case "--agent":
          changed.preferred = nil
          changed.forced = AgentName(String(parts[1]))
        case "--max-cost": changed.maxCostInUSD = Double(parts[1])
        default: Issue.record("an unknown option: \(option)")
        }
        #expect(route(changed).agent == alternative.agent, "\(option)")
      }
      for condition in alternative.conditions where condition.hasPrefix("complexity ") {
        var changed = inputs
        let numbers = condition.split { !$0.isNumber }.compactMap { Int($0) }
        changed.task.metadata.complexity = numbers[0]
        #expect(route(changed).agent == alternative.agent, "\(condition)")
      }
    }
  }
}
