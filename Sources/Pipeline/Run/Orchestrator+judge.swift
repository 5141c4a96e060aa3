import AgentRuns
import Host
import Git
import PairCore
import Review
import TaskFiles

extension Orchestrator {
  /// The credentials that may not get into a commit, nor into what is kept or shown.
  var credentials: Redaction { Redaction(environment: process.environment) }

  /// What judging a run needs to know.
  struct RunContext: Sendable {
    let assignment: Assignment
    let order: RunSpec
    let turn: AgentAttempt
    let worktree: RunWorktree
    let folder: String
    /// What earlier agents did of it; nil for nothing.
    let before: AttributedTree?
  }

  /// What agents have done in a worktree.
  struct AttributedTree: Sendable {
    /// Those who changed anything, in their order.
    let agents: [AgentName]
    /// All of it, as git would commit it.
    let tree: ObjectID
  }

  /// What a run came to.
  struct RunVerdict: Sendable {
    let outcome: RunOutcome
    /// The tree that was committed; nil where nothing was.
    let tree: ObjectID?
    /// What stood in the worktree when the agent ended, before any check left its own files there; nil
    /// where nobody looked.
    let content: WorktreeContent?
    /// All that was done in the worktree until now; nil for nothing, and where that cannot be told.
    let work: AttributedTree?
    /// Whether the checks changed what would be committed, so that nobody can tell it from the agent's work.
    let isMixed: Bool
    /// Whether nobody can go on in that worktree, since git cannot.
    let isDamaged: Bool
  }

  /// Decides what a run came to: done means a change, no refused finding, and passing checks on exactly
  /// the tree that will be committed.
  func judge(_ result: AgentRun.Result, _ context: RunContext) async throws -> RunVerdict {
    let assignment = context.assignment
    let cost = context.turn.cost(of: result.report).inUSD
    var content: WorktreeContent?
    var work = context.before
    let damage = try context.worktree.damage()
    var criteria = context.order.routed.task.acceptanceCriteria
    var strays: [String] = []
    func judged(
      _ end: RunOutcome.End, tree: ObjectID? = nil, paths: [String] = [], findings: [Finding] = [],
      checks: [CheckResult] = [], isMixed: Bool = false
    ) -> RunVerdict {
      let outcome = RunOutcome(
        run: assignment.run, agent: assignment.agent, mode: assignment.mode, end: end,
        criteria: criteria, changedPaths: paths, findings: findings, checks: checks, report: result.report,
        costInUSD: cost,
        durationInSeconds: result.durationInSeconds,
        remarks: (assignment.omissions ?? []) + result.remarks + strays
          + (damage.map { ["the next one starts on a new worktree: \($0)"] } ?? []),
        author: work?.agents.last, redaction: credentials)
      return RunVerdict(
        outcome: outcome, tree: tree, content: content, work: work, isMixed: isMixed, isDamaged: damage != nil
      )
    }
    func failed(_ kind: FailureClass, _ detail: String) -> RunOutcome.End { .failed(Failure(kind, detail)) }

    if let failure = result.failure {
      guard damage == nil, let left = await treeForTheNextAgent(context) else {
        return judged(.failed(failure))
      }
      work = try self.work(in: left, context)
      return judged(.failed(failure), paths: try paths(in: left, context))
    }
    if let damage, assignment.mode.writes { return judged(failed(.badOutput, damage)) }
    let worktree = context.worktree
    let found = try worktree.content()
    content = found
    if let nested = try worktree.newRepositories(in: found).first {
      return judged(
        failed(
          .outOfScope, "it left a git repository inside the worktree (\(nested)), which cannot be committed"))
    }
    let baseTree = try repository.tree(of: assignment.base)
    let step = context.order.request.step
    guard assignment.mode.writes else {
      guard var message = result.report.finalMessage, !message.trimmed.isEmpty else {
        return judged(failed(.unchanged, "it ended without a final message"))
      }
      var found: [Finding] = []
      if let subject = step?.review {
        let review = try stepReview(of: subject, result, context, cost: cost)
        if let failure = review.failure { return judged(.failed(failure)) }
        (message, found, strays) = (review.text(titled: assignment.title), review.findings, review.remarks)
      }
      let verdict = step?.review.map { _ in ReviewVerdict(of: found) }
      let plan = try planResult(
        message, context, baseTree: baseTree,
        isDone: step?.endsTask(with: verdict, on: assignment.base) ?? true)
      if let refused = plan.findings.first(where: { $0.severity == .refuse }) {
        return judged(failed(.outOfScope, "its final message \(refused.message)"), findings: plan.findings)
      }
      let commit = try commit(plan.tree, context, of: nil, cost: cost, checks: [], verdict: verdict)
      return judged(.committed(commit), tree: plan.tree, paths: plan.paths, findings: plan.findings + found)
    }

    criteria = try criteriaLeft(in: worktree, of: context.order.routed.task) ?? criteria
    // Before git looks, so that it looks once; whoever goes on after a failure finds its task as it was.
    let isDone = step?.endsTask(with: nil, on: assignment.base) ?? true
    let taskFile = isDone ? try markDone(assignment.taskPath, in: worktree) : nil
    func restoreTask() throws {
      guard let taskFile else { return }
      try Files.replace(
        worktree.path + "/" + assignment.taskPath, with: taskFile, effects: process.effects)
    }
    let tree = try await tree(of: context)
    work = try self.work(in: tree, context)
    let changes = try repository.changes(from: baseTree, to: tree, lines: true)
    let paths = changes.map(\.path).filter { $0 != assignment.taskPath }
    if paths.isEmpty {
      try restoreTask()
      return judged(failed(.unchanged, "it ended well, but changed nothing"))
    }
    let findings = ChangePolicy(
      for: context.order.routed.task, rules: context.order.config.changes, credentials: credentials
    ).judge(changes)
    if let refused = findings.first(where: { $0.severity == .refuse }) {
      try restoreTask()
      return judged(
        failed(.outOfScope, "\(refused.path ?? "the change"): \(refused.message)"), paths: paths,
        findings: findings)
    }
    if let missing = try step.flatMap({ try missingOutput(of: $0, assignment, in: tree) }) {
      try restoreTask()
      return judged(failed(.checksFailed, missing), paths: paths, findings: findings)
    }
    let checks = try await runChecks(context)
    let moved = try await difference(from: tree, context)
    if let failure = checks.first(where: { !$0.passed }) {
      try restoreTask()
      return judged(
        failed(.checksFailed, "\(failure.name) \(failure.detail)"), paths: paths, findings: findings,
        checks: checks, isMixed: moved != nil)
    }
    if let moved {
      try restoreTask()
      return judged(
        failed(
          .checksFailed,
          "the checks changed \(moved), so they did not pass on what would be committed; if it is build output, have git ignore it"
        ),
        paths: paths, findings: findings, checks: checks, isMixed: true)
    }
    let commit = try commit(tree, context, of: work, cost: cost, checks: checks)
    return judged(.committed(commit), tree: tree, paths: paths, findings: findings, checks: checks)
  }

