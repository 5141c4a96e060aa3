/// Which agent takes a task, in which mode, and why. Holds its inputs, so that it can be replayed.
package struct RoutingDecision: Hashable, Sendable, Codable {
  /// The version of this record's form.
  package static let schema = "bpsai-pair/decision/2"

  package private(set) var schema = RoutingDecision.schema
  package let inputs: RoutingInputs
  package let characteristics: TaskCharacteristics
  package let branch: DecisionTree
  package let mode: RunMode
  /// What helps with the task, in the vocabulary of capabilities.yaml.
  package let needs: [CapabilityNeed]
  /// The agent that takes the task; nil when none can.
  package let agent: AgentName?
  /// Every agent, best first; those that cannot take the task last.
  package let ranking: [AgentScore]
  package let reasons: [String]

  /// The chosen agent's score.
  package var chosen: AgentScore? { ranking.first { $0.agent == agent } }

  /// The chosen agent.
  /// - Throws: `PairError` with each agent's reason: `notApproved` for a recipe or a command that nobody approved,
  ///   `tryLater` when an agent is out for a time only, else `noAgent`.
  package func requireAgent() throws(PairError) -> AgentName {
    if let agent { return agent }
    if inputs.recipe == .unapproved {
      throw PairError(
        .notApproved, "\(inputs.task.id) brings a recipe that has not been approved",
        hint: "Read it, then approve exactly this text: bpsai-pair trust \(inputs.task.id)")
    }
    let why = ranking.compactMap { score in score.excluded.map { "\(score.agent): \($0.reason)" } }
    let kinds = Set(ranking.compactMap(\.excluded?.kind))
    throw PairError(
      kinds.contains(.unhealthy) ? .tryLater : kinds.contains(.commandNotApproved) ? .notApproved : .noAgent,
      "no agent can take \(inputs.task.id): " + why.joined(separator: "; "), hint: hint(kinds))
  }

  private func hint(_ kinds: Set<AgentScore.Exclusion.Kind>) -> String {
    if kinds.contains(.overMaxCost) { return "Raise --max-cost, or split the task." }
    if kinds.contains(.unhealthy) {
      return "Wait until the stated time. Or, if an agent is well again, ask for it by name with --agent."
    }
    if kinds.contains(.notForRecipes) {
      return "Leave the task to its recipe, without --agent, or take the recipe out of its file."
    }
    if kinds.contains(.commandNotApproved) {
      return "Read the agents' commands, then approve exactly these texts: bpsai-pair trust agents"
    }
    if kinds.contains(.notInstalled) {
      return
        "Install one, and see that it is on PATH: 'claude' (Claude Code), 'codex' (Codex CLI) or 'cursor-agent' (Cursor)."
    }
    return "See 'bpsai-pair orchestrate --task \(inputs.task.id) --dry-run' for each agent's reason."
  }
}
