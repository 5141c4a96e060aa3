import AgentRuns
import Git
import Ledger
package import PairCore
package import TaskFiles

/// The service that routes tasks to agents and has them carried out.
///
///     GitEvent → [FileChange] → [AgentTask] → TaskCharacteristics → RoutingDecision → Assignment
///         ──(dry run stops here)──→ worktree run → RunOutcome → result commit + HandoffNote
package struct Orchestrator: ~Copyable {
  package let workspace: Workspace

  /// Who works on the tasks of the batch that this belongs to; nil for a task by itself.
  let rooms: AgentSlots?

  package init(_ workspace: consuming Workspace) { self.init(workspace, rooms: nil) }

  init(_ workspace: consuming Workspace, rooms: AgentSlots?) {
    self.workspace = workspace
    self.rooms = rooms
  }

  var repository: Repository { _read { yield workspace.repository } }
  var process: ProcessContext { workspace.process }

  /// What the caller asks of a run.
  package struct Request: Hashable, Sendable {
    /// An agent's name or alias.
    package var preferred: String?
    /// The name or alias of the only agent that may take the task.
    package var forced: String?
    package var maxCostInUSD: Double?
    /// A revision; nil for HEAD.
    package var base: String?
    /// What results are merged into in the end, a revision; nil for HEAD.
    let target: String?
    /// The tasks of a plan that is being integrated: what they conflict with among each other is found out there.
    var integrated: Set<TaskID> = []
    /// The commit whose configuration holds; nil for the base.
    var configuration: ObjectID?
    /// The commit that tasks and their workflows are read from; nil for the checkout.
    var source: ObjectID?
    /// The plan that the task is a part of; nil for a task by itself, and for one in the queue.
    var plan: PlanContext?
    /// Whether the task is run because it is in the queue, and no more once it is not.
    var isFromQueue = false
    /// Whether to run a task anew that has a result for its present text.
    package var again: Bool
    /// The step of a workflow to carry out; nil for the whole task.
    var step: StepSpec?

    package init(
      preferred: String? = nil, forced: String? = nil, maxCostInUSD: Double? = nil, base: String? = nil,
      again: Bool = false
    ) {
      self.preferred = preferred
      self.forced = forced
      self.maxCostInUSD = maxCostInUSD
      self.base = base
      self.target = base
      self.again = again
    }
  }

  /// A task with the decision about it.
  package struct Routed: Sendable {
    package let task: AgentTask
    package let decision: RoutingDecision
    /// The last entry of its log when that was decided; nil without a log.
    let logTip: ObjectID?
  }

  /// The task files: the checkout's, or those of `commit` where it is given or there is no checkout.
  package func library(at commit: ObjectID? = nil) throws -> TaskLibrary {
    let folder = try workspace.config(at: commit).tasksFolder
    if commit == nil, let top = repository.workingDirectory {
      return try TaskLibrary(workingTree: top, folder: folder)
    }
    guard let commit = try commit ?? repository.head().commit else { return TaskLibrary(files: []) }
    return try TaskLibrary(commit: commit, folder: folder, in: repository)
  }

  /// Analyses a task, selects its agent and makes the assignment; reads, and changes nothing.
  ///
  /// - Throws: `PairError` of kind `noAgent` or `notApproved` when no agent can take it.
  package func assignTask(_ routed: Routed, _ request: Request = Request()) throws -> Assignment {
    let decision = routed.decision
    let agent = try decision.requireAgent()
    return try assignment(for: routed, to: agent, request, note: nil)
  }

  /// Transfers a task to the next agent: the same run continues in the same worktree, and the next
  /// agent sees `note`.
  package func handoff(
    _ assignment: Assignment, of routed: Routed, to agent: AgentName, _ request: Request, note: HandoffNote
  ) throws -> Assignment {
    try self.assignment(
      for: routed, to: agent, request, note: note, run: assignment.run,
      continues: assignment.continues?.after(note.outcome))
  }

  /// - Parameter run: the run that goes on; nil for a new one.
  func assignment(
    for routed: Routed, to agent: AgentName, _ request: Request, note: HandoffNote?, run: RunID? = nil,
    continues: Continuation? = nil
  ) throws -> Assignment {
    let (task, decision) = (routed.task, routed.decision)
    let base = try workspace.requireBase(request.base)
    let configuration = request.configuration ?? base
    let score = decision.ranking.first { $0.agent == agent }
    let run = run ?? RunID(start: process.now(), random: process.random())
    return Assignment(
      task: task, run: run, agent: agent, mode: decision.mode, base: base, configuration: configuration,
      continues: continues,
      step: request.step?.mark(of: run), branch: .result(of: task.id),
      estimatedTokens: agent == .recipe ? 0 : decision.characteristics.estimatedTokens,
      estimatedCostInUSD: score?.estimatedCostInUSD ?? 0,
      maxCostInUSD: request.maxCostInUSD,
      prompt: try prompt(
        for: routed, to: agent, configuration: configuration, note: note, step: request.step))
  }

  /// Templates and notes are those of `configuration`, as checks are: no result of a run changes them.
  private func prompt(
    for routed: Routed, to agent: AgentName, configuration: ObjectID, note: HandoffNote?,
    step: StepSpec?
  ) throws -> Prompt {
    let (task, decision) = (routed.task, routed.decision)
    if agent == .recipe { return Prompt(text: task.recipe ?? "") }
    let kind = step?.promptKind ?? PromptKind(decision.mode, decision.characteristics.type)
    let material = PromptMaterial(
      template: try workspace.promptTemplate(kind, at: configuration), task: task, mode: decision.mode,
      checks: try workspace.config(at: configuration).checks,
      projectNotes: try workspace.projectNotes(at: configuration), handoff: note, review: step?.review)
    let profile = decision.inputs.profiles.first { $0.name == agent }
    return material.prompt(for: agent, contextLimit: profile?.contextLimit)
  }
}
