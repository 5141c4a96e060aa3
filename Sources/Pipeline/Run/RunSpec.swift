import AgentRuns
import Git
import PairCore
import TaskFiles

struct RunSpec: Sendable {
  let assignment: Assignment
  let routed: RoutedTask
  let request: RunRequest
  /// The configuration's, by the commit that the assignment names.
  let config: Config
  let spending: Spending

  init(_ assignment: Assignment, _ routed: RoutedTask, _ request: RunRequest, in workspace: Workspace) throws
  {
    self.assignment = assignment
    self.routed = routed
    self.request = request
    config = try workspace.settings(at: assignment.configuration).config
    spending = try Spending(of: workspace)
  }

  var task: AgentTask { routed.task }

  func attempt(_ assignment: Assignment, _ state: TaskState) -> AgentAttempt {
    let complexity = routed.decision.characteristics.complexity
    return AgentAttempt(
      run: assignment.run, task: assignment.task, agent: assignment.agent,
      model: config.models[assignment.agent]?[complexity],
      estimate: Dollars(assignment.estimatedCostInUSD),
      maxCost: assignment.maxCostInUSD.map { Dollars($0) },
      taskBudget: spending.limits.task.map {
        TaskBudgetStatus(limit: $0, state: state, text: assignment.text)
      },
      profiles: routed.decision.inputs.profiles, spending: spending)
  }

  /// What the agent after `assignment` reads of it, whose cost the log does not hold yet.
  func note(on outcome: RunOutcome, of assignment: Assignment, _ state: TaskState, _ redaction: Redaction)
    -> HandoffNote
  {
    HandoffNote(
      assignment: assignment, outcome: outcome, criteria: outcome.criteria ?? task.acceptanceCriteria,
      checks: config.checks, spentInUSD: state.costInUSD + outcome.costInUSD, redaction: redaction)
  }
}

extension Assignment {
  var details: TaskEvent.Details {
    var details = TaskEvent.Details()
    details.run = run
    details.agent = agent
    details.mode = mode
    details.base = base
    details.text = text
    details.mark(step)
    return details
  }
}

/// What agents have done in a worktree.
struct AttributedTree: Sendable {
  /// Those who changed anything, in their order.
  let agents: [AgentName]
  /// All of it, as git would commit it.
  let tree: ObjectID
}

struct RunVerdict: Sendable {
  let outcome: RunOutcome
  /// The tree that was committed; nil where nothing was.
  let tree: ObjectID?
  /// The index file that git wrote it from; nil where git wrote none.
  let index: String?
  /// The worktree when the agent ended, before any check left files there; nil where it was not looked at.
  let content: WorktreeContent?
  /// All that was done in the worktree until now; nil for nothing, and where that cannot be told.
  let work: AttributedTree?
  /// Whether the checks changed what would be committed, so that it cannot be told from the agent's work.
  let isMixed: Bool
  /// Whether no agent can go on in that worktree, since git cannot.
  let isDamaged: Bool
  /// What the agent changed that is not its to change.
  let outside: Watch.Report
}
