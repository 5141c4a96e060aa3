import Git
import Ledger
public import PairCore
import TaskFiles

extension Orchestrator {
  /// What `task` depends on that is finished neither by its file nor by a result, each in words:
  /// `TASK-2, which is not done`.
  public func unmetDependencies(of task: AgentTask) throws -> [String] {
    try task.metadata.dependsOn.compactMap { try unmetDependency($0) }
  }

  /// Why `task` cannot run in a batch yet; nil when it can.
  ///
  /// - Parameter fates: for each task of the batch so far, by its folded id: nil when what depends on it
  ///   may run, else why not.
  func reasonToSkip(
    _ task: AgentTask, after fates: [String: String?], _ request: Request
  ) throws -> String? {
    // Nobody is there to look; a person who asks for the task by itself is.
    let state = try TaskLog(taskID(task.id.text)).state(in: repository)
    if !request.again, let blocked = state.blocked, state.failures.text == task.source.blob {
      return "it waits for a person (\(blocked)): bpsai-pair retry \(task.id), or resume"
    }
    for name in task.metadata.dependsOn {
      if let fate = fates[name.lowercased()] {
        if let fate { return fate }
      } else if let unmet = try unmetDependency(name) {
        return "it depends on \(unmet)"
      }
    }
    return nil
  }

  private func unmetDependency(_ name: String) throws -> String? {
    guard TaskID(rawValue: name) != nil else {
      return "\(name.escapedForTerminal(limit: 60)), and there is no such task"
    }
    let id = try taskID(name)
    if let result = try TaskLog(id).state(in: repository).result, try stands(result, of: id) { return nil }
    let library = try library()
    do {
      let task = try library.task(id)
      return task.metadata.status?.isFinished == true ? nil : "\(task.id), which is not done"
    } catch {
      return error.kind == .usage
        ? "\(id), and there is no such task" : "\(id), whose task file is invalid"
    }
  }

  /// Where a task of a plan starts: from the base, with the results of what it depends on merged in, so
  /// that it sees their code.
  ///
  /// - Throws: `PairError` of kind `failed` when those results conflict.
  func base(for task: AgentTask, _ request: Request) async throws -> ObjectID {
    var base = try workspace.requireBase(request.base)
    for (name, result) in try results(for: task) {
      if let newer = try newer(of: base, result) {
        base = newer
      } else {
        base = try await merge(result, into: base, for: task, dependency: name)
      }
    }
    return base
  }

  /// The base for `task` as the results stand now; nil where a merge commit would have to be written.
  func baseWithoutMerge(for task: AgentTask, _ request: Request) throws -> ObjectID? {
    let results = try results(for: task)
    if results.isEmpty { return nil }
    var base = try workspace.requireBase(request.base)
    for (_, result) in results {
      guard let newer = try newer(of: base, result) else { return nil }
      base = newer
    }
    return base
  }

  private func results(for task: AgentTask) throws -> [(name: String, commit: ObjectID)] {
    try task.metadata.dependsOn.sorted().compactMap { name in
      guard TaskID(rawValue: name) != nil else { return nil }
      let id = try taskID(name)
      guard let result = try TaskLog(id).state(in: repository).result, try stands(result, of: id) else {
        return nil
      }
      return (name, result.commit)
    }
  }

  /// Of two commits the one that holds the other; nil when neither does.
  private func newer(of base: ObjectID, _ result: ObjectID) throws -> ObjectID? {
    if try repository.isReachable(result, from: base) { return base }
    return try repository.isReachable(base, from: result) ? result : nil
  }

  private func merge(
    _ result: ObjectID, into base: ObjectID, for task: AgentTask, dependency: String
  ) async throws -> ObjectID {
    let printed: [UInt8]
    do {
      printed = try await workspace.git.run(
        ["merge-tree", "--write-tree", "--no-messages", base.hex, result.hex],
        at: .init(gitDirectory: repository.commonDirectory))
    } catch is GitError {
      throw PairError(
        .failed,
        "what \(task.id) depends on does not merge: \(dependency) conflicts with the base or the others",
        hint: "Merge the result branches by hand, then run the plan again.")
    }
    guard let tree = ObjectID(String(decoding: printed.prefix(40), as: UTF8.self)) else {
      throw PairError(.internal, "git merge-tree printed no tree")
    }
    let user = try workspace.requireUser()
    return try repository.writeCommit(
      tree: tree, parents: [base, result], author: user, committer: user,
      message: "Merge the result of \(dependency), which \(task.id) builds on\n")
  }
}
