/// All that a routing decision depends on: the same inputs give the same decision on any machine.
package struct RoutingInputs: Hashable, Sendable, Codable {
  package var task: TaskBrief
  /// The commit that the run would start from; nil when the repository has none yet.
  package let base: ObjectID?
  package let scope: ResolvedScope
  package let recipe: RecipeState
  package let profiles: [AgentProfile]
  package let settings: RoutingSettings
  package var agents: [AgentPresence]
  package var preferred: AgentName?
  /// The only agent that the person who asks wants; nil when they leave it open.
  package var forced: AgentName?
  /// The mode that a workflow's step fixes; nil where the decision tree decides.
  package var mode: RunMode?
  /// The only agents that the task's own `agent:` key allows; empty when it names none.
  package let allowed: [AgentName]
  package var maxCostInUSD: Double?
  package let decidedAt: Timestamp
  package let files: Files

  /// The blobs that profiles and settings were read from; nil for a file that is not there.
  package struct Files: Hashable, Sendable, Codable {
    package let capabilities: ObjectID?
    package let config: ObjectID?

    package init(capabilities: ObjectID? = nil, config: ObjectID? = nil) {
      self.capabilities = capabilities
      self.config = config
    }
  }

  package init(
    task: TaskBrief, base: ObjectID?, scope: ResolvedScope, recipe: RecipeState, profiles: [AgentProfile],
    settings: RoutingSettings = .standard, agents: [AgentPresence], preferred: AgentName? = nil,
    forced: AgentName? = nil, mode: RunMode? = nil, allowed: [AgentName] = [], maxCostInUSD: Double? = nil,
    decidedAt: Timestamp,
    files: Files = Files()
  ) {
    self.task = task
    self.base = base
    self.scope = scope
    self.recipe = recipe
    self.profiles = profiles.sorted { $0.name < $1.name }
    self.settings = settings
    self.agents = agents.sorted { $0.name < $1.name }
    self.preferred = preferred
    self.forced = forced
    self.mode = mode
    self.allowed = allowed.sorted()
    self.maxCostInUSD = maxCostInUSD
    self.decidedAt = decidedAt
    self.files = files
  }

  /// What the machine knows of `agent`.
  func presence(of agent: AgentName) -> AgentPresence {
    agents.first { $0.name == agent } ?? AgentPresence(name: agent, state: .notInstalled)
  }

  /// What keeps `agent` from working at the time of the decision; nil where nothing is known to.
  func unavailability(of agent: AgentName) -> AgentUnavailability? {
    presence(of: agent).unavailability.flatMap { decidedAt < $0.until ? $0 : nil }
  }

  /// Where `forced` was said.
  var whoForces: String { mode == nil ? "--agent" : "the workflow's step" }
}
