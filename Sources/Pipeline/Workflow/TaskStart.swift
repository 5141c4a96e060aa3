package import PairCore

/// Where a task starts that a person asks for by itself, by what it depends on.
package struct TaskStart {
  /// With the base that holds the results which the task depends on.
  package private(set) var request: RunRequest
  /// Why it cannot start: what it depends on is not done, or does not merge. Nil when it can.
  package private(set) var obstacle: PairError?

  /// With a base that the person named, what is missing in it is only noted. A dry run writes nothing: HEAD
  /// stands for a base that is yet to be merged.
  package init(
    of task: AgentTask, _ request: RunRequest, in workspace: Workspace, isDryRun: Bool = false
  ) async throws {
    self.request = request
    if task.metadata.dependsOn.isEmpty { return }
    let dependencies = try Dependencies(workspace)
    let unmet = try dependencies.unmet(by: task)
    if request.base != nil {
      for unmet in unmet { workspace.process.say("note: \(task.id) depends on \(unmet)") }
      return
    }
    if let first = unmet.first {
      obstacle = PairError(
        .failed, "\(task.id) depends on \(unmet.joined(separator: "; and on "))",
        hint: "Run \(first.prefix { $0 != "," }) first. To run \(task.id) all the same: --base HEAD")
      return
    }
    let base = TaskBase(workspace: workspace, states: dependencies.states)
    self.request.configuration = try workspace.requireBase(nil)
    if isDryRun {
      obstacle = try await base.obstacle(for: task, request)
      self.request.base = try base.baseWithoutMerge(for: task, [], request)?.hex
    } else {
      self.request.base = try await base.base(for: task, request).hex
    }
  }

  /// - Throws: the obstacle, where there is one.
  package func get() throws -> RunRequest {
    if let obstacle { throw obstacle }
    return request
  }
}
