import Ledger
package import PairCore
import TaskFiles

extension Orchestrator {
  /// What `task` depends on that is finished neither by its file nor by a result, each in words:
  /// `TASK-2, which is not done`.
  package func unmetDependencies(of task: AgentTask) throws -> [String] {
    if task.metadata.dependsOn.isEmpty { return [] }
    let known = DependencyResolver(try library())
    return try task.metadata.dependsOn.compactMap { try unmetDependency($0, of: task, known) }
  }

  /// Why nobody should start `task` of a plan, by its own status; nil where somebody may, or it has its result.
  func reasonToLeave(_ task: AgentTask, _ known: DependencyResolver, _ request: Request) throws -> String? {
    guard let reason = known.reasonToLeave(task) else { return nil }
    if !request.again, try notNeeded(task, nil, request) != nil { return nil }
    return reason
  }

  /// Why `task` cannot run in a batch yet; nil when it can.
  ///
  /// - Parameter fates: for each task of the batch so far, by its folded id: nil when what depends on it
  ///   may run, else why not.
  func reasonToSkip(
    _ task: AgentTask, after fates: [String: String?], _ known: DependencyResolver, _ request: Request
  ) throws -> String? {
    // What is done needs nothing any more.
    if !request.again, task.isFinished { return nil }
    // Nobody is there to look; a person who asks for the task by itself is.
    let state = try TaskLog(taskID(task.id.text)).state(in: repository)
    if !request.again, let blocked = state.blocked, state.failures.text == task.source.blob {
      let other = try isLeftWithFindings(taskID(task.id.text)) ? "" : ", or resume"
      return "it waits for a person (\(blocked)): bpsai-pair retry \(task.id)\(other)"
    }
    for name in task.metadata.dependsOn {
      if let fate = fates[name.lowercased()] {
        if let fate { return fate }
      } else if let unmet = try unmetDependency(name, of: task, known) {
        return "it depends on \(unmet)"
      }
    }
    return nil
  }

  private func unmetDependency(_ name: String, of task: AgentTask, _ known: DependencyResolver) throws
    -> String?
  {
    if TaskID(rawValue: name) != nil {
      let id = try taskID(name)
      if let result = try TaskLog(id).state(in: repository).result, try stands(result, of: id) { return nil }
    }
    let shown = name.escapedForTerminal(limit: 60)
    switch known.dependency(name, of: task) {
    case .task(let dependency): return dependency.isFinished ? nil : "\(dependency.id), which is not done"
    case .ambiguous: return "\(shown), and several tasks are called so"
    case .invalid: return "\(shown), whose task file is invalid"
    case .missing: return "\(shown), and there is no such task"
    case .noTask: return nil
    }
  }
}
