import Git
package import PairCore
import TaskFiles

/// The orchestrator of TASK-028: the one path that a task takes, each of its five methods a part of it.
///
///     GitEvent → [FileChange] → [AgentTask] → TaskCharacteristics → RoutingDecision → Assignment
///         ──(dry run stops here)──→ worktree run → RunOutcome → result commit + HandoffNote → Review → integration
///
/// What comes before an `AgentTask` is `CommitWatcher`'s, what comes after a result `ResultReview`'s and
/// `PlanIntegration`'s. Each line below calls the room that does the work.
package struct Orchestrator {
  package let workspace: Workspace

  package init(_ workspace: Workspace) { self.workspace = workspace }

  /// A task with the decision about it and the assignment: all that an execution goes by.
  package struct Assigned: Sendable {
    package let routed: RoutedTask
    package let assignment: Assignment
    let request: RunRequest
  }

  /// Task → characteristics → decision → assignment. Throws `noAgent` or `notApproved`; changes nothing.
  package func assignTask(_ task: AgentTask, _ request: RunRequest = RunRequest()) throws -> Assigned {
    let router = TaskRouter(workspace)
    let routed = try router.decide(task, request)
    return Assigned(routed: routed, assignment: try router.assign(routed, request), request: request)
  }

  /// Assignment → worktree → agent, and others where that fails → verdict → result commit, branch and handoff note.
  package func execute(_ assigned: Assigned) async throws -> WorkResult {
    try await WorkflowRunner(workspace).run(.run(assigned.assignment, assigned.routed), assigned.request)
  }

  /// Where a task stands, by its log, its lease and the commits.
  package func monitor(_ id: TaskID) throws -> TaskOverview { try StatusReader(workspace).overview(of: id) }

  /// What an agent made or left → another agent, with a note of what was done and what remains.
  package func handoff(_ id: TaskID, to agent: String, words: String? = nil) async throws -> WorkResult {
    try await TaskRerun(of: id, in: workspace).handOver(to: agent, words: words)
  }

  /// Schedule → each task as above, as many at a time as it says, each after what it depends on.
  package func run(
    _ schedule: Schedule, _ request: RunRequest, isEnough: @escaping @Sendable () -> Bool = { false },
    finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    try await BatchRunner(workspace).run(schedule, request, isEnough: isEnough, finished: finished)
  }
}
