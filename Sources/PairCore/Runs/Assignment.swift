/// A decision that is about to be carried out: what `--dry-run` prints and what the run consumes.
package struct Assignment: Hashable, Sendable, Codable {
  package static let schema = "bpsai-pair/assignment/1"

  package let schema: String
  package let task: TaskID
  package let title: String
  /// Path of the task's file, from the top of the repository.
  package let taskPath: String
  /// Blob id of the task's text.
  package let text: ObjectID
  package let run: RunID
  package let agent: AgentName
  package let mode: RunMode
  package let base: ObjectID
  /// The commit whose configuration holds for the run: the one that the user starts from, never the result of
  /// another run, which could have switched the checks off.
  package let configuration: ObjectID
  /// Whose work the run goes on with; nil for a run that starts over.
  package let continues: Continuation?
  /// The step of a workflow that the run carries out; nil where it carries out the whole task.
  package let step: StepMark?
  package let branch: BranchName
  package let estimatedTokens: Int
  package let estimatedCostInUSD: Double
  /// What the run may cost at most; nil without a limit.
  package let maxCostInUSD: Double?
  package let prompt: String
  /// What was left out of the prompt, one sentence each; nil for nothing.
  package let omissions: [String]?

  package init(
    task: AgentTask, run: RunID, agent: AgentName, mode: RunMode, base: ObjectID,
    configuration: ObjectID? = nil, continues: Continuation? = nil, step: StepMark? = nil,
    branch: BranchName, estimatedTokens: Int, estimatedCostInUSD: Double, maxCostInUSD: Double?,
    prompt: Prompt
  ) {
    self.schema = Assignment.schema
    self.task = task.id
    self.title = task.title
    self.taskPath = task.source.path
    self.text = task.source.blob
    self.run = run
    self.agent = agent
    self.mode = mode
    self.base = base
    self.configuration = configuration ?? base
    self.continues = continues
    self.step = step
    self.branch = branch
    self.estimatedTokens = estimatedTokens
    self.estimatedCostInUSD = estimatedCostInUSD
    self.maxCostInUSD = maxCostInUSD
    self.prompt = prompt.text
    self.omissions = prompt.omissions.isEmpty ? nil : prompt.omissions
  }

  /// The commit that a result is compared with as a whole: the base, or that of the first run that handed over.
  package var origin: ObjectID { continues?.origin ?? base }

  /// The agent's session to go on with; nil for a new one.
  package var session: AgentSession? { continues?.agent == agent ? continues?.session : nil }
}

/// What a task's next agent is handed over from its last one.
package struct Continuation: Hashable, Sendable, Codable {
  /// Whose work it is.
  package let agent: AgentName
  /// The commit that the first of the runs started from.
  package let origin: ObjectID
  /// The snapshot whose files the worktree begins with; nil where the base holds the work.
  package let snapshot: ObjectID?
  /// That agent's session, where it can go on with it.
  package let session: AgentSession?

  package init(agent: AgentName, origin: ObjectID, snapshot: ObjectID?, session: AgentSession? = nil) {
    self.agent = agent
    self.origin = origin
    self.snapshot = snapshot
    self.session = session
  }

  /// The same once a run has gone on with it and ended so: its session has used more, or is another one.
  package func after(_ outcome: RunOutcome) -> Continuation {
    guard let session, agent == outcome.agent else { return self }
    // One that ended before it named its session has begun no other.
    let isSame = outcome.session == nil || outcome.session == session.id
    let next = isSame ? AgentSession(id: session.id, used: session.used + outcome.usage) : nil
    return Continuation(agent: agent, origin: origin, snapshot: snapshot, session: next)
  }
}
