import AgentRuns
import Git
import Host
import Ledger
import PairCore
import Review
import TaskFiles

/// An agent that is asked for a review, and all that it needs for that.
struct ReviewAgent: Room {
  let workspace: Workspace
  let attempt: AgentAttempt
  private let adapter: any AgentAdapter
  private let subject: ReviewSubject
  private let prompt: Prompt
  private let purpose: CheckedWorktree.Purpose

  /// What `name` needs to review `subject`, with the task as its agent saw it. Throws `usage` for an unknown
  /// agent, `noAgent` or `notApproved` for one that cannot be run, `unsupported` when the log lacks
  /// something.
  init(_ name: String, of reviewed: ResultReview.Subject, _ record: TaskRecord) throws {
    guard let assignment = reviewed.assignment, let task = reviewed.task else {
      throw PairError(.unsupported, "the log of \(record.task) does not hold what its agent was asked for")
    }
    let workspace = record.workspace
    let settings = workspace.settings(at: assignment.configuration)
    let capabilities = try settings.capabilities
    let config = try settings.config
    let agent = try AgentName.resolve(name, among: capabilities.names)
    let profile = try ReviewAgent.requireProfile(of: agent, in: capabilities, workspace)
    adapter = try AgentRegistry.require(agent, among: capabilities.profiles)
    _ = try AgentRegistry.requireProgram(of: adapter, path: workspace.process.environment["PATH"] ?? "")
    subject = try ReviewSubject(from: reviewed.base, to: reviewed.commit, in: workspace.repository)
    let material = PromptMaterial(
      template: try settings.promptTemplate(.review), task: task, mode: .plan,
      projectNotes: try settings.projectNotes,
      handoff: try ReviewAgent.note(of: assignment, task, config, at: reviewed.entry, record), review: subject
    )
    prompt = material.prompt(for: agent, contextLimit: profile.contextLimit)
    // A decision of another version of this program says nothing here.
    let decision = try? record.value(RoutingDecision.self, "decision.json", at: reviewed.entry.id)
    let tokens = decision?.characteristics.estimatedTokens ?? 0
    let process = workspace.process
    attempt = AgentAttempt(
      run: RunID(start: process.now(), random: process.random()), task: task.id, agent: agent,
      model: decision.flatMap { config.models[agent]?[$0.characteristics.complexity] },
      estimate: Dollars(Double(tokens) / 1000 * profile.costPer1kTokensInUSD), maxCost: nil, taskBudget: nil,
      profiles: capabilities.profiles, spending: try Spending(of: workspace))
    purpose = CheckedWorktree.Purpose(
      task: task.id, run: attempt.run, configuration: assignment.configuration, config: config)
    self.workspace = workspace
  }

  private static func requireProfile(
    of agent: AgentName, in capabilities: Capabilities, _ workspace: Workspace
  ) throws -> AgentProfile {
    guard let profile = capabilities.profiles.first(where: { $0.name == agent }) else {
      throw PairError(.noAgent, "nothing is known of \(agent)")
    }
    if try TaskRouter(workspace).presence(of: [profile]).first?.state == .commandNotApproved {
      throw PairError(
        .notApproved, "the command of \(agent) has not been approved",
        hint: "Read it in \(Workspace.capabilitiesPath), then: bpsai-pair trust agents")
    }
    return profile
  }

  /// The note of the run whose result is under review; nil where that was killed before it could write one.
  private static func note(
    of assignment: Assignment, _ task: AgentTask, _ config: Config, at entry: TaskLog.Entry,
    _ record: TaskRecord
  ) throws -> HandoffNote? {
    guard let outcome = try record.value(RunOutcome.self, "outcome.json", at: entry.id),
      outcome.run == assignment.run
    else { return nil }
    return HandoffNote(
      assignment: assignment, outcome: outcome, criteria: task.acceptanceCriteria, checks: config.checks,
      spentInUSD: record.state.costInUSD,
      redaction: record.workspace.credentials)
  }

  /// Lets the agent read the commit in a worktree that is then removed; a ref keeps what it wrote all the
  /// same.
  func review() async throws -> AgentReview {
    let storage = RunStorage(workspace)
    let worktree = try await CheckedWorktree.open(at: subject.commit, for: purpose, in: workspace).worktree
    do {
      let result = try await ask(in: worktree)
      let kept = try await storage.clear(worktree, of: purpose.task, purpose.run)
      return try AgentReview(
        of: subject, by: attempt, result, remarks: prompt.omissions, snapshot: kept, worktree: worktree.path,
        in: workspace)
    } catch {
      if FileInfo.kind(at: worktree.path) != nil {
        _ = await storage.clearIfPossible(worktree, of: purpose.task, purpose.run)
      }
      throw error
    }
  }

  private func ask(in worktree: RunWorktree) async throws -> AgentRun.Result {
    let job = SupervisedAgent(
      workspace: workspace, adapter: adapter, attempt: attempt, worktree: worktree,
      folder: "\(RunFolders(workspace).folder(of: purpose.run))/1-\(adapter.name)", config: purpose.config)
    say("\(adapter.name) reviews \(purpose.task) in \(worktree.path)")
    let result = try await job.run(
      .plan, prompt.text,
      .init(answerSchema: subject.answerSchema, limit: .seconds(purpose.config.runTimeoutInSeconds)))
    try job.recordHealth(result.failure)
    return result
  }
}
