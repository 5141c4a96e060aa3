/// Chooses the agent for a task. Pure: reads nothing but `inputs`.
package func route(_ inputs: RoutingInputs) -> RoutingDecision {
  route(inputs, as: TaskCharacteristics(of: inputs.task, in: inputs.scope, inputs.settings.levels))
}

/// The same for a task of other characteristics than its own: what would be, if.
package func route(_ inputs: RoutingInputs, as task: TaskCharacteristics) -> RoutingDecision {
  let branch = DecisionTree(for: task)
  let needs = CapabilityNeed.needs(on: branch, of: task.type)
  let cheapest = inputs.profiles.map(\.costPer1kTokensInUSD).filter { $0 > 0 }.min() ?? 0
  let scores = (inputs.profiles + [AgentProfile.recipe]).map { profile in
    Scoring(profile: profile, needs: needs, cheapest: cheapest, task: task, inputs: inputs).score
  }
  // `recipe` stays out of the picture for the tasks that bring none.
  let ranking = scores.filter { $0.excluded?.kind != .recipesOnly }.sorted { $0.place < $1.place }
  let winner = ranking.first { $0.excluded == nil }
  return RoutingDecision(
    inputs: inputs, characteristics: task, branch: branch,
    mode: winner?.agent == .recipe ? .fullAuto : inputs.mode ?? branch.mode, needs: needs,
    agent: winner?.agent, ranking: ranking,
    reasons: reasons(winner: winner, ranking: ranking, branch: branch, needs: needs, inputs)
  )
}

extension AgentScore {
  /// Orders the ranking: ties break by the higher strength factor, then the lower cost, then the agent's name.
  fileprivate var place: (Int, Double, Double, Double, AgentName) {
    (excluded == nil ? 0 : 1, -total, -strength, estimatedCostInUSD, agent)
  }
}

/// One agent's fitness for one task.
private struct Scoring {
  let profile: AgentProfile
  let needs: [CapabilityNeed]
  /// The lowest price above nothing among all profiles.
  let cheapest: Double
  let task: TaskCharacteristics
  let inputs: RoutingInputs

  private var presence: AgentPresence {
    profile.name == .recipe
      ? AgentPresence(name: .recipe, state: .installed) : inputs.presence(of: profile.name)
  }

  private var estimate: Double { Double(task.estimatedTokens) / 1000 * profile.costPer1kTokensInUSD }

  var score: AgentScore {
    let strongIn = needs.filter { $0.isAmong(profile.strengths) }
    let weakIn = (needs + [.headlessOperation]).filter { $0.isAmong(profile.weaknesses) }
    let matched = Double(strongIn.count) / Double(max(needs.count, 1))
    let strength = weakIn.reduce(matched) { value, _ in value / 2 }
    let price = profile.costPer1kTokensInUSD
    let cost = price <= 0 ? 1 : cheapest / price
    let fill = Double(task.estimatedTokens) / Double(max(profile.contextLimit, 1))
    let context = min(max(2 - 2 * fill, 0), 1)
    let availability = presence.state != .installed ? 0 : profile.availability == .local ? 1 : 0.5
    let preference: Double = inputs.preferred == nil || inputs.preferred == profile.name ? 1 : 0
    let weights = inputs.settings.weights
    let sum =
      weights.strength * strength + weights.cost * cost + weights.context * context
      + weights.availability * availability + weights.preference * preference
    return AgentScore(
      agent: profile.name, strength: strength, cost: cost, context: context, availability: availability,
      preference: preference, total: min(sum / weights.sum, 1), estimatedCostInUSD: estimate,
      strongIn: strongIn, weakIn: weakIn, excluded: exclusion)
  }

