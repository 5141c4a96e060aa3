/// What would have made another agent take a task. Each condition alone would do.
package struct Alternative: Hashable, Sendable, Codable {
  package let agent: AgentName
  /// What the task would have to be like: `complexity ≤ 30`, `type is refactor`.
  package let conditions: [String]
  /// What one would have to type: `--prefer codex-cli`.
  package let options: [String]

  /// "codex-cli would win if complexity ≤ 30, or with --prefer codex-cli".
  package var sentence: String {
    var parts: [String] = []
    if !conditions.isEmpty { parts.append("if \(conditions.joined(separator: " or "))") }
    if !options.isEmpty { parts.append("with \(options.joined(separator: " or "))") }
    return "\(agent) would win " + parts.joined(separator: ", or ")
  }
}

extension RoutingDecision {
  /// What would have made each of the other agents win, in the order of the ranking, without those that nothing
  /// helps. Tries one change at a time on the decision's own inputs.
  package func alternatives() -> [Alternative] {
    if inputs.recipe != .none { return [] }
    let byPoints = (0...100).map { points in
      winner { $0.task.metadata.complexity = points }
    }
    return ranking.filter { $0.agent != agent }.compactMap { score in
      let found =
        score.excluded.map { alternative(to: score, excluded: $0) }
        ?? alternative(to: score, winnersByPoints: byPoints)
      return found.conditions.isEmpty && found.options.isEmpty ? nil : found
    }
  }

  private func winner(_ change: (inout RoutingInputs) -> Void) -> AgentName? {
    var changed = inputs
    change(&changed)
    return route(changed).agent
  }

  /// For an agent that a hard constraint removed: what would lift that constraint, where it then wins.
  private func alternative(to score: AgentScore, excluded: AgentScore.Exclusion) -> Alternative {
    let name = score.agent
    func wins(_ change: (inout RoutingInputs) -> Void) -> Bool { winner(change) == name }
    func healthy(_ inputs: inout RoutingInputs) {
      inputs.agents.removeAll { $0.name == name }
      inputs.agents.append(AgentPresence(name: name, state: .installed))
    }
    var conditions: [String] = []
    var options: [String] = []
    switch excluded.kind {
    case .notInstalled where wins(healthy): conditions = ["it were installed"]
    case .commandNotApproved where wins(healthy): conditions = ["its command were approved"]
    case .unhealthy, .notForced:
      if excluded.kind == .unhealthy, wins(healthy) { conditions = ["asked again later"] }
      if wins({ $0.forced = name }) { options = ["--agent \(name)"] }
    case .overMaxCost:
      let cost = score.estimatedCostInUSD.roundedUpToCents
      if wins({ $0.maxCostInUSD = cost }) { options = ["--max-cost \(cost.fixed(digits: 2))"] }
    case .notInstalled, .commandNotApproved, .noHeadlessAdapter, .contextTooSmall, .notForRecipes,
      .recipesOnly, .recipeNotApproved, .excludedByTask:
      break
    }
    return Alternative(agent: name, conditions: conditions, options: options)
  }

  /// For an agent that lost by its score.
  private func alternative(to score: AgentScore, winnersByPoints: [AgentName?]) -> Alternative {
    let name = score.agent
    func wins(_ change: (inout RoutingInputs) -> Void) -> Bool { winner(change) == name }
    var conditions = complexities(at: winnersByPoints.indices.filter { winnersByPoints[$0] == name })
    let types = TaskType.allCases.filter { type in
      type != characteristics.type && wins { $0.task.metadata.type = type.rawValue }
    }
    if !types.isEmpty {
      conditions.append("type is \(types.prefix(3).map(\.rawValue).joined(separator: " or "))")
    }
    if conditions.isEmpty {
      let scope = TaskScope.allCases.first { scope in
        var changed = characteristics
        changed.scope = scope
        return route(inputs, as: changed).agent == name
      }
      if let scope { conditions.append("scope is \(scope.rawValue)") }
    }
    var options: [String] = []
    if inputs.preferred != name, wins({ $0.preferred = name }) { options.append("--prefer \(name)") }
    let cost = score.estimatedCostInUSD.roundedUpToCents
    if inputs.maxCostInUSD == nil, cost < chosen?.estimatedCostInUSD ?? 0, wins({ $0.maxCostInUSD = cost }) {
      options.append("--max-cost \(cost.fixed(digits: 2))")
    }
    if options.isEmpty { options.append("--agent \(name)") }
    return Alternative(agent: name, conditions: conditions, options: options)
  }

  /// The nearest stretches of complexity, below and above the task's own, among `points`.
  private func complexities(at points: [Int]) -> [String] {
    let own = characteristics.complexityPoints
    let known = Set(points)
    var found: [String] = []
    if let high = points.last(where: { $0 < own }) {
      var low = high
      while known.contains(low - 1) { low -= 1 }
      found.append(low == 0 ? "complexity ≤ \(high)" : "complexity \(low) to \(high)")
    }
    if let low = points.first(where: { $0 > own }) {
      var high = low
      while known.contains(high + 1) { high += 1 }
      found.append(high == 100 ? "complexity ≥ \(low)" : "complexity \(low) to \(high)")
    }
    return found
  }
}

extension Double {
  /// The next amount that a person would write, and that is not less.
  fileprivate var roundedUpToCents: Double { (self * 100).rounded(.up) / 100 }
}
