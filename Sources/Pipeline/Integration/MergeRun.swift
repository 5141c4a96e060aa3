import Ledger
import AgentRuns
import Git
import PairCore
import TaskFiles

/// Merges the results of a plan, one after the other, on top of the base. What was merged and checked before
/// is not merged again: the same results on the same base make the same commits.
struct MergeRun: Room {
  let workspace: Workspace
  let spec: IntegrationSpec
  /// Where git writes when nothing is to change, and nothing is checked; nil for the repository.
  var scratch: GitCommand.Place?
  /// Why what this command tried before was taken out, so that no check fails twice.
  private(set) var refused: [MergePair: Integration.Reason] = [:]

  /// The merges that were tried for the plan with these very checks, by what was merged.
  private struct KnownMerges {
    /// Those that passed, and the commit.
    var merged: [MergePair: ObjectID] = [:]
    /// Those of which a check did not pass when it ran last.
    var refused: [MergePair: Integration.Reason] = [:]
  }

  /// - Parameter isEnough: whether the user wants an end: then what is not known yet is not tried.
  mutating func fold(until isEnough: () -> Bool) async throws -> Integration {
    let candidates = try MergeCandidates(of: spec, in: workspace)
    let known = try knownMerges()
    // A forecast checks nothing: what a check said of the very same merge is all there is to go by.
    if scratch != nil { refused.merge(known.refused) { own, _ in own } }
    var (tip, parts) = (spec.base.commit, [Integration.Part]())
    var holders = [spec.base.commit]
    for candidate in candidates.all {
      var status = try candidates.status(of: candidate, on: holders, after: parts)
      if status == nil, let result = candidate.result {
        let pair = MergePair(tip, result)
        if let made = known.merged[pair] {
          status = .merged(made)
        } else if let reason = refused[pair] {
          status = .takenOut(reason)
        } else if isEnough() {
          status = .notTried
        } else {
          status = try await merge(candidate, result, onto: tip, after: parts, until: isEnough)
          if case .takenOut(let reason)? = status { refused[pair] = reason }
        }
        if case .merged(let commit)? = status {
          tip = commit
          holders.append(result)
        }
      }
      parts.append(
        .init(
          candidate.task.id, result: candidate.result, status ?? .missing,
          isByWorkflow: candidate.isByWorkflow, mayReturn: candidate.mayReturn))
    }
    return Integration(plan: spec.plan, base: spec.base.commit, parts: parts, tip: tip)
  }

  private func merge(
    _ candidate: MergeCandidate, _ result: ObjectID, onto tip: ObjectID, after parts: [Integration.Part],
    until isEnough: () -> Bool
  ) async throws -> Integration.MergeStatus {
    let merged: Merged
    do {
      let all = try await workspace.git.merge(
        [MergePair(tip, result)], at: scratch ?? workspace.mergePlace())
      merged = all[0]
    } catch let error as GitError where error.hint == nil {
      try Task.checkCancellation()
      return .takenOut(.impossible(error.message))
    }
    let task = candidate.task
    guard merged.isClean else {
      let into = ConflictForecast.Side(task: nil, name: spec.branch.text, commit: tip)
      let from = ConflictForecast.Side(
        task: task.id, name: BranchName.result(of: task.id).text, commit: result)
      let paths = ConflictForecast(into, from, .conflict(merged.conflicts))?.paths ?? []
      return .takenOut(try await conflict(of: result, paths, with: parts))
    }
    if let scratch { return .merged(try await commitForNow(merged.tree, [tip, result], in: scratch)) }

    var trailers = Trailers()
    trailers.add("PairCoder-Plan", spec.plan.text)
    trailers.add("PairCoder-Task", task.id.text)
    let names = spec.config.checks.map(\.name)
    trailers.add("PairCoder-Checks", names.isEmpty ? "none" : names.joined(separator: ", ") + " passed")
    let user = try workspace.requireUser()
    let commit = try repository.writeCommit(
      tree: merged.tree, parents: [tip, result], author: user, committer: user,
      message: "Merge \(task.id): \(task.title.onOneLine)\n\n\(trailers.text)\n")
    // Nothing refers to it, nor says that they passed, before they have.
    guard let results = try await check(commit, for: task.id, "with \(task.id)", until: isEnough) else {
      return .notTried
    }
    if let failed = results.first(where: { !$0.passed }) {
      try recordFailure(failed, on: commit, of: task.id)
      return .takenOut(.checkFailed(failed))
    }
    try spec.log.append(
      PlanEvent(.merged, spec.plan, commit: commit, task: task.id, checks: spec.checks), to: repository,
      by: user)
    return .merged(commit)
  }

