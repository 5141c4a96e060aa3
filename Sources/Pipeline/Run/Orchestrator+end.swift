import AgentRuns
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Ends a run: keeps what must be kept, moves the branch, attaches the note, says it in the log, and
  /// gives the worktree back.
  ///
  /// - Parameter blocked: why the task waits for a person; nil where it does not.
  func end(
    _ judged: RunVerdict, of assignment: Assignment, _ order: RunSpec, in worktree: RunWorktree, log: TaskLog,
    oldTip: ObjectID?, blocked: String?
  ) async throws -> RunOutcome {
    // A plan-mode tree is made of the base and two files of ours; the worktree itself still equals the base.
    let base = try repository.tree(of: assignment.base)
    let known = assignment.mode.writes ? judged.tree ?? base : base
    let kept = try await keep(
      worktree, content: judged.content, run: assignment.run, known: known, task: assignment.task,
      by: order.user)
    let outcome: RunOutcome =
      if case .kept(let ref) = kept { judged.outcome.keeping(ref) } else { judged.outcome }
    let note = try note(on: outcome, of: assignment, order, log: log)
    switch outcome.end {
    case .committed(let commit):
      try publish(commit, outcome, of: assignment, order, log: log, oldTip: oldTip, note: note)
    case .failed(let failure):
      // Whoever has a result to go on with waits for nobody.
      let hasResult =
        try log.state(in: repository).result.map { try stands($0, of: assignment.task) } ?? false
      let blocked = hasResult || order.request.step?.task.step.onFailure == .goOn ? nil : blocked
      if let blocked { process.say("note: \(assignment.task) waits for a person: \(blocked)") }
      let kind: TaskEvent.Kind = failure.kind == .unchanged ? .unchanged : .failed
      try recordFailure(outcome, of: assignment, order, log: log, note: note, kind: kind, blocked: blocked)
    }
    if case .worktreeMustStay(let reason) = kept {
      try leave(worktree, because: reason)
    } else {
      try await giveBack(worktree, order)
    }
    return outcome
  }

  /// What is to be known of a run whose cost is not in the log yet.
  func note(
    on outcome: RunOutcome, of assignment: Assignment, _ order: RunSpec, log: TaskLog
  ) throws -> HandoffNote {
    HandoffNote(
      assignment: assignment, outcome: outcome,
      criteria: outcome.criteria ?? order.routed.task.acceptanceCriteria,
      checks: order.config.checks,
      spentInUSD: try log.state(in: repository).costInUSD + outcome.costInUSD,
      redaction: credentials)
  }

  private func publish(
    _ commit: ObjectID, _ outcome: RunOutcome, of assignment: Assignment, _ order: RunSpec, log: TaskLog,
    oldTip: ObjectID?, note: HandoffNote
  ) throws {
    guard try log.state(in: repository).run == assignment.run else {
      throw PairError(
        .tryLater, "somebody else claimed \(assignment.task) while its agent worked",
        hint: "Look at it with 'bpsai-pair log \(assignment.task)'.")
    }
    // What a step of a workflow goes on from is part of what it makes.
    if let old = try oldTip ?? log.state(in: repository).result?.commit, try repository.exists(old),
      assignment.step == nil || old != assignment.base
    {
      try keepResult(old, of: assignment.task, log: log)
    }
    // First, so that a branch that stands has its note even if this process dies here.
    try repository.writeNote(note.text, on: commit, by: order.user)
    do {
      try repository.swapRef(
        assignment.branch.ref, from: oldTip, to: commit, because: "result of \(assignment.task)")
    } catch let error as GitError where error.kind == .modified {
      let kept = try keepResult(commit, of: assignment.task, log: log)
      throw PairError(
        .tryLater,
        "somebody moved \(assignment.branch) while the agent worked; its result is kept in \(kept)",
        hint: "Give it a branch: git branch another-name \(kept)")
    }
    let files = [
      "outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8),
      "assignment.json": try Record.json(assignment),
    ]
    let count = outcome.changedPaths.count
    let verdict = order.request.step?.review.map { _ in ReviewVerdict(of: outcome.findings) }
    let found = verdict.map { ": it \($0.words(outcome.findings))" } ?? ""
    try log.append(to: repository, by: order.user, files: files, random: process.random) { _ in
      var details = details(of: assignment)
      details.base = assignment.origin
      details.branch = assignment.branch
      details.commit = commit
      details.costInUSD = outcome.costInUSD
      details.snapshot = outcome.snapshot
      details.verdict = verdict
      return TaskEvent(
        .committed, assignment.task,
        "\(assignment.task): \(outcome.author ?? outcome.agent) changed \(count == 1 ? "one file" : "\(count) files") on \(assignment.branch)\(assignment.inStep)\(found)",
        details)
    }
  }

  /// Keeps a result that is about to be replaced or discarded reachable; returns the ref that does.
  @discardableResult
  func keepResult(_ commit: ObjectID, of task: TaskID, log: TaskLog) throws -> String {
    let run = try log.state(in: repository).result?.run?.text ?? commit.short
    let ref = "refs/paircoder/snapshots/\(task)/\(run)-result-\(commit.short)"
    if try repository.ref(ref) == nil {
      try repository.swapRef(ref, from: nil, to: commit, because: "kept result of \(task)")
    }
    return ref
  }

  func recordFailure(
    _ outcome: RunOutcome, of assignment: Assignment, _ order: RunSpec, log: TaskLog, note: HandoffNote,
    kind: TaskEvent.Kind, blocked: String? = nil
  ) throws {
    guard let failure = outcome.failure else { return }
    let files = [
      "outcome.json": try Record.json(outcome), "handoff.md": Array(note.text.utf8),
      "assignment.json": try Record.json(assignment),
    ]
    try log.append(to: repository, by: order.user, files: files, random: process.random) { _ in
      var details = details(of: assignment)
      details.costInUSD = outcome.costInUSD
      details.failure = failure.kind
      details.blocked = blocked
      details.snapshot = outcome.snapshot
      let words = failure.detail.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      return TaskEvent(
        kind, assignment.task,
        "\(assignment.task): \(assignment.agent) failed (\(failure.kind.rawValue)): \(words.escapedForTerminal())"
          + (blocked == nil ? "" : "; the task waits for a person"),
        details)
    }
  }
}
