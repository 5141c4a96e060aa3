import Git
import AgentRuns
import PairCore
import TaskFiles

/// Where a task starts: on the base with the results it depends on, and those it builds on if they merge.
struct TaskBase: Room {
  let workspace: Workspace
  let states: TaskStates

  /// The base for `task`; throws `failed` when results of what it depends on conflict.
  func base(for task: AgentTask, buildingOn buildsOn: [TaskID] = [], _ request: RunRequest) async throws
    -> ObjectID
  {
    let start = try workspace.requireBase(request.base)
    var base = start
    let needed = try results(of: task.dependencies, missingIn: start)
    for (id, result) in needed {
      guard let merged = try await join(result, of: id, into: base, for: task) else {
        throw try await clash(of: needed, for: task, request)
          ?? notMergeable("\(id) conflicts with the base or the others", needed.map(\.id), for: task, request)
      }
      base = merged
    }
    for (id, result) in try results(of: buildsOn, missingIn: start) {
      if let merged = try await join(result, of: id, into: base, for: task) {
        base = merged
      } else {
        say("note: \(task.id) starts without the result of \(id), with which its base conflicts")
      }
    }
    return base
  }

  /// The base for `task` as the results stand now; nil where a merge commit would have to be written.
  func baseWithoutMerge(for task: AgentTask, _ buildsOn: [TaskID], _ request: RunRequest) throws -> ObjectID?
  {
    if task.dependencies.isEmpty, buildsOn.isEmpty { return nil }
    var base = try workspace.requireBase(request.base)
    let results = try results(of: task.dependencies, missingIn: base) + results(of: buildsOn, missingIn: base)
    if results.isEmpty { return nil }
    for (_, result) in results {
      guard let newer = try newer(of: base, result) else { return nil }
      base = newer
    }
    return base
  }

  /// Why the results that `task` depends on will not merge, as far as they exist; nil where they will.
  func obstacle(for task: AgentTask, _ request: RunRequest) async throws -> PairError? {
    if task.dependencies.isEmpty { return nil }
    let start = try workspace.requireBase(request.base)
    return try await clash(of: results(of: task.dependencies, missingIn: start), for: task, request)
  }

  /// Says which two of the base and `results` conflict first, and where; nil where no two of them do.
  private func clash(
    of results: [(id: TaskID, commit: ObjectID)], for task: AgentTask, _ request: RunRequest
  ) async throws -> PairError? {
    let base = try workspace.side(request.base)
    var sides = [base]
    for (id, commit) in results where try !repository.isReachable(commit, from: base.commit) {
      // What another of them holds comes with that one.
      let others = results.map(\.commit).filter { $0 != commit }
      if try others.contains(where: { try repository.isReachable(commit, from: $0) }) { continue }
      sides.append(.init(task: id, name: BranchName.result(of: id).text, commit: commit))
    }
    let pairs = sides.indices.flatMap { place in sides[..<place].map { ($0, sides[place]) } }
    var forecaster = MergeForecaster(workspace: workspace)
    return try await forecaster.conflicts(between: pairs).first.map {
      notMergeable($0.sentence, [$0.one.task, $0.other.task], for: task, request)
    }
  }

  /// - Parameter sides: the tasks of what does not merge; nil for the base.
  private func notMergeable(
    _ why: String, _ sides: [TaskID?], for task: AgentTask, _ request: RunRequest
  ) -> PairError {
    // Only what belongs to the plan is made again for it.
    let plan = request.plan.flatMap { plan in
      sides.allSatisfy { $0.map(plan.tasks.contains) ?? true } ? plan.name : nil
    }
    return PairError(
      .failed, "what \(task.id) depends on does not merge: \(why)",
      hint: plan.map {
        "'bpsai-pair integrate --plan \($0.quotedForShell)' has one made anew on top of the other; "
          + "then run the plan again."
      } ?? "Merge the result branches by hand, then run it again.")
  }

  /// Those of `ids` that have a result, in natural order: the same results make the same trees. Without those
  /// whose work `start` holds in another way: merging them would bring back what was changed there since.
  private func results(
    of ids: [TaskID], missingIn start: ObjectID
  ) throws -> [(id: TaskID, commit: ObjectID)] {
    var done: DoneTasks?
    var found: [(id: TaskID, commit: ObjectID)] = []
    for id in ids.sorted() {
      let id = states.id(id)
      guard let result = try states.state(of: id).result,
        try ResultBranch(of: id, in: workspace).holds(result)
      else {
        continue
      }
      let known = try done ?? DoneTasks(at: start, in: workspace)
      done = known
      if try !known.hold(id, result) { found.append((id, result.commit)) }
    }
    return found
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
      merged = try await workspace.git.merge(
        [MergePair(base, result)], at: workspace.mergePlace()
      ).first
    } catch let error as GitError {
      try Task.checkCancellation()
      throw PairError(
        .failed, "the result of \(dependency) cannot be merged for \(task.id): \(error.message)",
        hint: "Merge the result branches by hand, then run it again.")
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