  private func commitForNow(
    _ tree: ObjectID, _ parents: [ObjectID], in scratch: GitCommand.Place
  ) async throws -> ObjectID {
    let printed = try await workspace.git.run(
      ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "commit-tree", "-m", "for now"]
        + parents.flatMap { ["-p", $0.hex] } + [tree.hex], at: scratch)
    guard let commit = ObjectID(String(decoding: printed.prefix(40), as: UTF8.self)) else {
      throw PairError(.internal, "git commit-tree printed no commit")
    }
    return commit
  }

  /// Runs the checks on `commit`, in a worktree set up as a run's is; nil where the user ended them early.
  /// The result of `task` was merged last; `what` says what is checked.
  private func check(
    _ commit: ObjectID, for task: TaskID, _ what: String, until isEnough: () -> Bool
  ) async throws -> [CheckResult]? {
    if spec.config.checks.isEmpty { return [] }
    let run = newRun()
    let purpose = CheckedWorktree.Purpose(
      task: task, run: run, configuration: spec.base.commit, config: spec.config)
    do {
      return try await AnnouncedCheck(workspace: workspace, task: task)
        .during(run, holding: spec.log.lockPath(in: repository)) {
          let watch = try await Watch(workspace, of: run, task)
          let results: [CheckResult]?
          do {
            results = try await CheckedWorktree.with(commit, for: purpose, in: workspace) {
              try await $0.runChecks(" \(what)", until: isEnough)
            }
          } catch {
            _ = await watch.endAfterBreak()
            throw error
          }
          let outside = try await watch.end(meanwhile: "while the checks ran").findings.filter {
            $0.severity == .block
          }
          return results.map { $0 + outside.map(CheckResult.init) }
        }
    } catch is RunCancelled {
      throw PairError(
        .failed, "the integration of \(spec.plan) was cancelled while it ran the checks with \(task)",
        hint: "The same command goes on where it stopped.")
    }
  }

  /// Throws `failed` when nothing was merged, `part` failed a check, and so does the base: before an agent is
  /// paid for what the project does wrong.
  func requireSoundBase(
    for part: Integration.Part, of integration: Integration, until isEnough: () -> Bool
  ) async throws {
    guard case .checkFailed = part.reason, integration.mergedCount == 0 else { return }
    let base = spec.base
    say("does \(base.title) itself pass the checks?")
    let results = try await check(base.commit, for: part.task, "on \(base.title) itself", until: isEnough)
    guard let failed = results?.first(where: { !$0.passed }) else { return }
    throw PairError(
      .failed,
      "the check '\(failed.name.escapedForTerminal(limit: 60))' fails on \(base.title) itself, so no result can pass it",
      hint: "Correct that first: \(failed.detail.escapedForTerminal(limit: 300))", obstacle: .project)
  }

  private func knownMerges() throws -> KnownMerges {
    var known = KnownMerges()
    for event in try spec.log.events(in: repository)
    where event.kind != .published && event.checks == spec.checks {
      let parents = try repository.commit(event.commit).parents
      guard parents.count == 2 else { continue }
      let pair = MergePair(parents[0], parents[1])
      if event.kind == .merged { known.merged[pair] = event.commit }
      known.refused[pair] = event.failed.map {
        .checkFailed(CheckResult(name: $0.check, passed: false, detail: $0.detail, durationInSeconds: 0))
      }
    }
    return known
  }

  /// Says in the log of the plan that a check did not pass on `commit`, unless it says so of the same merge already.
  private func recordFailure(_ failed: CheckResult, on commit: ObjectID, of task: TaskID) throws {
    let parents = try repository.commit(commit).parents
    let known = try knownMerges().refused[MergePair(parents[0], parents[1])]
    if case .checkFailed(let before) = known, before.name == failed.name.onOneLine { return }
    let words = failed.detail.linesByAnyEnd.first.map { String($0) } ?? ""
    try spec.log.append(
      PlanEvent(
        .refused, spec.plan, commit: commit, task: task, checks: spec.checks,
        failed: .init(check: failed.name, detail: words)),
      to: repository, by: workspace.requireUser())
  }
}

// Which task is in the way of a result that conflicts.
extension MergeRun {
  /// What a person and the next agent are told of a conflict: the tasks whose own commits changed its paths,
  /// and the base where it did. A result made on top of others brings along what those did, too.
  private func conflict(
    of result: ObjectID, _ paths: [String], with parts: [Integration.Part]
  ) async throws -> Integration.Reason {
    let base = spec.base
    let merged = parts.compactMap { part in
      if case .merged = part.mergeStatus { part.result.map { (task: part.task, result: $0) } } else { nil }
    }
    var forecaster = MergeForecaster(workspace: workspace)
    let verdicts = try await forecaster.verdicts(
      on: [MergePair(base.commit, result)] + merged.map { MergePair($0.result, result) })
    let isBase = verdicts[0] != .clean
    let conflicting = zip(merged, verdicts.dropFirst()).filter { $1 != .clean }.map { $0.0 }
    let touching = try conflicting.filter { other in
      try didAnything(other.result, at: paths, beside: [base.commit] + merged.map(\.result))
    }
    // A path that one side renamed is told by its other name: then each that conflicts by itself is named.
    let others = touching.isEmpty && !isBase ? conflicting : touching
    return .conflict(paths: paths, with: others.map(\.task), base: isBase ? base : nil)
  }

  /// Whether a commit that is `result`'s own changed something at one of `paths`: one that none of `others` brought.
  private func didAnything(_ result: ObjectID, at paths: [String], beside others: [ObjectID]) throws -> Bool {
    let brought = try others.filter { other in
      guard other != result else { return false }
      return try !repository.isReachable(result, from: other)
    }
    let own = try repository.commits(from: [result], hiding: brought, limit: 1000)
    return try own.contains { commit in
      // A merge brings what its sides did.
      let parents = try repository.commit(commit).parents
      guard parents.count == 1 else { return false }
      return try repository.pathChanges(from: parents[0], to: commit).touchAny(of: paths)
    }
  }
}

extension CheckResult {
  /// What the checks ran changed something of the user's.
  fileprivate init(_ finding: Finding) {
    let path = finding.path ?? ""
    self.init(
      name: finding.rule.rawValue, passed: false, detail: "\(path): \(finding.message)", durationInSeconds: 0)
  }
}
