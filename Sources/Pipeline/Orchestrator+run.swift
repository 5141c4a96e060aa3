import Host
import Git
import Ledger
public import PairCore
import TaskFiles

/// How a batch of tasks ended.
public struct BatchResult: Hashable, Sendable {
  public enum End: Hashable, Sendable {
    case committed(BranchName, ObjectID)
    case notNeeded(String)
    case failed(String)
    /// Not started, because of what it depends on.
    case skipped(String)
  }

  public struct Item: Hashable, Sendable {
    public let task: TaskID
    public let end: End
    public let costInUSD: Double
  }

  public fileprivate(set) var items: [Item] = []

  public var succeeded: Bool {
    items.allSatisfy { item in
      switch item.end {
      case .committed, .notNeeded: true
      case .failed, .skipped: false
      }
    }
  }

  public var costInUSD: Double { items.reduce(0) { $0 + $1.costInUSD } }
}

extension Orchestrator {
  /// The plans of the checkout, or of `commit` where it is given or there is no checkout.
  public func plans(at commit: ObjectID? = nil) throws -> [Plan] {
    var found: [(path: String, bytes: [UInt8])] = []
    if commit == nil, let top = repository.workingDirectory {
      for (name, kind) in try Files.list(top + "/" + Workspace.plansPath)
      where kind == .file && Plan.isPlan(name) {
        let path = Workspace.plansPath + "/" + name
        if let bytes = try Files.read(top + "/" + path) { found.append((path, bytes)) }
      }
    } else if let commit = try commit ?? repository.head().commit {
      for entry in try repository.files(in: repository.tree(of: commit), below: Workspace.plansPath)
      where Plan.isPlan(entry.path) {
        found.append((entry.path, try repository.blob(entry.id)))
      }
    }
    return try found.map { try PlanFile.parse($0.bytes, path: $0.path) }
  }

  /// The tasks of a plan in the order in which they run.
  public func schedule(_ name: String) throws -> (description: String, tasks: [AgentTask]) {
    let (tasks, errors) = try library().tasks(includingArchived: true)
    for error in errors {
      surroundings.say("note: \(error.location.map { "\($0): " } ?? "")\(error.message)")
    }
    let selection = try PlanSelection(named: name, plans: plans(), tasks: tasks)
    return (selection.description, try selection.ordered(known: tasks))
  }

  /// Executes `tasks`, one after the other, each with the agent that suits it best.
  ///
  /// A failure skips the tasks that depend on it and nothing else. `request.maxCostInUSD` spans the batch.
  ///
  /// - Parameter finished: called after each task.
  public func run(
    _ tasks: [AgentTask], _ request: Request, finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    var batch = BatchResult()
    for task in tasks {
      let item: BatchResult.Item
      if let reason = try unmetDependency(of: task, in: batch) {
        item = .init(task: task.id, end: .skipped(reason), costInUSD: 0)
      } else {
        item = try await runOne(task, request, spent: batch.costInUSD)
      }
      batch.items.append(item)
      finished(item)
    }
    return batch
  }

  private func runOne(_ task: AgentTask, _ request: Request, spent: Double) async throws -> BatchResult.Item {
    do {
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
      own.configuration = try workspace.requireBase(request.base)
      own.base = try await base(for: task, request).hex
      let routed = try decide(task, own)
      switch try await execute(assignTask(routed, own), of: routed, own) {
      case .notNeeded(let reason):
        return .init(task: task.id, end: .notNeeded(reason), costInUSD: 0)
      case .ran(let assignment, let outcome):
        switch outcome.end {
        case .committed(let commit):
          return .init(
            task: task.id, end: .committed(assignment.branch, commit), costInUSD: outcome.costInUSD)
        case .failed(let failure):
          return .init(
            task: task.id, end: .failed("\(failure.kind.rawValue): \(failure.detail)"),
            costInUSD: outcome.costInUSD)
        }
      }
    } catch let error as PairError where error.kind != .internal {
      return .init(task: task.id, end: .failed(error.message), costInUSD: 0)
    }
  }

  /// The first dependency that is not met: neither finished by its file nor by a result.
  private func unmetDependency(of task: AgentTask, in batch: BatchResult) throws -> String? {
    for name in task.metadata.dependsOn {
      if let item = batch.items.first(where: { $0.task.folded == name.lowercased() }) {
        switch item.end {
        case .committed, .notNeeded: continue
        case .failed: return "\(item.task) failed"
        case .skipped: return "\(item.task) was skipped"
        }
      }
      let id = try TaskID(name)
      if try TaskLog(id).state(in: repository).result != nil { continue }
      if try library().task(id).metadata.status?.isFinished == true { continue }
      return "\(id) is not done"
    }
    return nil
  }

  /// Where a task of a plan starts: from the base, with the results of what it depends on merged in, so
  /// that it sees their code.
  ///
  /// - Throws: `PairError` of kind `failed` when those results conflict.
  private func base(for task: AgentTask, _ request: Request) async throws -> ObjectID {
    var base = try workspace.requireBase(request.base)
    for name in task.metadata.dependsOn.sorted() {
      guard let result = try TaskLog(try TaskID(name)).state(in: repository).result?.commit else { continue }
      if try repository.isReachable(result, from: base) { continue }
      if try repository.isReachable(base, from: result) {
        base = result
        continue
      }
      base = try await merge(result, into: base, for: task, dependency: name)
    }
    return base
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
