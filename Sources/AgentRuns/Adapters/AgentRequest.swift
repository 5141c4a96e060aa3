package import PairCore

/// What an agent is asked to do, and where.
package struct AgentRequest: Hashable, Sendable {
  /// Absolute path of the agent's program.
  package let program: String
  package let mode: RunMode
  package let prompt: String
  /// The model to use, by a name that the agent knows; nil for the agent's own choice.
  package let model: String?
  /// The agent's session to go on with; nil for a new one.
  package internal(set) var session: AgentSession?
  /// Absolute path of the agent's working directory.
  package let worktree: String
  /// Absolute path of a folder for this run alone, outside the worktree.
  package let runFolder: String
  /// What the run may cost at most; nil without a limit. Agents that cannot be told a limit are not.
  package let maxCostInUSD: Double?
  /// How many turns the agent may take; nil without a limit. Agents that cannot be told a limit are not.
  package let maxTurns: Int?
  /// The JSON Schema that the final message must follow; nil where it is free. Some read it in the prompt.
  package let answerSchema: String?
  package let setUp: AgentSetUp
  /// Commands that the agent may run in mode `auto`, such as `make test`; arguments may follow.
  package let allowedCommands: [String]
  /// Whether the agent runs with user id 0.
  package let isRoot: Bool
  /// Whether it runs within walls of ours.
  package let isWalled: Bool
  /// Whether walls of ours keep a sandbox of the agent's own from starting.
  package let deniesOwnSandbox: Bool
  /// The caller's environment, from which the agent's is made.
  package let environment: [String: String]
  /// What the agent gets of it because the project asks for it and the user approved.
  package let variables: [VariablePattern]

  package init(
    program: String, mode: RunMode, prompt: String, model: String? = nil, session: AgentSession? = nil,
    worktree: String, runFolder: String, maxCostInUSD: Double? = nil, maxTurns: Int? = nil,
    answerSchema: String? = nil, setUp: AgentSetUp = .own, allowedCommands: [String] = [],
    isRoot: Bool = false, isWalled: Bool = false, deniesOwnSandbox: Bool = false,
    environment: [String: String], variables: [VariablePattern] = []
  ) {
    self.program = program
    self.mode = mode
    self.prompt = prompt
    self.model = model
    self.session = session
    self.worktree = worktree
    self.runFolder = runFolder
    self.maxCostInUSD = maxCostInUSD
    self.maxTurns = maxTurns
    self.answerSchema = answerSchema
    self.setUp = setUp
    self.allowedCommands = allowedCommands
    self.isRoot = isRoot
    self.isWalled = isWalled
    self.deniesOwnSandbox = deniesOwnSandbox
    self.environment = environment
    self.variables = variables
  }

  /// What the agent inherits; `settings` and `keys` are its own, as in `ChildEnvironment`. Proxies may have a password:
  /// behind one, nothing else leads to its model.
  func inherited(
    settings: [VariablePattern] = [], keys: [VariablePattern] = []
  ) -> [String: String] {
    ChildEnvironment.inherited(
      from: environment, settings: settings,
      keys: keys + variables + ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
  }

  static let temporary = "tmp"

  /// The agent's own TMPDIR, so that runs do not meet in a shared one.
  var temporaryFolder: String { "\(runFolder)/\(AgentRequest.temporary)" }
}
