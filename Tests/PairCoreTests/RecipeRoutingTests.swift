import PairCore
import Testing

@Suite struct RecipeRoutingTests {
  @Test func `an approved recipe is carried out without a model`() throws {
    let decision = route(try makeInputs(recipe: .approved, preferred: .claudeCode))
    #expect(decision.agent == .recipe)
    #expect(decision.mode == .fullAuto)
    #expect(decision.chosen?.estimatedCostInUSD == 0)
    #expect(decision.chosen?.availability == 1)
    #expect(decision.reasons == ["the task brings its own, approved recipe"])
    #expect(decision.ranking.dropFirst().allSatisfy { $0.excluded?.kind == .notForRecipes })
  }

  @Test func `a recipe runs without any agent, whatever its size`() throws {
    let decision = route(
      try makeInputs(
        makeCharacteristics(tokens: .max), profiles: [], agents: [], recipe: .approved, maxCostInUSD: 0))
    #expect(decision.agent == .recipe)
  }

  @Test func `a recipe that nobody approved runs by nobody`() throws {
    let decision = route(try makeInputs(recipe: .unapproved))
    #expect(decision.agent == nil)
    #expect(decision.ranking.first { $0.agent == .recipe }?.excluded?.kind == .recipeNotApproved)
    let error = try #require(throws: PairError.self) { try decision.requireAgent() }
    #expect(error.kind == .notApproved)
    #expect(error.hint?.contains("bpsai-pair trust T-1") == true)
  }

  @Test func `a task without a recipe does not show it`() throws {
    let decision = route(try makeInputs())
    #expect(!decision.ranking.contains { $0.agent == .recipe })
  }
}
