import AgentRuns
import Git
import Ledger
public import PairCore
import TaskFiles

extension Orchestrator {
  /// Everything but the task that decisions depend on, read once for all the tasks of a command.
  public struct Circumstances: Sendable {
    fileprivate(set) var capabilities: Capabilities
    fileprivate(set) var agents: [AgentPresence]
    let settings: RoutingSettings
    fileprivate(set) var files: RoutingInputs.Files
    let preferred: AgentName?
    let forced: AgentName?
    let mode: RunMode?
    let maxCostInUSD: Double?
    let decidedAt: Timestamp
    var resolver: ScopeResolver
  }

  /// What holds for the decisions that `request` asks for.
  ///
  /// - Parameter commit: where capabilities and settings are read from; nil for the checkout.
  /// - Throws: `PairError` of kind `usage` for an unknown agent or base, `invalidInput` for a file of ours.
  public func circumstances(
    _ request: Request = Request(), at commit: ObjectID? = nil
  ) throws -> Circumstances {
    let capabilities = try workspace.capabilities(at: commit)
    let known = capabilities.names + [.recipe]
    return Circumstances(
      capabilities: capabilities, agents: try presence(of: capabilities.profiles),
      settings: try workspace.config(at: commit).routing,
      files: RoutingInputs.Files(
        capabilities: try workspace.text(of: Workspace.capabilitiesPath, at: commit).map(ObjectID.ofBlob),
        config: try workspace.text(of: Workspace.configPath, at: commit).map(ObjectID.ofBlob)),
      preferred: try request.preferred.map { try AgentName.resolve($0, among: known) },
      forced: try request.forced.map { try AgentName.resolve($0, among: known) },
      mode: request.step?.task.step.mode, maxCostInUSD: request.maxCostInUSD, decidedAt: surroundings.now(),
      resolver: ScopeResolver(
        base: try request.base.map { try workspace.requireBase($0) } ?? repository.head().commit))
  }

  /// Lets other capabilities hold than those that were read.
  func replace(_ circumstances: inout Circumstances, with capabilities: Capabilities) throws {
    circumstances.capabilities = capabilities
    circumstances.agents = try presence(of: capabilities.profiles)
    circumstances.files = RoutingInputs.Files(config: circumstances.files.config)
  }

  func presence(of profiles: [AgentProfile]) throws -> [AgentPresence] {
    let path = surroundings.environment["PATH"] ?? ""
    let illnesses = try workspace.illnesses(of: profiles)
    return try profiles.map { profile in
      var state = AgentRegistry.state(of: profile, path: path)
      if state == .installed, let command = profile.command,
        try !Approvals(of: workspace).contain(command.text)
      {
        state = .commandNotApproved
      }
      return AgentPresence(name: profile.name, state: state, illness: illnesses[profile.name])
    }
  }

  /// What the decision about `task` depends on.
  ///
  /// - Throws: `PairError` of kind `invalidInput` when the task's `agent:` key names nobody that is known.
  public func inputs(
    for task: AgentTask, under circumstances: inout Circumstances
  ) throws -> RoutingInputs {
    let recipe: RecipeState =
      if let recipe = task.recipe {
        try Approvals(of: workspace).contain(recipe) ? .approved : .unapproved
      } else { .none }
    return RoutingInputs(
      task: TaskBrief(of: task), base: circumstances.resolver.base,
      scope: try circumstances.resolver.scope(of: task, in: repository), recipe: recipe,
      profiles: circumstances.capabilities.profiles, settings: circumstances.settings,
      agents: circumstances.agents, preferred: circumstances.preferred, forced: circumstances.forced,
      mode: circumstances.mode,
      allowed: try agents(allowedBy: task, among: circumstances.capabilities.names + [.recipe]),
      maxCostInUSD: circumstances.maxCostInUSD, decidedAt: circumstances.decidedAt,
      files: circumstances.files)
  }

  private func agents(allowedBy task: AgentTask, among known: [AgentName]) throws -> [AgentName] {
    try task.metadata.agents.map { name in
      do {
        return try AgentName.resolve(name, among: known)
      } catch let error as PairError {
        throw PairError(
          .invalidInput, "the task's 'agent' key: \(error.message)",
          at: SourceLocation(file: task.source.path), hint: error.hint)
      }
    }
  }

  /// Decides which agent takes `task`; reads, and changes nothing.
  ///
  /// - Parameter commit: where capabilities are read from; nil for the checkout.
  public func decide(
    _ task: AgentTask, _ request: Request = Request(), at commit: ObjectID? = nil
  ) throws -> Routed {
    var circumstances = try circumstances(request, at: commit)
    // First, so that nothing which is said meanwhile counts as known.
    let logTip = try repository.ref(TaskLog(task.id).ref)
    return Routed(task: task, decision: route(try inputs(for: task, under: &circumstances)), logTip: logTip)
  }
}
