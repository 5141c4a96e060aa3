import AgentRuns
import Git
package import PairCore
import TaskFiles

/// The orchestrator of TASK-028, with its five methods: assign a task, execute the assignment, monitor it, hand it off
/// to another agent, run many tasks. The commands call the rooms directly; this is the service for programs.
package struct Orchestrator {
  package let workspace: Workspace

  package init(_ workspace: Workspace) { self.workspace = workspace }

  /// A routed task with its assignment.
  package struct Assigned: Sendable {
    package let routed: RoutedTask
    package let assignment: Assignment
    let request: RunRequest
  }

  /// Analyses a task, selects its agent, and makes the assignment; changes nothing.
  ///
  /// - Throws: `PairError` of kind `usage` for an unknown task, `noAgent` or `notApproved` when no agent can take it.
  package func assignTask(_ id: TaskID, _ request: RunRequest = RunRequest()) throws -> Assigned {
    let router = TaskRouter(workspace)
    let routed = try router.decide(workspace.settings().library.task(id), request)
    return Assigned(routed: routed, assignment: try router.assign(routed, request), request: request)
  }

  /// Executes a task with the selected agent, and with others where that fails.
  package func execute(_ assigned: Assigned) async throws -> WorkResult {
    try await WorkflowRunner(workspace).run(.run(assigned.assignment, assigned.routed), assigned.request)
  }

  /// Where a task stands.
  package func monitor(_ id: TaskID) throws -> TaskOverview { try StatusReader(workspace).overview(of: id) }

  /// Transfers a task to another agent, which goes on with what there is.
  package func handoff(_ id: TaskID, to agent: AgentName) async throws -> WorkResult {
    try await TaskRerun(of: id, in: workspace).handOver(to: agent.text, words: nil)
  }

  /// Executes several tasks, each after what it depends on.
  ///
  /// - Parameter lanes: how many run at a time.
  package func run(
    _ ids: [TaskID], _ request: RunRequest = RunRequest(), lanes: Int = 1
  ) async throws -> BatchResult {
    let library = try workspace.settings().library
    let schedule = try await PlanScheduler(workspace)
      .schedule(ids.map { try library.task($0) }, at: nil, request, lanes: lanes)
    return try await BatchRunner(workspace).run(schedule, request)
  }
}
