/// Chooses the agent for a task. Pure: reads nothing but `inputs`.
///
/// Ties break by the higher strength factor, then the lower cost, then the agent's name.
public func route(_ inputs: RoutingInputs) -> RoutingDecision {
  let branch = DecisionTree(for: inputs.characteristics)
  let needed = branch.neededStrengths(for: inputs.characteristics.type)
  let profiles = inputs.profiles + [AgentProfile.recipe]
  let cheapest =
    inputs.profiles.map(\.costPer1kTokensInUSD).filter { $0 > 0 }.min() ?? 0

  let scores = profiles.map { profile in
    score(profile, branch: branch, needed: needed, cheapest: cheapest, inputs: inputs)
  }
  let ranking = scores.filter { isShown($0) }.sorted(by: comesFirst)
  let winner = ranking.first { $0.excluded == nil }
  let isRecipe = winner?.agent == .recipe
  return RoutingDecision(
    inputs: inputs, branch: branch, mode: isRecipe ? .fullAuto : branch.mode,
    neededStrengths: needed, agent: winner?.agent, ranking: ranking,
    reasons: reasons(winner: winner, ranking: ranking, branch: branch, needed: needed, recipe: inputs.recipe))
}

/// `recipe` stays out of the picture for the tasks that bring none.
private func isShown(_ score: AgentScore) -> Bool { score.excluded?.kind != .recipesOnly }

private func comesFirst(_ a: AgentScore, _ b: AgentScore) -> Bool {
  if (a.excluded == nil) != (b.excluded == nil) { return a.excluded == nil }
  if a.total != b.total { return a.total > b.total }
  if a.strength != b.strength { return a.strength > b.strength }
  if a.estimatedCostInUSD != b.estimatedCostInUSD {
    return a.estimatedCostInUSD < b.estimatedCostInUSD
  }
  return a.agent < b.agent
}

private func score(
  _ profile: AgentProfile, branch: DecisionTree, needed: [String], cheapest: Double,
  inputs: RoutingInputs
) -> AgentScore {
  let tokens = inputs.characteristics.estimatedTokens
  let presence: AgentPresence.State =
    profile.name == .recipe
    ? .installed : inputs.agents.first { $0.name == profile.name }?.state ?? .notInstalled
  let estimate = Double(tokens) / 1000 * profile.costPer1kTokensInUSD

  let has = needed.filter { profile.strengths.contains($0) }.count
  let hurts = (needed + branch.hurtfulWeaknesses).filter { profile.weaknesses.contains($0) }.count
  let matched = needed.isEmpty ? 0.5 : Double(has) / Double(needed.count)
  let strength = (0..<hurts).reduce(matched) { value, _ in value / 2 }

  let price = profile.costPer1kTokensInUSD
  let cost = price <= 0 ? 1 : cheapest / price
  let fill = Double(tokens) / Double(max(profile.contextLimit, 1))
  let context = min(max(2 - 2 * fill, 0), 1)
  let availability =
    presence != .installed ? 0 : profile.availability == .local ? 1 : 0.5
  let preference: Double =
    inputs.preferred == nil || inputs.preferred == profile.name ? 1 : 0

  let weights = inputs.weights
  let total =
    weights.strength * strength + weights.cost * cost + weights.context * context
    + weights.availability * availability + weights.preference * preference
  return AgentScore(
    agent: profile.name, strength: strength, cost: cost, context: context,
    availability: availability, preference: preference, total: total,
    estimatedCostInUSD: estimate,
    excluded: exclusion(of: profile, presence: presence, estimate: estimate, inputs: inputs))
}

private func exclusion(
  of profile: AgentProfile, presence: AgentPresence.State, estimate: Double, inputs: RoutingInputs
) -> AgentScore.Exclusion? {
  func excluded(_ kind: AgentScore.Exclusion.Kind, _ reason: String) -> AgentScore.Exclusion {
    AgentScore.Exclusion(kind: kind, reason: reason)
  }
  if profile.name == .recipe {
    switch inputs.recipe {
    case .approved: return nil
    case .unapproved: return excluded(.recipeNotApproved, "its recipe has not been approved")
    case .none: return excluded(.recipesOnly, "takes only tasks that bring a recipe")
    }
  }
  if inputs.recipe != .none {
    return excluded(.notForRecipes, "the task brings its own recipe")
  }
  switch presence {
  case .notInstalled: return excluded(.notInstalled, "not installed")
  case .noHeadlessAdapter:
    return excluded(.noHeadlessAdapter, "cannot be run without a person yet")
  case .installed: break
  }
  if !inputs.allowed.isEmpty, !inputs.allowed.contains(profile.name) {
    let names = inputs.allowed.map(\.text).joined(separator: ", ")
    return excluded(.excludedByTask, "the task's 'agent' key names only \(names)")
  }
  if let missing = inputs.required.first(where: { !profile.strengths.contains($0) }) {
    return excluded(.excludedByTask, "the task's 'requires' key demands \(missing)")
  }
  let tokens = inputs.characteristics.estimatedTokens
  if tokens > profile.contextLimit {
    return excluded(
      .contextTooSmall, "about \(tokens) tokens exceed its context of \(profile.contextLimit)")
  }
  if let cap = inputs.maxCostInUSD, estimate > cap {
    return excluded(
      .overMaxCost, "estimate \(estimate.inDollars) is over --max-cost \(cap.inDollars)")
  }
  return nil
}

private func reasons(
  winner: AgentScore?, ranking: [AgentScore], branch: DecisionTree, needed: [String],
  recipe: RecipeState
) -> [String] {
  guard let winner else {
    return [recipe == .unapproved ? "its recipe has not been approved" : "no agent can take the task"]
  }
  if winner.agent == .recipe { return ["the task brings its own, approved recipe"] }
  var reasons = ["\(branch.sentence) wants \(needed.joined(separator: ", "))"]
  let second = ranking.first { $0.excluded == nil && $0.agent != winner.agent }
  if let second {
    reasons.append(
      "\(winner.agent) scores \(winner.total.inScore), \(second.agent) \(second.total.inScore)")
  } else {
    reasons.append("\(winner.agent) is the only agent that can take it")
  }
  return reasons
}

extension Double {
  /// As a score is shown: two digits after the point.
  public var inScore: String { fixed(digits: 2) }

  /// As money is shown: `$0.45`, or four digits below a cent.
  public var inDollars: String { "$" + fixed(digits: self != 0 && magnitude < 0.01 ? 4 : 2) }

  /// With exactly `digits` digits after the point, the same on every machine and in every locale.
  public func fixed(digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
    // Beyond that a Double has no such digits, and Int64 no room.
    guard isFinite, magnitude < 1e12, magnitude * scale < 1e18 else { return description }
    let units = Int64((magnitude * scale).rounded())
    let whole = units / Int64(scale)
    let fraction = String(units % Int64(scale))
    let sign = self < 0 && units != 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
