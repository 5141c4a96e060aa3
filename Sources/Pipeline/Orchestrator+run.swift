import Host
import Git
import Ledger
public import PairCore
import TaskFiles

/// A plan's tasks in the order in which they run.
public struct Schedule: Sendable {
  /// Says what was found, for people.
  public let description: String
  public let tasks: [AgentTask]
  /// The faults of files that may belong to the plan and were left out.
  public let faults: [PairError]
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
  public func schedule(_ name: String) throws -> Schedule {
    let (tasks, faults) = try library().survey(includingArchived: true)
    let selection = try PlanSelection(
      named: name, plans: plans(), tasks: tasks, unusable: Set(faults.map(\.id)))
    // What an invalid file belongs to cannot be read; an archived one matters where the plan lists it.
    let errors = faults.filter { !$0.isArchived || selection.unusable.contains($0.id) }.map(\.error)
    return Schedule(
      description: selection.description, tasks: try selection.ordered(known: tasks), faults: errors)
  }

  /// Executes `tasks`, one after the other, each with the agent that suits it best.
  ///
  /// A failure skips the tasks that depend on it and nothing else; one that is the project's ends the batch. What
  /// another process works on is come back to after the rest, with what depends on it. `request.maxCostInUSD` spans
  /// the batch.
  ///
  /// - Parameter finished: called after each task.
  public func run(
    _ tasks: [AgentTask], _ request: Request, finished: (BatchResult.Item) -> Void = { _ in }
  ) async throws -> BatchResult {
    var batch = BatchResult()
    var fates: [String: String?] = [:]
    var open = try tasks.map { OpenTask($0, logTip: try repository.ref(TaskLog($0.id).ref)) }
    while !open.isEmpty {
      guard let (index, item, obstacle) = try await nextEnd(in: &open, request, after: fates, batch) else {
        try await Task.sleep(for: .milliseconds(500))
        continue
      }
      open.remove(at: index)
      fates[item.task.folded] = item.reasonToSkipDependents
      batch.items.append(item)
      finished(item)
      if obstacle == .project {
        for left in open {
          let item = BatchResult.Item(
            task: left.task.id, end: .notStarted("what made \(item.task) fail is the project's fault"))
          batch.items.append(item)
          finished(item)
        }
        return batch
      }
    }
    return batch
  }

  /// Ends the first of the `open` tasks that can be: nil where others work on all of them, or on what they depend on.
  private func nextEnd(
    in open: inout [OpenTask], _ request: Request, after fates: [String: String?], _ batch: BatchResult
  ) async throws -> (index: Int, item: BatchResult.Item, obstacle: PairError.Obstacle?)? {
    var held: Set<String> = []
    for index in open.indices {
      let task = open[index].task
      if task.metadata.dependsOn.contains(where: { held.contains($0.lowercased()) }) {
        held.insert(task.id.folded)
        continue
      }
      // Asked first: who held it a moment ago has said in the log how it ended.
      let isHeld = Lease.isHeld(task.id, in: repository)
      if !isHeld, let end = try endElsewhere(of: open[index]) {
        return (index, .init(task: task.id, end: end), nil)
      }
      if let reason = try reasonToSkip(task, after: fates, request) {
        return (index, .init(task: task.id, end: .skipped(reason)), nil)
      }
      if !isHeld {
        let (item, obstacle) = try await runOne(task, request, spent: batch.costInUSD)
        if let item { return (index, item, obstacle) }
      }
      held.insert(task.id.folded)
      if !open[index].isTold {
        let words = Lease.refusal(of: task.id, in: repository).message
        surroundings.say("note: \(words): coming back to it")
        open[index].isTold = true
      }
    }
    return nil
  }

  /// Carries out `task`; without an item where another process works on it.
  private func runOne(
    _ task: AgentTask, _ request: Request, spent: Double
  ) async throws -> (item: BatchResult.Item?, obstacle: PairError.Obstacle?) {
    var run: RunID?
    do {
      var own = request
      own.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - spent) }
      own.configuration = try workspace.requireBase(request.base)
      own.base = try await base(for: task, request).hex
      if own.forced == nil, let order = try workflowOrder(for: task, at: own.source) {
        return (try await item(of: order, own), nil)
      }
      let routed = try decide(task, own)
      if routed.decision.agent == nil, let reason = try notNeeded(task, own) {
        return (.init(task: task.id, end: .notNeeded(reason)), nil)
      }
      let first = try assignTask(routed, own)
      run = first.run
      switch try await execute(first, of: routed, own) {
      case .notNeeded(let reason):
        return (.init(task: task.id, end: .notNeeded(reason)), nil)
      case .ran(let assignment, let outcome):
        let end: BatchResult.End =
          switch outcome.end {
          case .committed(let commit): .committed(assignment.branch, commit)
          case .failed(let failure): .failed(.init(failure))
          }
        let cost = try self.spent(by: first.run).amount
        return (.init(task: task.id, end: end, costInUSD: cost, findings: outcome.findings), nil)
      }
    } catch let error as PairError where error.obstacle == .busyTask {
      return (nil, error.obstacle)
    } catch let error as PairError where error.kind != .internal {
      let cost = try run.map { try self.spent(by: $0).amount } ?? 0
      return (.init(task: task.id, end: .failed(.init(error)), costInUSD: cost), error.obstacle)
    }
  }
}
