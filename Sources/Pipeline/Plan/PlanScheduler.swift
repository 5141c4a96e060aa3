import Git
import Host
package import PairCore
import TaskFiles

/// Finds the tasks of a plan, and when each of them would run; reads, and changes nothing.
package final class PlanScheduler: StatelessRoom {
  /// The plans of the checkout, or of HEAD where there is none, and what is wrong with the files of the others.
  private func plans() throws -> (plans: [Plan], faults: [PairError]) {
    var found: [(path: String, bytes: [UInt8])] = []
    if let top = repository.workingDirectory {
      for (name, kind) in try DirectoryWalk.list(top + "/" + Workspace.plansPath)
      where kind == .file && Plan.isPlan(name) {
        let path = Workspace.plansPath + "/" + name
        if let bytes = try Files.read(top + "/" + path) { found.append((path, bytes)) }
      }
    } else if let commit = try repository.head().commit {
      for entry in try repository.files(in: repository.tree(of: commit), below: Workspace.plansPath)
      where Plan.isPlan(entry.path) {
        found.append((entry.path, try repository.blob(entry.id)))
      }
    }
    var plans: [Plan] = []
    var faults: [PairError] = []
    for file in found {
      do {
        plans.append(try PlanFile.parse(file.bytes, path: file.path))
      } catch {
        faults.append(error)
      }
    }
    return (plans, faults)
  }

  /// The tasks of the plan or sprint called `name`, and when each would run on so many `lanes`; changes
  /// nothing. Invalid files of other plans are told, and hold up no other plan.
  ///
  /// - Throws: `PairError` of kind `usage` when nothing is called so, or several plans are; `invalidInput`
  ///   when tasks depend on each other in a circle, on what does not exist, or on an id that several tasks
  ///   have, or when the plan's own file is invalid.
  package func schedule(_ name: String, _ request: RunRequest, lanes: Int) async throws -> Schedule {
    let library = try workspace.settings().library
    let (selection, errors) = try selection(name, from: library)
    let known = DependencyResolver(library, startedBy: try workspace.settings().config.hooks)
    try known.requireDependencies(of: selection.tasks, again: request.again)
    let plan = PlanContext(name: name, tasks: Set(selection.tasks.map(\.id)))
    var own = request
    own.plan = plan
    let draft = Draft(
      tasks: selection.tasks, graph: try TaskGraph(of: selection.tasks, again: request.again), known: known,
      request: own, description: selection.description, faults: errors)
    return try await schedule(draft, lanes: lanes)
  }

  /// The command without approval that would stop every run of `schedule` that writes; nil for none.
  package func obstacle(to schedule: Schedule, _ request: RunRequest) throws -> PairError? {
    let writes = schedule.items.contains { item in
      guard case .run = item.forecast.outlook else { return false }
      if item.forecast.workflow == nil { return item.forecast.decision?.mode.writes == true }
      return item.forecast.ahead.contains { $0.step.mode.writes }
    }
    guard writes else { return nil }
    do {
      try workspace.requireReady(workspace.settings(at: workspace.requireBase(request.base)).config)
      return nil
    } catch let error as PairError where error.kind == .notApproved {
      return error
    }
  }

  /// The tasks of the plan or sprint called `name`, and the faults of task files that may belong to it.
  func selection(
    _ name: String, from library: TaskLibrary
  ) throws -> (selection: PlanSelection, faults: [PairError]) {
    let (tasks, faults) = library.survey(includingArchived: true)
    let (plans, planFaults) = try plans()
    let wanted = PlanSelection.forms(of: name)
    for fault in planFaults {
      if let file = fault.location?.file, wanted.contains(Plan.name(ofFile: file)) { throw fault }
      say("note: this plan is left out: \(fault.located)")
    }
    let selection = try PlanSelection(
      named: name, plans: plans, tasks: tasks, unusable: Set(faults.map(\.id)))
    // What an invalid file belongs to cannot be read; an archived one matters where the plan lists it.
    let errors = faults.filter { !$0.isArchived || selection.unusable.contains($0.id) }.map(\.error)
    return (selection, errors)
  }

  /// When each of `tasks`, which are no plan, would run. All are read from `commit`; nil for the checkout.
  func schedule(
    _ tasks: [AgentTask], at commit: ObjectID?, _ request: RunRequest, lanes: Int
  ) async throws -> Schedule {
    let graph: TaskGraph
    do {
      graph = try TaskGraph(of: tasks, again: request.again)
    } catch {
      // One circle must not hold up what is queued beside it: each task of it will be found to depend on what
      // is not done.
      graph = try TaskGraph(tasks.map { .init(id: $0.id, dependsOn: [], rank: $0.priorityRank) })
    }
    let known = DependencyResolver(try workspace.settings(at: commit).library)
    let draft = Draft(
      tasks: tasks, graph: graph, known: known, request: request, description: "tasks", faults: [])
    return try await schedule(draft, lanes: lanes)
  }

  private struct Draft {
    let tasks: [AgentTask]
    let graph: TaskGraph
    let known: DependencyResolver
    let request: RunRequest
    let description: String
    let faults: [PairError]
  }

  private func schedule(_ draft: Draft, lanes: Int) async throws -> Schedule {
    let (tasks, graph, request) = (draft.tasks, draft.graph, draft.request)
    let dependencies = Dependencies(draft.known, try TaskStates(workspace), in: workspace)
    let forecaster = PlanForecaster(
      Readiness(workspace: workspace, dependencies: dependencies, request: request))
    let byID = Dictionary(tasks.map { ($0.id, $0) }) { first, _ in first }
    let policy = try workspace.settings().config.conflicts
    let limits = try workspace.settings().capabilities.maxParallel
    let overlaps = ScopeOverlap.all(among: try declaredScopes(of: draft), in: graph)
    var buildsOn: [TaskID: [TaskID]] = [:]
    if policy == .serialise {
      for overlap in overlaps { buildsOn[overlap.second, default: []].append(overlap.first) }
    }
    let inOrder = graph.order.compactMap { id in byID[id].map { ($0, buildsOn[id] ?? []) } }
    var forecasts = try await forecaster.forecast(inOrder)
    // What has nothing to do keeps nobody waiting, and has its turn before the others.
    let satisfied = Set(forecasts.filter { $0.notNeeded != nil }.map(\.task.id))
    let after = Dictionary(
      uniqueKeysWithValues: graph.order.map { id in
        (id, (graph.dependencies(of: id) + (buildsOn[id] ?? [])).filter { !satisfied.contains($0) })
      })
    func times(_ forecasts: [Forecast]) -> ListSchedule {
      let nodes = forecasts.map { forecast in
        let id = forecast.task.id
        return ListSchedule.Node(
          id: id, after: after[id] ?? [], rank: forecast.notNeeded != nil ? -1 : forecast.task.priorityRank,
          seconds: forecast.expectedSeconds,
          agent: forecast.agent)
      }
      return ListSchedule(nodes, lanes: lanes, limits: limits)
    }
    // Money is reserved by whoever starts first.
    let first = times(forecasts)
    try forecaster.refuse(&forecasts, inOrderOf: first.entries.map(\.task))
    let paper = times(forecasts)
    let byTask = Dictionary(forecasts.map { ($0.task.id, $0) }) { first, _ in first }
    let ids = Dictionary(tasks.map { ($0.id.folded, $0.id) }) { first, _ in first }
    return Schedule(
      plan: request.plan, description: draft.description,
      items: paper.entries.compactMap { entry in
        byTask[entry.task].map {
          Schedule.Item(
            forecast: $0,
            dependsOn: Set($0.task.metadata.dependsOn.compactMap { ids[$0.lowercased()] }).sorted(),
            buildsOn: (buildsOn[entry.task] ?? []).sorted(), after: after[entry.task] ?? [],
            start: entry.start, end: entry.end, wave: entry.wave)
        }
      },
      order: paper.order, overlaps: overlaps, policy: policy, lanes: lanes, limits: limits,
      criticalPath: paper.criticalPath, criticalSeconds: paper.criticalSeconds, faults: draft.faults,
      known: draft.known)
  }

  /// What each task declares that it will change, looked up in the commit that the batch starts from,
  /// whatever results there are: so that a batch that is continued finds what it found at first.
  private func declaredScopes(of draft: Draft) throws -> [TaskID: DeclaredScope] {
    let request = draft.request
    var resolver = ScopeResolver(
      base: try request.base.map { try workspace.requireBase($0) } ?? repository.head().commit)
    var scopes: [TaskID: DeclaredScope] = [:]
    for task in draft.tasks where !task.declaredFiles.isEmpty && (request.again || !task.isFinished) {
      if draft.known.reasonToLeave(task) != nil { continue }
      let existing = try resolver.scope(of: task, in: repository).existing.map(\.path)
      scopes[task.id] = DeclaredScope(declared: task.declaredFiles, existing: existing)
    }
    return scopes
  }
}
