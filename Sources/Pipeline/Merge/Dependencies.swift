import Git
package import PairCore
import TaskFiles

/// What tasks depend on, and which of it is finished.
package struct Dependencies: Room {
  package let workspace: Workspace
  let known: DependencyResolver
  let states: TaskStates

  init(_ known: DependencyResolver, _ states: TaskStates, in workspace: Workspace) {
    self.workspace = workspace
    self.known = known
    self.states = states
  }

  /// Of the checkout's tasks.
  package init(_ workspace: Workspace) throws {
    self.init(DependencyResolver(try workspace.settings().library), try TaskStates(workspace), in: workspace)
  }

  /// What `task` depends on that is not finished, in words: `TASK-2, which is not done`.
  package func unmet(by task: AgentTask) throws -> [String] {
    try task.metadata.dependsOn.compactMap { try unmet($0, of: task) }
  }

  /// The same for one of them; nil where it is finished.
  func unmet(_ name: String, of task: AgentTask) throws -> String? {
    if let id = TaskID(rawValue: name), let result = try states.state(of: id).result,
      try ResultBranch(of: states.id(id), in: workspace).holds(result)
    {
      return nil
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

/// What the task files of a commit say is done.
struct DoneTasks {
  private let commit: ObjectID
  private let workspace: Workspace
  private let library: TaskLibrary

  init(at commit: ObjectID, in workspace: Workspace) throws {
    self.commit = commit
    self.workspace = workspace
    library = try workspace.settings(at: commit).library
  }

  private func contain(_ task: TaskID) -> Bool {
    // A file that cannot be used says nothing of the sort.
    (try? library.task(task))?.isFinished == true
  }

  /// Whether these task files say that the work of `result` is done though the commit is not there: it was
  /// squashed, rebased or picked.
  func hold(_ task: TaskID, _ result: TaskState.Result?) throws -> Bool {
    guard contain(task), let result else { return false }
    if try workspace.repository.isReachable(result.commit, from: commit) { return false }
    // What was done before the run began was run again, and says nothing of what that made.
    guard let origin = result.base, try workspace.repository.exists(origin) else { return true }
    return try !DoneTasks(at: origin, in: workspace).contain(task)
  }
}
