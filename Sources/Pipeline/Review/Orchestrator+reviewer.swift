import AgentRuns
import Host
import Git
import Ledger
import PairCore
import Review
import TaskFiles

extension Orchestrator {
  /// An agent that is asked for a review, and all that it needs for that.
  struct Reviewer: Sendable {
    let adapter: any AgentAdapter
    let program: String
    let task: AgentTask
    let subject: ReviewSubject
    let prompt: Prompt
    let config: Config
    let turn: AgentAttempt

    var run: RunID { turn.run }
    var user: Signature { turn.user }
  }

  /// What `name` needs to review `commit`, with the task as its agent saw it. Runs nothing.
  ///
  /// - Throws: `PairError` of kind `usage` for an unknown agent, `noAgent` or `notApproved` for one that cannot
  ///   be run, `unsupported` when the log does not hold what was asked for.
  func reviewer(
    _ name: String, of commit: ObjectID, against base: ObjectID, assignment: Assignment?, log: TaskLog,
    entry: ObjectID, by user: Signature
  ) throws -> Reviewer {
    guard let assignment, let text = try log.file("task.md", at: entry, in: repository) else {
      throw PairError(.unsupported, "the log of \(log.task) does not hold what its agent was asked for")
    }
    let configuration = assignment.configuration
    let capabilities = try workspace.capabilities(at: configuration)
    let agent = try AgentName.resolve(name, among: capabilities.names)
    let profile = try requireProfile(of: agent, in: capabilities)
    let adapter = try AgentRegistry.require(agent, among: capabilities.profiles)
    let program = try AgentRegistry.requireProgram(
      of: adapter, path: process.environment["PATH"] ?? "")
    let config = try workspace.config(at: configuration)
    let task = try TaskFile.parse(text, path: assignment.taskPath, blob: assignment.text)
    let changes = try repository.changes(
      from: repository.tree(of: base), to: repository.tree(of: commit), lines: false)
    let subject = ReviewSubject(
      base: base, commit: commit, paths: changes.map(\.path), answerSchema: ReviewAnswer.schema)
    let material = PromptMaterial(
      template: try workspace.promptTemplate(.review, at: configuration), task: task, mode: .plan,
      projectNotes: try workspace.projectNotes(at: configuration),
      handoff: try note(of: assignment, task, config, log: log, entry: entry), review: subject)
    // A decision of another version of this program says nothing here.
    let decision = try log.file("decision.json", at: entry, in: repository).flatMap {
      try? Record.read(RoutingDecision.self, from: $0)
    }
    let tokens = decision?.characteristics.estimatedTokens ?? 0
    return Reviewer(
      adapter: adapter, program: program, task: task, subject: subject,
      prompt: material.prompt(for: agent, contextLimit: profile.contextLimit), config: config,
      turn: AgentAttempt(
        run: RunID(start: process.now(), random: process.random()), task: task.id, agent: agent,
        model: decision.flatMap { config.models[agent]?[$0.characteristics.complexity] },
        estimate: Dollars(Double(tokens) / 1000 * profile.costPer1kTokensInUSD), maxCost: nil, status: nil,
        profiles: capabilities.profiles, spending: try Spending(of: workspace), user: user))
  }

  private func requireProfile(
    of agent: AgentName, in capabilities: Capabilities
  ) throws -> AgentProfile {
    guard let profile = capabilities.profiles.first(where: { $0.name == agent }) else {
      throw PairError(.noAgent, "nothing is known of \(agent)")
    }
    if try presence(of: [profile]).first?.state == .commandNotApproved {
      throw PairError(
        .notApproved, "the command of \(agent) has not been approved",
        hint: "Read it in \(Workspace.capabilitiesPath), then: bpsai-pair trust agents")
    }
    return profile
  }

  /// The note of the run whose result is under review; nil where that was killed before it could write one.
  private func note(
    of assignment: Assignment, _ task: AgentTask, _ config: Config, log: TaskLog, entry: ObjectID
  ) throws -> HandoffNote? {
    guard let bytes = try log.file("outcome.json", at: entry, in: repository) else { return nil }
    let outcome = try Record.read(RunOutcome.self, from: bytes)
    guard outcome.run == assignment.run else { return nil }
    return HandoffNote(
      assignment: assignment, outcome: outcome, criteria: task.acceptanceCriteria, checks: config.checks,
      spentInUSD: try log.state(in: repository).costInUSD, redaction: credentials)
  }

  /// Settles what a review cost that broke off because of `cause`, and says in the log that it did; what its caller
  /// is to throw.
  ///
  /// - Parameter agent: the one that was asked; nil for none.
  func breakOff(
    _ run: RunID, of task: TaskID, by agent: AgentName?, for user: Signature, _ cause: any Error
  ) -> any Error {
    let why =
      switch cause {
      case is RunCancelled: "was cancelled"
      case is CancellationError: "was interrupted"
      default: "broke off: \(Orchestrator.words(of: cause).onOneLine)"
      }
    do {
      try recordBreakOff(run, of: task, by: agent, for: user, why)
      try withdrawReview(of: task)
    } catch {
      // The error that is on its way matters more, and the next run or review settles it.
      process.say("note: the log does not say how the review ended: \(Orchestrator.words(of: error))")
    }
    guard cause is RunCancelled else { return cause }
    return PairError(
      .failed, "the review of \(task) was cancelled",
      hint: "To have it anew: bpsai-pair review \(task)\(agent.map { " --agent \($0)" } ?? "")")
  }