  private var exclusion: AgentScore.Exclusion? {
    if profile.name == .recipe {
      switch inputs.recipe {
      case .approved: return notForced
      case .unapproved: return excluded(.recipeNotApproved, "its recipe has not been approved")
      case .none: return excluded(.recipesOnly, "takes only tasks that bring a recipe")
      }
    }
    if inputs.recipe != .none { return excluded(.notForRecipes, "the task brings its own recipe") }
    return unable ?? notForced ?? ill ?? excludedByTask ?? overLimit
  }

  /// What keeps the agent from running at all now.
  private var unable: AgentScore.Exclusion? {
    switch presence.state {
    case .notInstalled: excluded(.notInstalled, "not installed")
    case .noHeadlessAdapter: excluded(.noHeadlessAdapter, "cannot be run without a person yet")
    case .commandNotApproved:
      excluded(.commandNotApproved, "its command has not been approved: bpsai-pair trust agents")
    case .installed: nil
    }
  }

  /// What is known of its health may be out of date: whoever names it by `--agent` gets it.
  private var ill: AgentScore.Exclusion? {
    inputs.forced != nil
      ? nil : inputs.unavailability(of: profile.name).map { excluded(.unhealthy, $0.words) }
  }

  private var notForced: AgentScore.Exclusion? {
    guard let forced = inputs.forced, forced != profile.name else { return nil }
    return excluded(.notForced, "\(inputs.whoForces) names \(forced)")
  }

  private var excludedByTask: AgentScore.Exclusion? {
    if !inputs.allowed.isEmpty, !inputs.allowed.contains(profile.name) {
      let names = inputs.allowed.map(\.text).joined(separator: ", ")
      return excluded(.excludedByTask, "the task's 'agent' key names only \(names)")
    }
    let demands = inputs.task.metadata.requires
    guard let missing = demands.first(where: { !CapabilityNeed.isMet($0, by: profile.strengths) })
    else { return nil }
    let isUnknown = !inputs.profiles.contains { CapabilityNeed.isMet(missing, by: $0.strengths) }
    return excluded(
      .excludedByTask,
      "the task's 'requires' key demands \(missing)\(isUnknown ? ", which no agent is said to have" : "")")
  }

  private var overLimit: AgentScore.Exclusion? {
    // An estimate is rough: only what even its low end rules out removes an agent.
    let least = task.tokenRange.low
    if least > profile.contextLimit {
      return excluded(
        .contextTooSmall, "at least \(least) tokens exceed its context of \(profile.contextLimit)")
    }
    guard let cap = inputs.maxCostInUSD, estimate > cap else { return nil }
    let (cost, most) = (Dollars(estimate), Dollars(cap))
    return excluded(
      .overMaxCost, "estimate \(cost.text(besides: most)) is over --max-cost \(most.text(besides: cost))")
  }

  private func excluded(_ kind: AgentScore.Exclusion.Kind, _ reason: String) -> AgentScore.Exclusion {
    AgentScore.Exclusion(kind: kind, reason: reason)
  }
}

private func reasons(
  winner: AgentScore?, ranking: [AgentScore], branch: DecisionTree, needs: [CapabilityNeed],
  _ inputs: RoutingInputs
) -> [String] {
  guard let winner else {
    return [inputs.recipe == .unapproved ? "its recipe has not been approved" : "no agent can take the task"]
  }
  if winner.agent == .recipe { return ["the task brings its own, approved recipe"] }
  var reasons = ["\(branch.sentence) wants \(needs.map(\.rawValue).joined(separator: ", "))"]
  if inputs.forced == winner.agent {
    reasons.append("\(inputs.whoForces) names \(winner.agent)")
    if let unavailability = inputs.unavailability(of: winner.agent) {
      reasons.append("it is out (\(unavailability.words)), but was asked for by name")
    }
    return reasons
  }
  let second = ranking.first { $0.excluded == nil && $0.agent != winner.agent }
  if let second {
    reasons.append("\(winner.agent) scores \(winner.total.inScore), \(second.agent) \(second.total.inScore)")
  } else {
    reasons.append("\(winner.agent) is the only agent that can take it")
  }
  return reasons
}
