import AgentRuns
import Git
import Ledger
package import PairCore
import TaskFiles

extension Orchestrator {
  /// Everything but the task that decisions depend on, read once for all the tasks of a command.
  package struct RoutingContext: Sendable {
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
  package func routingContext(
    _ request: Request = Request(), at commit: ObjectID? = nil
  ) throws -> RoutingContext {
    let capabilities = try workspace.capabilities(at: commit)
    let known = capabilities.names + [.recipe]
    return RoutingContext(
      capabilities: capabilities, agents: try presence(of: capabilities.profiles),
      settings: try workspace.config(at: commit).routing,
      files: RoutingInputs.Files(
        capabilities: try workspace.text(of: Workspace.capabilitiesPath, at: commit).map(ObjectID.ofBlob),
        config: try workspace.text(of: Workspace.configPath, at: commit).map(ObjectID.ofBlob)),
      preferred: try request.preferred.map { try AgentName.resolve($0, among: known) },
      forced: try request.forced.map { try AgentName.resolve($0, among: known) },
      mode: request.step?.task.step.mode, maxCostInUSD: request.maxCostInUSD, decidedAt: process.now(),
      resolver: ScopeResolver(
        base: try request.base.map { try workspace.requireBase($0) } ?? repository.head().commit))
  }

  /// Lets other capabilities hold than those that were read.
  func replace(_ routingContext: inout RoutingContext, with capabilities: Capabilities) throws {
    routingContext.capabilities = capabilities
    routingContext.agents = try presence(of: capabilities.profiles)
    routingContext.files = RoutingInputs.Files(config: routingContext.files.config)
  }

  func presence(of profiles: [AgentProfile]) throws -> [AgentPresence] {
    let path = process.environment["PATH"] ?? ""
    let unavailabilities = try workspace.unavailabilities(of: profiles)
    return try profiles.map { profile in
      var state = AgentRegistry.state(of: profile, path: path)
      if state == .installed, let command = profile.command,
        try !Approvals(of: workspace).contain(command.text)
      {
        state = .commandNotApproved
      }
      return AgentPresence(name: profile.name, state: state, unavailability: unavailabilities[profile.name])
    }
  }

  /// What the decision about `task` depends on.
  ///
  /// - Throws: `PairError` of kind `invalidInput` when the task's `agent:` key names nobody that is known.
  package func inputs(
    for task: AgentTask, under routingContext: inout RoutingContext
  ) throws -> RoutingInputs {
    let recipe: RecipeState =
      if let recipe = task.recipe {
        try Approvals(of: workspace).contain(recipe) ? .approved : .unapproved
      } else { .none }
    return RoutingInputs(
      task: TaskBrief(of: task), base: routingContext.resolver.base,
      scope: try routingContext.resolver.scope(of: task, in: repository), recipe: recipe,
      profiles: routingContext.capabilities.profiles, settings: routingContext.settings,
      agents: routingContext.agents, preferred: routingContext.preferred, forced: routingContext.forced,
      mode: routingContext.mode,
      allowed: try agents(allowedBy: task, among: routingContext.capabilities.names + [.recipe]),
      maxCostInUSD: routingContext.maxCostInUSD, decidedAt: routingContext.decidedAt,
      files: routingContext.files)
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
  package func decide(
    _ task: AgentTask, _ request: Request = Request(), at commit: ObjectID? = nil
  ) throws -> Routed {
    var routingContext = try routingContext(request, at: commit)
    // First, so that nothing which is said meanwhile counts as known.
    let logTip = try repository.ref(TaskLog(task.id).ref)
    return Routed(task: task, decision: route(try inputs(for: task, under: &routingContext)), logTip: logTip)
  }
}
