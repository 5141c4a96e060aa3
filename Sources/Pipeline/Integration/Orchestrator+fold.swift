import Git
import PairCore
import TaskFiles

extension Orchestrator {
  /// Merges the results of a plan, one after the other, on top of the base. What was merged and checked before is not
  /// merged again: the same results on the same base make the same commits.
  ///
  /// - Parameters:
  ///   - scratch: where git writes when nothing is to change, and nothing is checked; nil for the repository.
  ///   - refused: why what this command tried before was taken out, so that no check fails twice.
  ///   - isEnough: whether the user wants an end: then what is not known yet is not tried.
  func fold(
    _ order: IntegrationSpec, in scratch: GitCommand.Place? = nil,
    refused: inout [MergePair: Integration.Reason], until isEnough: () -> Bool = { false }
  ) async throws -> Integration {
    let base = order.base.commit
    let candidates = try mergeCandidates(of: order)
    let known = try mergesKnown(to: order)
    // Nobody checks in a forecast: then what a check said of the very same is all there is to go by.
    let failed = scratch == nil ? [:] : known.refused
    var (tip, parts) = (base, [Integration.Part]())
    var holders = [base]
    for candidate in candidates {
      let mergeStatus: Integration.MergeStatus
      if case .unfinished(let words) = candidate.standing {
        mergeStatus = .unfinished(words)
      } else if case .blocked(let words) = candidate.standing {
        mergeStatus = .blocked(words)
      } else if case .begun(let words) = candidate.standing {
        mergeStatus = .begun(words)
      } else if let result = candidate.result {
        if try holders.contains(where: { try repository.isReachable(result, from: $0) }) {
          mergeStatus = .contained
        } else if candidate.standing == .done {
          mergeStatus = .done
        } else if parts.contains(where: { $0.mergeStatus == .notTried }) {
          mergeStatus = .notTried
        } else if let reason = try reasonNotToMerge(
          candidate, result: result, among: candidates, after: parts, base: base)
        {
          mergeStatus = .takenOut(reason)
        } else if let made = known.merged[MergePair(tip, result)] {
          mergeStatus = .merged(made)
        } else if let reason = refused[MergePair(tip, result)] ?? failed[MergePair(tip, result)] {
          mergeStatus = .takenOut(reason)
        } else if isEnough() {
          mergeStatus = .notTried
        } else {
          mergeStatus = try await merge(
            candidate, result, onto: tip, order, after: parts, in: scratch, until: isEnough)
          if case .takenOut(let reason) = mergeStatus { refused[MergePair(tip, result)] = reason }
        }
        if case .merged(let commit) = mergeStatus {
          tip = commit
          holders.append(result)
        }
      } else {
        mergeStatus = candidate.task.metadata.status?.isFinished == true ? .done : .missing
      }
      parts.append(
        .init(
          candidate.task.id, result: candidate.result, mergeStatus, isByWorkflow: candidate.isByWorkflow,
          mayReturn: candidate.mayReturn))
    }
    return Integration(plan: order.plan, base: base, parts: parts, tip: tip)
  }

  private func merge(
    _ candidate: MergeCandidate, _ result: ObjectID, onto tip: ObjectID, _ order: IntegrationSpec,
    after parts: [Integration.Part], in scratch: GitCommand.Place?, until isEnough: () -> Bool
  ) async throws -> Integration.MergeStatus {
    let merged: Merged
    do {
      let all = try await workspace.git.merge([MergePair(tip, result)], at: scratch ?? workspace.mergePlace())
      merged = all[0]
    } catch let error as GitError where error.hint == nil {
      try Task.checkCancellation()
      return .takenOut(.impossible(error.message))
    }
    let task = candidate.task
    guard merged.isClean else {
      let into = ConflictForecast.Side(task: nil, name: order.branch.text, commit: tip)
      let from = ConflictForecast.Side(
        task: task.id, name: BranchName.result(of: task.id).text, commit: result)
      let paths = ConflictForecast(into, from, .conflict(merged.conflicts))?.paths ?? []
      return .takenOut(try await conflict(of: result, paths, with: parts, on: order.base))
    }
    if let scratch { return .merged(try await commitForNow(merged.tree, [tip, result], in: scratch)) }

    var trailers = Trailers()
    trailers.add("PairCoder-Plan", order.plan.text)
    trailers.add("PairCoder-Task", task.id.text)
    let names = order.config.checks.map(\.name)
    trailers.add("PairCoder-Checks", names.isEmpty ? "none" : names.joined(separator: ", ") + " passed")
    let user = Signature(name: order.user.name, email: order.user.email, time: process.now())
    let commit = try repository.writeCommit(
      tree: merged.tree, parents: [tip, result], author: user, committer: user,
      message: "Merge \(task.id): \(task.title.onOneLine)\n\n\(trailers.text)\n")
    // Nothing refers to it, nor says that they passed, before they have.
    switch try await check(commit, for: task.id, "with \(task.id)", order, until: isEnough) {
    case .failed(let failed):
      try note(failed, on: commit, of: task.id, order)
      return .takenOut(.checkFailed(failed))
    case .brokenOff: return .notTried
    case .passed: break
    }
    try order.log.append(
      PlanEvent(.merged, order.plan, commit: commit, task: task.id, checks: order.checks), to: repository,
      by: user)
    return .merged(commit)
  }

  /// A commit that is thrown away, so that git can merge on.
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
}