  /// What an agent that failed leaves to the next, as git would commit it.
  private func treeForTheNextAgent(_ context: RunContext) async -> ObjectID? {
    guard context.assignment.mode.writes else { return nil }
    do {
      return try await tree(of: context)
    } catch {
      // It may have left what git cannot take. The tree is for the note; the snapshot holds the files.
      return nil
    }
  }

  /// What was changed by now, the task's own file apart.
  private func paths(in tree: ObjectID, _ context: RunContext) throws -> [String] {
    let base = try repository.tree(of: context.assignment.base)
    return try repository.changes(from: base, to: tree).map(\.path)
      .filter { $0 != context.assignment.taskPath }
  }

  /// Whose work `tree` is: the agent's if it changed anything beside its task's file, which is set to done, too.
  private func work(in tree: ObjectID, _ context: RunContext) throws -> AttributedTree? {
    let assignment = context.assignment
    let before = try context.before?.tree ?? repository.tree(of: assignment.base)
    let isItsOwn = try repository.changedPaths(from: before, to: tree).contains { $0 != assignment.taskPath }
    guard isItsOwn else { return context.before }
    let others = context.before?.agents.filter { $0 != assignment.agent } ?? []
    return AttributedTree(agents: others + [assignment.agent], tree: tree)
  }

  /// The acceptance criteria of the task's file as the agent left it; nil where it is no task any more.
  private func criteriaLeft(
    in worktree: RunWorktree, of task: AgentTask
  ) throws -> [AcceptanceCriterion]? {
    guard let bytes = try ownFile(task.source.path, in: worktree) else { return nil }
    // What an agent made of the file may be anything.
    return try? TaskFile.parse(bytes, path: task.source.path, blob: task.source.blob).acceptanceCriteria
  }

  /// Sets the task file's status on the branch, where the base holds the file and the agent left it.
  ///
  /// - Returns: what the file held before; nil where it is as it was.
  private func markDone(_ path: String, in worktree: RunWorktree) throws -> [UInt8]? {
    guard let bytes = try ownFile(path, in: worktree),
      let done = TaskFile.settingStatus(in: bytes, to: .done)
    else { return nil }
    try Files.replace(worktree.path + "/" + path, with: done, effects: process.effects)
    return bytes
  }

  /// The bytes of a file in the worktree; nil where it is none, or the agent put a link in place of a folder
  /// on the way: what that leads to is not ours.
  private func ownFile(_ path: String, in worktree: RunWorktree) throws -> [UInt8]? {
    let file = worktree.path + "/" + path
    guard let top = Files.canonical(worktree.path), Files.canonical(file) == top + "/" + path,
      Files.kind(of: file) == .file
    else { return nil }
    return try Files.read(file)
  }

  private func runChecks(_ context: RunContext) async throws -> [CheckResult] {
    var results: [CheckResult] = []
    for check in context.order.config.checks {
      process.say("  check: \(check.name)")
      let result = try await CheckRunner.run(
        check, in: context.worktree.path, supervisor: process.program,
        environment: process.environment.merging(
          marks(of: context.assignment.run, for: context.assignment.task)
        ) { $1 },
        folder: context.folder, outputInBytes: context.order.config.limits.outputInBytes,
        effects: process.effects, isCancelled: isCancelled(context.assignment))
      results.append(result)
      if !result.passed { break }
    }
    return results
  }

  /// What stands in the worktree now, as git would commit it.
  private func tree(of context: RunContext) async throws -> ObjectID {
    try await context.worktree.writeTree(
      git: workspace.git, index: context.folder + "/index", effects: process.effects)
  }

  /// The first path in which the worktree differs from `tree`; nil while it still equals it.
  private func difference(from tree: ObjectID, _ context: RunContext) async throws -> String? {
    guard !context.order.config.checks.isEmpty else { return nil }
    return try repository.changes(from: tree, to: await self.tree(of: context)).first?.path
  }
}
