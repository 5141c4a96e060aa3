public import PairCore

/// What an agent is asked to do, and where.
public struct AgentRequest: Hashable, Sendable {
  /// Absolute path of the agent's program.
  public let program: String
  public let mode: RunMode
  public let prompt: String
  /// The model to use, by a name that the agent knows; nil for the agent's own choice.
  public let model: String?
  /// The agent's session to go on with; nil for a new one.
  public let session: AgentSession?
  /// Absolute path of the agent's working directory.
  public let worktree: String
  /// Absolute path of a folder for this run alone, outside the worktree.
  public let runFolder: String
  /// What the run may cost at most; nil without a limit. Agents that cannot be told a limit are not.
  public let maxCostInUSD: Double?
  /// Commands that the agent may run in mode `auto`, such as `make test`; arguments may follow.
  public let allowedCommands: [String]
  /// Whether the agent runs with user id 0.
  public let isRoot: Bool
  /// The caller's environment, from which the agent's is made.
  public let environment: [String: String]

  public init(
    program: String, mode: RunMode, prompt: String, model: String? = nil,
    session: AgentSession? = nil, worktree: String,
    runFolder: String,
    maxCostInUSD: Double? = nil, allowedCommands: [String] = [], isRoot: Bool = false,
    environment: [String: String]
  ) {
    self.program = program
    self.mode = mode
    self.prompt = prompt
    self.model = model
    self.session = session
    self.worktree = worktree
    self.runFolder = runFolder
    self.maxCostInUSD = maxCostInUSD
    self.allowedCommands = allowedCommands
    self.isRoot = isRoot
    self.environment = environment
  }

  /// The agent's own TMPDIR, so that runs do not meet in a shared one.
  var temporaryFolder: String { runFolder + "/tmp" }
}
