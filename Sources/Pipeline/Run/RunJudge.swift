import AgentRuns
import Git
import TaskFiles
import Host
import PairCore
import Review

/// Decides what an agent's attempt came to: done means a change, no refused finding, and passing checks on
/// exactly the tree that will be committed.
struct RunJudge: Room {
  let workspace: Workspace
  let spec: RunSpec
  let assignment: Assignment
  let attempt: AgentAttempt
  let worktree: RunWorktree
  /// For the index that trees are made with, and the output of checks.
  let folder: String
  /// What earlier agents did in the worktree; nil for nothing.
  let before: AttributedTree?
  /// What of the user's is compared; nil where nothing is.
  let watch: Watch?

  var task: AgentTask { spec.task }
  var step: StepSpec? { spec.request.step }

  /// Where the judgement stands: what is known so far of what the agent left.
  struct Evidence {
    var content: WorktreeContent?
    var work: AttributedTree?
    var criteria: [AcceptanceCriterion]
    var remarks: [String] = []
    var paths: [String] = []
    var findings: [Finding] = []
    var checks: [CheckResult] = []
    var tree: ObjectID?
    var isMixed = false
    /// Why no agent can go on in the worktree; nil where one can.
    var damage: String?
  }

  func verdict(on result: AgentRun.Result) async throws -> RunVerdict {
    var found = Evidence(work: before, criteria: task.acceptanceCriteria)
    let head = try await head(&found)
    found.remarks += head?.done.remarks ?? []
    let end: RunOutcome.End
    if let failure = result.failure {
      end = .failed(failure)
      if found.damage == nil, let left = await treeForTheNextAgent(found) {
        found.work = try work(in: left)
        found.paths = try paths(in: left)
      }
    } else if let damage = found.damage, assignment.mode.writes {
      end = .failed(Failure(.badOutput, damage))
    } else {
      if let content = found.content, let nested = try worktree.newRepositories(in: content).first {
        let shown = nested.isEmpty ? "at its top" : "(\(nested))"
        end = .failed(
          Failure(
            .outOfScope, "it left a git repository inside the worktree \(shown), which cannot be committed"))
      } else if assignment.mode.writes {
        end = try await judgeChange(&found, result, head)
      } else {
        end = try judgeMessage(&found, result)
      }
    }
    let outside =
      try await watch?.end(wasLedElsewhere: head?.done.wasLedElsewhere == true) ?? Watch.Report()
    let outcome = RunOutcome(
      run: assignment.run, agent: assignment.agent, mode: assignment.mode, end: end,
      criteria: found.criteria, changedPaths: found.paths, findings: found.findings + outside.findings,
      checks: found.checks,
      report: result.report, costInUSD: cost(of: result), durationInSeconds: result.durationInSeconds,
      remarks: (assignment.omissions ?? []) + result.remarks + found.remarks
        + (found.damage.map { ["the next one starts on a new worktree: \($0)"] } ?? []),
      author: found.work?.agents.last, redaction: credentials)
    return RunVerdict(
      outcome: outcome, tree: found.tree, index: found.tree == nil ? nil : index, content: found.content,
      work: found.work, isMixed: found.isMixed, isDamaged: found.damage != nil, outside: outside)
  }

  /// What HEAD says, and whether git can work in the worktree at all; nil where it cannot.
  private func head(_ found: inout Evidence) async throws -> HeadEvidence? {
    found.damage = look(&found)
    if found.damage != nil { return nil }
    do {
      let done = try await RunStorage(workspace).git(in: worktree, of: assignment.run)
      return HeadEvidence(workspace: workspace, worktree: worktree, done: done)
    } catch  where error.isOfLeavings || (error as? PairError)?.kind == .failed {
      found.damage = error.words
      return nil
    }
  }

  /// Looks at what the agent left; returns why git cannot work there any more, nil where it can.
  private func look(_ found: inout Evidence) -> String? {
    if let damage = worktree.damage() { return damage }
    do {
      let content = try worktree.content()
      found.content = content
      return content.unreadable.first { $0.path.isEmpty }?.why
    } catch {
      return "its worktree cannot be read: \(error.words)"
    }
  }

  private func cost(of result: AgentRun.Result) -> Double { attempt.cost(of: result.report).inUSD }

  private func commit(_ cost: Double) -> ResultCommit {
    ResultCommit(spec: spec, assignment: assignment, costInUSD: cost, workspace: workspace)
  }

