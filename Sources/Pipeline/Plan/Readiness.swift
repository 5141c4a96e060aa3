import PairCore
import TaskFiles

struct Readiness: Room {
  let workspace: Workspace
  let dependencies: Dependencies
  let request: RunRequest

  private var states: TaskStates { dependencies.states }

  /// Why nobody should start `task` of a plan, by its own status; nil where somebody may, or it has its result.
  func reasonToLeave(_ task: AgentTask) throws -> String? {
    guard let reason = dependencies.known.reasonToLeave(task) else { return nil }
    if !request.again, try RunNeed(workspace).reasonForNone(task, nil, request) != nil { return nil }
    return reason
  }

  /// Why `task` cannot run in a batch yet; nil when it can. `fates` has each task of the batch that has
  /// ended, by its folded id: nil when what depends on it may run, else why not.
  func reasonToSkip(_ task: AgentTask, after fates: [String: String?]) throws -> String? {
    // What is done needs nothing any more.
    if !request.again, task.isFinished { return nil }
    // Nobody is there to look; a person who asks for the task by itself is.
    let state = try states.state(of: task.id)
    if !request.again, let blocked = state.blocked, state.failures.text == task.source.blob {
      let other =
        try OpenPass.isLeftWithFindings(TaskRecord(of: states.id(task.id), in: workspace))
        ? "" : ", or resume"
      return "it waits for a person (\(blocked)): bpsai-pair retry \(task.id)\(other)"
    }
    for name in task.metadata.dependsOn {
      if let fate = fates[name.lowercased()] {
        if let fate { return fate }
      } else if let unmet = try dependencies.unmet(name, of: task) {
        return "it depends on \(unmet)"
      }
    }
    return nil
  }
}
