@testable import PairCore

/// An object id that shows its number.
func object(_ number: Int) -> ObjectID {
  let digits = String(number, radix: 16)
  return ObjectID(String(repeating: "0", count: 40 - digits.count) + digits)!
}

func makeTask(
  _ id: String = "T-1", title: String = "A task", path: String = ".paircoder/tasks/T-1.task.md",
  metadata: TaskMetadata = TaskMetadata(), criteria: [AcceptanceCriterion] = [], files: [String] = [],
  recipe: String? = nil, text: String = ""
) throws -> AgentTask {
  AgentTask(
    id: try TaskID(id), title: title, source: TaskSource(path: path, blob: object(1)), metadata: metadata,
    acceptanceCriteria: criteria, declaredFiles: files, recipe: recipe, text: text)
}

func makeAssignment(
  title: String = "A task", agent: AgentName = .claudeCode, mode: RunMode = .auto
) throws -> Assignment {
  Assignment(
    task: try makeTask(title: title), run: RunID(start: Timestamp(secondsSince1970: 0), random: 1),
    agent: agent, mode: mode, base: object(2), branch: .result(of: try TaskID("T-1")), estimatedTokens: 10,
    estimatedCostInUSD: 0.1, maxCostInUSD: nil, prompt: Prompt(text: "Do it."))
}

func makeCharacteristics(
  _ type: TaskType = .implement, _ complexity: Level = .medium, _ scope: TaskScope = .multiFile,
  tokens: Int = 5_000
) -> TaskCharacteristics {
  TaskCharacteristics(
    complexity: complexity, complexityPoints: 45, type: type, scope: scope, risk: .medium,
    estimatedTokens: tokens, tokenRange: TokenRange(low: tokens, high: tokens), requiresReasoning: false,
    requiresIteration: false, confidence: 1, evidence: [])
}

/// Inputs together with characteristics of a test's own choice.
struct RoutingCase {
  var inputs: RoutingInputs
  let characteristics: TaskCharacteristics
}

func route(_ routing: RoutingCase) -> RoutingDecision {
  PairCore.route(routing.inputs, as: routing.characteristics)
}

/// Claude and Codex, the two profiles that routing started from.
let twoProfiles = AgentProfile.builtIn.filter { $0.name != .cursor }

func makeInputs(
  _ characteristics: TaskCharacteristics = makeCharacteristics(), profiles: [AgentProfile] = twoProfiles,
  agents: [AgentPresence]? = nil, recipe: RecipeState = .none, settings: RoutingSettings = RoutingSettings(),
  preferred: AgentName? = nil, forced: AgentName? = nil, allowed: [AgentName] = [], requires: [String] = [],
  maxCostInUSD: Double? = nil
) throws -> RoutingCase {
  var metadata = TaskMetadata()
  metadata.requires = requires
  let inputs = RoutingInputs(
    task: TaskBrief(of: try makeTask(metadata: metadata)), base: object(2), scope: .empty, recipe: recipe,
    profiles: profiles, settings: settings,
    agents: agents ?? profiles.map { AgentPresence(name: $0.name, state: .installed) },
    preferred: preferred, forced: forced, allowed: allowed, maxCostInUSD: maxCostInUSD,
    decidedAt: Timestamp(secondsSince1970: 0))
  return RoutingCase(inputs: inputs, characteristics: characteristics)
}

func makeProfile(
  _ name: String, strengths: [String] = [], weaknesses: [String] = [], cost: Double = 0.01,
  context: Int = 100_000, availability: AgentProfile.Availability = .local
) -> AgentProfile {
  AgentProfile(
    name: AgentName(name), strengths: strengths, weaknesses: weaknesses, costPer1kTokensInUSD: cost,
    contextLimit: context, availability: availability)
}
