import Git
import PairCore

// Who is in the way of a result that conflicts.
extension Orchestrator {
  /// What a person and the next agent are told of a conflict: the tasks whose own commits did something at its paths,
  /// and the base where that did. A result that was made on top of others brings along what those did, too.
  ///
  /// - Parameter parts: what became of the results before `result`.
  func conflict(
    of result: ObjectID, _ paths: [String], with parts: [Integration.Part], on base: ConflictForecast.Side
  ) async throws -> Integration.Reason {
    let merged = parts.compactMap { part in
      if case .merged = part.mergeStatus { part.result.map { (task: part.task, result: $0) } } else { nil }
    }
    var forecaster = MergeForecaster()
    let verdicts = try await forecaster.verdicts(
      on: [MergePair(base.commit, result)] + merged.map { MergePair($0.result, result) }, in: workspace)
    let isBase = verdicts[0] != .clean
    let conflicting = zip(merged, verdicts.dropFirst()).filter { $1 != .clean }.map { $0.0 }
    let touching = try conflicting.filter { other in
      try didAnything(other.result, at: paths, beside: [base.commit] + merged.map(\.result))
    }
    // A path that one side renamed is told by its other name: then whoever conflicts by itself is named.
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
