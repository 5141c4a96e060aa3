import Git
import Ledger
public import PairCore
import TaskFiles

extension Orchestrator {
  /// What `task` depends on that is finished neither by its file nor by a result, each in words:
  /// `TASK-2, which is not done`.
  public func unmetDependencies(of task: AgentTask) throws -> [String] {
    if task.metadata.dependsOn.isEmpty { return [] }
    let known = KnownTasks(try library())
    return try task.metadata.dependsOn.compactMap { try unmetDependency($0, of: task, known) }
  }

  /// Why `task` cannot run in a batch yet; nil when it can.
  ///
  /// - Parameter fates: for each task of the batch so far, by its folded id: nil when what depends on it
  ///   may run, else why not.
  func reasonToSkip(
    _ task: AgentTask, after fates: [String: String?], _ known: KnownTasks, _ request: Request
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

  private func unmetDependency(_ name: String, of task: AgentTask, _ known: KnownTasks) throws -> String? {
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

  /// Where a task of a batch starts: from the base, with the results of what it depends on merged in, so
  /// that it sees their code, and of what it builds on, as far as they merge.
  ///
  /// - Throws: `PairError` of kind `failed` when results of what it depends on conflict.
  func base(for task: AgentTask, _ buildsOn: [TaskID], _ request: Request) async throws -> ObjectID {
    var base = try workspace.requireBase(request.base)
    for (id, result) in try results(of: task.dependencies) {
      guard let merged = try await join(result, of: id, into: base, for: task) else {
        throw PairError(
          .failed, "what \(task.id) depends on does not merge: \(id) conflicts with the base or the others",
          hint: "Merge the result branches by hand, then run the plan again.")
      }
      base = merged
    }
    for (id, result) in try results(of: buildsOn) {
      if let merged = try await join(result, of: id, into: base, for: task) {
        base = merged
      } else {
        surroundings.say("note: \(task.id) starts without the result of \(id), with which its base conflicts")
      }
    }
    return base
  }

  /// The base for `task` as the results stand now; nil where a merge commit would have to be written.
  func baseWithoutMerge(for task: AgentTask, _ buildsOn: [TaskID], _ request: Request) throws -> ObjectID? {
    let results = try results(of: task.dependencies) + results(of: buildsOn)
    if results.isEmpty { return nil }
    var base = try workspace.requireBase(request.base)
    for (_, result) in results {
      guard let newer = try newer(of: base, result) else { return nil }
      base = newer
    }
    return base
  }

  /// Those of `ids` that have a result, in the natural order of ids: the same results make the same trees.
  private func results(of ids: [TaskID]) throws -> [(id: TaskID, commit: ObjectID)] {
    try ids.sorted().compactMap { id in
      let id = try taskID(id.text)
      guard let result = try TaskLog(id).state(in: repository).result, try stands(result, of: id) else {
        return nil
      }
      return (id, result.commit)
    }
  }

  /// A commit that holds `base` and `result`; nil where they conflict.
  private func join(
    _ result: ObjectID, of id: TaskID, into base: ObjectID, for task: AgentTask
  ) async throws -> ObjectID? {
    if let newer = try newer(of: base, result) { return newer }
    return try await merge(result, into: base, for: task, dependency: id)
  }

  /// Of two commits the one that holds the other; nil when neither does.
  private func newer(of base: ObjectID, _ result: ObjectID) throws -> ObjectID? {
    if try repository.isReachable(result, from: base) { return base }
    return try repository.isReachable(base, from: result) ? result : nil
  }

  private func merge(
    _ result: ObjectID, into base: ObjectID, for task: AgentTask, dependency: TaskID
  ) async throws -> ObjectID? {
    let merged: Merged?
    do {
      merged = try await workspace.git.merge([MergePair(base, result)], at: workspace.mergePlace()).first
    } catch let error as GitError {
      try Task.checkCancellation()
      throw PairError(
        .failed, "the result of \(dependency) cannot be merged for \(task.id): \(error.message)",
        hint: "Merge the result branches by hand, then run the plan again.")
    }
    guard let merged, merged.isClean else { return nil }
    let user = try workspace.requireUser()
    return try repository.writeCommit(
      tree: merged.tree, parents: [base, result], author: user, committer: user,
      message: "Merge the result of \(dependency), which \(task.id) builds on\n")
  }
}

extension AgentTask {
  /// What `metadata.dependsOn` names, as far as it can be an id.
  fileprivate var dependencies: [TaskID] { metadata.dependsOn.compactMap(TaskID.init(rawValue:)) }
}
