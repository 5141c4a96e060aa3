/// Everything that a routing decision depends on. Nothing else is read while routing, so the same
/// inputs give the same decision on any machine.
public struct RoutingInputs: Hashable, Sendable, Codable {
  public let task: TaskID
  public let title: String
  public let source: TaskSource
  public let characteristics: TaskCharacteristics
  /// The commit that the run would start from; nil when the repository has none yet.
  public let base: ObjectID?
  public let scope: ResolvedScope
  public let recipe: RecipeState
  public let profiles: [AgentProfile]
  public let weights: ScoreWeights
  public let agents: [AgentPresence]
  public let preferred: AgentName?
  /// The only agents that the task's own `agent:` key allows; empty when it names none.
  public let allowed: [AgentName]
  /// Strengths that the task's own `requires:` key demands.
  public let required: [String]
  public let maxCostInUSD: Double?
  public let decidedAt: Timestamp

  public init(
    task: AgentTask, characteristics: TaskCharacteristics, base: ObjectID?, scope: ResolvedScope,
    recipe: RecipeState, profiles: [AgentProfile], weights: ScoreWeights = ScoreWeights(),
    agents: [AgentPresence], preferred: AgentName? = nil, allowed: [AgentName] = [],
    maxCostInUSD: Double? = nil,
    decidedAt: Timestamp
  ) {
    self.task = task.id
    self.title = task.title
    self.source = task.source
    self.characteristics = characteristics
    self.base = base
    self.scope = scope
    self.recipe = recipe
    self.profiles = profiles.sorted { $0.name < $1.name }
    self.weights = weights
    self.agents = agents.sorted { $0.name < $1.name }
    self.preferred = preferred
    self.allowed = allowed.sorted()
    self.required = task.metadata.requires.sorted()
    self.maxCostInUSD = maxCostInUSD
    self.decidedAt = decidedAt
  }
}

/// Whether a task brings a recipe, and whether the user approved that exact text.
public enum RecipeState: String, Hashable, Sendable, Codable {
  case none, approved, unapproved
}

/// What this machine knows of an agent.
public struct AgentPresence: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case installed
    case notInstalled = "not-installed"
    /// This program cannot run it without a person.
    case noHeadlessAdapter = "no-headless-adapter"
  }

  public let name: AgentName
  public let state: State

  public init(name: AgentName, state: State) {
    self.name = name
    self.state = state
  }
}

/// What each factor of the score counts for.
public struct ScoreWeights: Hashable, Sendable, Codable {
  public let strength: Double
  public let cost: Double
  public let context: Double
  public let availability: Double
  public let preference: Double

  public init(
    strength: Double = 0.4, cost: Double = 0.2, context: Double = 0.2, availability: Double = 0.1,
    preference: Double = 0.1
  ) {
    self.strength = strength
    self.cost = cost
    self.context = context
    self.availability = availability
    self.preference = preference
  }
}