  private func judgeMessage(_ found: inout Evidence, _ result: AgentRun.Result) throws -> RunOutcome.End {
    guard var message = result.report.finalMessage, !message.trimmed.isEmpty else {
      return .failed(Failure(.unchanged, "it ended without a final message"))
    }
    var reviewed: [Finding] = []
    if let subject = step?.review {
      let review = try AgentReview(of: subject, by: attempt, result, worktree: worktree.path, in: workspace)
      if let failure = review.failure { return .failed(failure) }
      (message, reviewed, found.remarks) = (
        review.text(titled: assignment.title), review.findings, review.remarks
      )
    }
    let verdict = step?.review.map { _ in ReviewVerdict(of: reviewed) }
    let isDone = step?.endsTask(with: verdict, on: assignment.base) ?? true
    let plan = try PlanResult(message, of: spec, assignment, isDone: isDone, in: workspace)
    if let refused = plan.findings.first(where: { $0.severity == .refuse }) {
      found.findings = plan.findings
      return .failed(Failure(.outOfScope, "its final message \(refused.message)"))
    }
    found.tree = plan.tree
    found.paths = [plan.path]
    found.findings = plan.findings + reviewed
    return .committed(
      try commit(cost(of: result)).write(plan.tree, of: [assignment.agent], checks: [], verdict: verdict))
  }

  private func judgeChange(
    _ found: inout Evidence, _ result: AgentRun.Result, _ head: HeadEvidence?
  ) async throws -> RunOutcome.End {
    if let unfinished = head?.unfinished {
      found.work = try await treeForTheNextAgent(found).flatMap(work)
      return .failed(Failure(.unfinished, unfinished))
    }
    let isDone = step?.endsTask(with: nil, on: assignment.base) ?? true
    var taskFile: [UInt8]?
    var end: RunOutcome.End?
    do {
      try await refusing {
        found.criteria = try criteriaLeft() ?? found.criteria
        // Before git looks, so that it looks once; whoever goes on after a failure finds its task as it was.
        taskFile = isDone ? try markDone() : nil
      }
      var tree = try await tree(of: found.content)
      switch try head?.ground(of: tree) {
      case .moved(let why):
        found.damage = why
        end = .failed(Failure(.movedBase, why))
      case .laidOn(let laid, let since):
        try await refusing {
          try await worktree.move(
            from: tree, to: laid, git: workspace.git, index: index, effects: process.effects)
        }
        found.remarks.append("it worked on \(since.short): its changes since then are laid on the base")
        tree = laid
        fallthrough
      case .base, nil: end = try await judge(tree, &found)
      }
      if end == nil { found.tree = tree }
    } catch let refusal as Refusal {
      end = .failed(Failure(.cannotCommit, refusal.why))
    }
    if let tree = found.tree {
      return .committed(
        try commit(cost(of: result)).write(
          tree, of: found.work?.agents ?? [assignment.agent], checks: found.checks))
    }
    // A check may have put a link in its place.
    if let taskFile, (try? ownFile(assignment.taskPath)) ?? nil != nil {
      do {
        try AtomicFile.replace(
          worktree.path + "/" + assignment.taskPath, with: taskFile, effects: process.effects)
      } catch  where error.isOfLeavings {
        say("note: \(assignment.taskPath.escapedForTerminal()) stays marked as done: \(error.words)")
      }
    }
    return end ?? .failed(Failure(.cannotCommit, "git made no tree of it"))
  }

  private func judge(_ tree: ObjectID, _ found: inout Evidence) async throws -> RunOutcome.End? {
    func failed(_ kind: FailureClass, _ detail: String) -> RunOutcome.End { .failed(Failure(kind, detail)) }
    found.work = try work(in: tree)
    let changes = try repository.changes(from: repository.tree(of: assignment.base), to: tree, lines: true)
    found.paths = changes.map(\.path).filter { $0 != assignment.taskPath }
    if found.paths.isEmpty { return failed(.unchanged, "it ended well, but changed nothing") }
    found.findings = ChangePolicy(for: task, rules: spec.config.changes, credentials: credentials)
      .judge(changes)
    if let path = HeadEvidence.conflictMarkers(in: changes) {
      return failed(.unfinished, "it left conflict markers in \(path.escapedForTerminal())")
    }
    if let refused = found.findings.first(where: { $0.severity == .refuse }) {
      return failed(.outOfScope, "\(refused.path ?? "the change"): \(refused.message)")
    }
    if let missing = try step.flatMap({ try missingOutput(of: $0, in: tree) }) {
      return failed(.checksFailed, missing)
    }
    found.checks = try await checked.runChecks(output: folder) ?? []
    let moved = try await difference(from: tree)
    found.isMixed = moved != nil
    if let failure = found.checks.first(where: { !$0.passed }) {
      return failed(.checksFailed, "\(failure.name) \(failure.detail)")
    }
    return moved.map {
      failed(
        .checksFailed,
        "the checks changed \($0), so they did not pass on what would be committed; if it is build output, have git ignore it"
      )
    }
  }

  private var checked: CheckedWorktree {
    CheckedWorktree(workspace: workspace, worktree: worktree, purpose: spec.purpose)
  }

}

extension RunSpec {
  var purpose: CheckedWorktree.Purpose {
    .init(task: assignment.task, run: assignment.run, configuration: assignment.configuration, config: config)
  }
}
