import TaskFiles
import AgentRuns
import Git
import Ledger
package import PairCore

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

/// Decides which agent takes a task, and makes the assignment; reads, and changes nothing.
package final class TaskRouter: StatelessRoom {
  /// What holds for the decisions that `request` asks for, by `commit`; nil for the checkout. Throws `usage`
  /// for an unknown agent or base, `invalidInput` for a file of ours.
  func context(_ request: RunRequest = RunRequest(), at commit: ObjectID? = nil) throws -> RoutingContext {
    let settings = workspace.settings(at: commit)
    let capabilities = try settings.capabilities
    let known = capabilities.names + [.recipe]
    return RoutingContext(
      capabilities: capabilities, agents: try presence(of: capabilities.profiles),
      settings: try settings.config.routing, files: try settings.routingFiles,
      preferred: try request.preferred.map { try AgentName.resolve($0, among: known) },
      forced: try request.forced.map { try AgentName.resolve($0, among: known) },
      mode: request.step?.task.step.mode, maxCostInUSD: request.maxCostInUSD, decidedAt: process.now(),
      resolver: ScopeResolver(
        base: try request.base.map { try workspace.requireBase($0) } ?? repository.head().commit))
  }

  /// Lets other capabilities hold than those that were read.
  func replace(_ context: inout RoutingContext, with capabilities: Capabilities) throws {
    context.capabilities = capabilities
    context.agents = try presence(of: capabilities.profiles)
    context.files = RoutingInputs.Files(config: context.files.config)
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

  /// What the decision about `task` depends on; throws `invalidInput` for an unknown agent in its file.
  func inputs(for task: AgentTask, in context: inout RoutingContext) throws -> RoutingInputs {
    let recipe: RecipeState =
      if let recipe = task.recipe {
        try Approvals(of: workspace).contain(recipe) ? .approved : .unapproved
      } else { .none }
    return RoutingInputs(
      task: TaskBrief(of: task), base: context.resolver.base,
      scope: try context.resolver.scope(of: task, in: repository), recipe: recipe,
      profiles: context.capabilities.profiles, settings: context.settings,
      agents: context.agents, preferred: context.preferred, forced: context.forced,
      mode: context.mode,
      allowed: try agents(allowedBy: task, among: context.capabilities.names + [.recipe]),
      maxCostInUSD: context.maxCostInUSD, decidedAt: context.decidedAt,
      files: context.files)
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

  /// - Parameter commit: where capabilities are read from; nil for the checkout.
  package func decide(
    _ task: AgentTask, _ request: RunRequest = RunRequest(), at commit: ObjectID? = nil
  ) throws -> RoutedTask {
    var context = try context(request, at: commit)
    // First, so that nothing which is said meanwhile counts as known.
    let logTip = try repository.ref(TaskLog(task.id).ref)
    return RoutedTask(task: task, decision: route(try inputs(for: task, in: &context)), logTip: logTip)
  }

  /// The assignment to the agent that was decided; throws `noAgent` or `notApproved` without one.
  package func assign(_ routed: RoutedTask, _ request: RunRequest = RunRequest()) throws -> Assignment {
    try assign(routed, request, to: Recipient(agent: try routed.decision.requireAgent()))
  }

  /// Who takes a task, and with what from the agent before.
  struct Recipient {
    let agent: AgentName
    var note: HandoffNote?
    var run: RunID?
    /// The work that it goes on with; nil for a fresh start.
    var continues: Continuation?
  }

  func assign(_ routed: RoutedTask, _ request: RunRequest, to recipient: Recipient) throws -> Assignment {
    let (task, decision, agent) = (routed.task, routed.decision, recipient.agent)
    let base = try workspace.requireBase(request.base)
    let configuration = request.configuration ?? base
    let score = decision.ranking.first { $0.agent == agent }
    let run = recipient.run ?? newRun()
    return Assignment(
      task: task, run: run, agent: agent, mode: decision.mode, base: base, configuration: configuration,
      continues: recipient.continues,
      step: request.step?.mark(of: run), branch: .result(of: task.id),
      estimatedTokens: agent == .recipe ? 0 : decision.characteristics.estimatedTokens,
      estimatedCostInUSD: score?.estimatedCostInUSD ?? 0,
      maxCostInUSD: request.maxCostInUSD,
      prompt: try prompt(for: routed, to: recipient, at: configuration, request.step))
  }

  /// Templates and notes are those of `configuration`, as checks are: no result of a run changes them.
  private func prompt(
    for routed: RoutedTask, to recipient: Recipient, at configuration: ObjectID, _ step: StepSpec?
  ) throws -> Prompt {
    let (task, decision) = (routed.task, routed.decision)
    if recipient.agent == .recipe { return Prompt(text: task.recipe ?? "") }
    let kind = step?.promptKind ?? PromptKind(decision.mode, decision.characteristics.type)
    let settings = workspace.settings(at: configuration)
    let material = PromptMaterial(
      template: try settings.promptTemplate(kind), task: task, mode: decision.mode,
      checks: try settings.config.checks, projectNotes: try settings.projectNotes, handoff: recipient.note,
      review: step?.review)
    let profile = decision.inputs.profiles.first { $0.name == recipient.agent }
    return material.prompt(for: recipient.agent, contextLimit: profile?.contextLimit)
  }
}