  /// Says in the log that a review of `task` was killed, where one was. The caller holds the task's lease.
  func recordDeadReview(of task: TaskID, by user: Signature) throws {
    guard let run = try announcedReview(of: task) else { return }
    let isSaid = try TaskLog(task).entries(in: repository).contains { $0.event?.details.run == run }
    if !isSaid {
      try endWhatOutlived(run, of: task)
      let budget = try BudgetLog().read(from: repository, at: process.now()).budget
      let agent =
        budget.reservations.first { $0.run == run }?.agent ?? budget.settlements.last { $0.run == run }?.agent
      try recordBreakOff(run, of: task, by: agent, for: user, "never ended")
    }
    try withdrawReview(of: task)
  }

  private func recordBreakOff(
    _ run: RunID, of task: TaskID, by agent: AgentName?, for user: Signature, _ why: String
  ) throws {
    try settleDeadRuns(holding: task, by: user)
    let cost = try spent(by: run)
    try TaskLog(task).append(to: repository, by: user, random: process.random) { _ in
      var details = TaskEvent.Details()
      details.run = run
      details.agent = agent
      details.costInUSD = cost == .zero ? nil : cost.amount
      return TaskEvent(
        .reviewBrokeOff, task, "\(task): the review\(agent.map { " by \($0)" } ?? "") \(why)", details)
    }
  }

  /// Lets `reviewer` read the commit in a worktree of its own, which is thrown away. What it wrote there in
  /// spite of that is kept in a ref.
  func agentReview(by reviewer: Reviewer) async throws -> AgentReview {
    let (task, commit) = (reviewer.task.id, reviewer.subject.commit)
    let root = try worktreeRoot() + "-reviewers"
    if let left = try RunWorktree.standing(
      at: "\(root)/\(task)", base: commit, commonDirectory: repository.commonDirectory)
    {
      let run = RunID(start: process.now(), random: process.random())
      _ = try await clear(left, run: run, task: task, by: reviewer.user)
    }
    let worktree = try await RunWorktree.add(
      for: task, at: commit, below: root, commonDirectory: repository.commonDirectory, git: workspace.git,
      effects: process.effects)
    do {
      let result = try await ask(reviewer, in: worktree)
      let kept = try await clear(worktree, run: reviewer.run, task: task, by: reviewer.user)
      return try judge(result, of: reviewer, worktree: worktree.path, snapshot: kept)
    } catch {
      if Files.kind(of: worktree.path) != nil { await cleanUp(worktree, after: reviewer) }
      throw error
    }
  }

  /// Keeps what a review that broke off left, and removes its worktree; leaves it standing when that fails.
  private func cleanUp(_ worktree: RunWorktree, after reviewer: Reviewer) async {
    do {
      _ = try await clear(worktree, run: reviewer.run, task: reviewer.task.id, by: reviewer.user)
    } catch {
      process.say("note: the worktree \(worktree.path) stays: \(Orchestrator.words(of: error))")
    }
  }

  private func ask(_ reviewer: Reviewer, in worktree: RunWorktree) async throws -> AgentRun.Result {
    let adapter = reviewer.adapter
    let folder = "\(runsFolder(of: reviewer.run))/1-\(adapter.name)"
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let spending = try guardSpending(on: reviewer.turn)
    let request = AgentRequest(
      program: reviewer.program, mode: .plan, prompt: reviewer.prompt.text, model: reviewer.turn.model,
      worktree: worktree.path, runFolder: folder, maxCostInUSD: spending.maxCostInUSD,
      maxTurns: reviewer.config.limits.turns,
      answerSchema: reviewer.subject.answerSchema, setUp: adapter.setUp(process.environment),
      isRoot: process.isRoot, environment: process.environment)
    process.say("\(adapter.name) reviews \(reviewer.task.id) in \(worktree.path)")
    let (say, limits) = (process.say, reviewer.config.limits)
    let result = try await AgentRun.run(
      adapter, request, supervisor: process.program,
      extraEnvironment: marks(of: reviewer.run, for: reviewer.task.id),
      bounds: AgentBounds(
        time: .seconds(reviewer.config.runTimeoutInSeconds),
        silence: limits.stallInSeconds.map { .seconds($0) } ?? adapter.quietLimit,
        outputInBytes: limits.outputInBytes, isCancelled: isCancelled(reviewer.run, of: reviewer.task.id),
        overrun: spending.guard.map { $0.overrun }),
      effects: process.effects
    ) { event in
      if let line = event.line { say(line.replacing(worktree.path + "/", with: "")) }
    }
    try settle(result.report, of: reviewer.turn)
    try AgentHealth(in: repository).note(
      result.failure, of: adapter.name, login: adapter.loginFingerprint(process.environment),
      at: process.now())
    return result
  }

  private func judge(
    _ result: AgentRun.Result, of reviewer: Reviewer, worktree: String, snapshot: String?
  ) throws -> AgentReview {
    let report = result.report
    let answer: Result<ReviewAnswer, ReviewFailure>
    if let failure = result.failure {
      answer = .failure(ReviewFailure(failure))
    } else {
      answer = Result { () throws(PairError) in try ReviewAnswer(message: report.finalMessage ?? "") }
        .mapError { ReviewFailure(Failure(.badOutput, $0.message)) }
    }
    let remarks = reviewer.prompt.omissions + result.remarks
    let paths =
      try repository.files(in: repository.tree(of: reviewer.subject.commit)).map(\.path)
      + reviewer.subject.paths
    return AgentReview(
      by: reviewer.adapter.name, run: reviewer.run, answer: answer, report: report,
      costInUSD: reviewer.turn.cost(of: report).inUSD,
      durationInSeconds: result.durationInSeconds, remarks: remarks, snapshot: snapshot, worktree: worktree,
      redaction: credentials
    ) { path in paths.contains { $0 == path || $0.hasPrefix(path + "/") } }
  }
}
