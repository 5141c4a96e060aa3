import Git
package import PairCore

/// What a look at the results that wait to be merged found.
package struct ConflictReport: Hashable, Sendable, Encodable {
  private enum CodingKeys: String, CodingKey {
    case base, results, conflicts
    case pairCount = "pairs"
    case mergedCount = "merged"
  }

  /// What results are merged into in the end.
  package let base: ConflictForecast.Side
  /// The results that are not part of it yet, in the order of their tasks.
  package let results: [ConflictForecast.Side]
  package let conflicts: [ConflictForecast]
  /// How many pairs were looked at, the base with each result among them.
  package let pairCount: Int
  /// For how many of them git had to merge, since their paths alone did not tell.
  package let mergedCount: Int
}

/// Which results that wait to be merged will conflict.
package final class Conflicts: StatelessRoom {
  /// Which of the results that are not merged yet will conflict, with each other and with the base; changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - tasks: only pairs with one of their results; nil for all.
  ///   - base: a revision; nil for HEAD.
  ///   - others: tasks that count only where `tasks` names them.
  /// - Throws: `PairError` of kind `usage` for a task that has no such result.
  package func report(
    of tasks: [TaskID]? = nil, base: String? = nil, leavingOut others: Set<TaskID> = [],
    ignoringMissing: Bool = false
  ) async throws -> ConflictReport {
    let side = try workspace.side(base)
    let results = try liveResults(beside: side.commit).filter { result in
      result.task.map { tasks?.contains($0) == true || !others.contains($0) } ?? true
    }
    let wanted = try tasks.map { tasks in
      try Set(
        tasks.compactMap { task in
          let found = results.first { $0.task?.folded == task.folded }?.commit
          if found != nil || ignoringMissing { return found }
          throw PairError(
            .usage, "\(task) has no result that waits to be merged",
            hint: "'bpsai-pair status' shows which tasks have a result, and which are integrated.")
        })
    }
    var pairs: [(ConflictForecast.Side, ConflictForecast.Side)] = []
    for (index, one) in results.enumerated() {
      let isWanted = wanted?.contains(one.commit) ?? true
      // As git would be asked where results are merged.
      if isWanted { pairs.append((side, one)) }
      for other in results[(index + 1)...] where isWanted || wanted?.contains(other.commit) ?? true {
        pairs.append((one, other))
      }
    }
    var forecaster = MergeForecaster(workspace: workspace)
    return ConflictReport(
      base: side, results: results, conflicts: try await forecaster.conflicts(between: pairs),
      pairCount: pairs.count, mergedCount: forecaster.mergedCount)
  }

  /// Tells which live results the new ones of `tasks` will conflict with, except for what is `known`; returns
  /// what it told. A forecast that cannot be made holds up nothing.
  @discardableResult
  func tell(
    of tasks: [TaskID], _ request: RunRequest, but known: Set<ConflictForecast> = []
  ) async -> [ConflictForecast] {
    do {
      // Somebody may have merged or discarded one of them meanwhile.
      let report = try await report(
        of: tasks, base: request.target, leavingOut: request.integrated, ignoringMissing: true)
      let new = report.conflicts.filter { !known.contains($0) }
      for conflict in new { say("note: \(conflict.sentence)") }
      return new
    } catch is CancellationError {
      return []
    } catch {
      let names = tasks.map(\.text).joined(separator: ", ")
      say("note: what \(names) conflicts with is not known: \(error.words)")
      return []
    }
  }

  /// The whole results on branches that `base` does not hold, in another way either, in the order of their tasks.
  private func liveResults(beside base: ObjectID) throws -> [ConflictForecast.Side] {
    let prefix = "refs/heads/" + BranchName.prefix
    let done = try DoneTasks(at: base, in: workspace)
    return try repository.refs(under: prefix).compactMap { ref, commit in
      guard let task = TaskID(rawValue: String(ref.dropFirst(prefix.count))),
        try !repository.isReachable(commit, from: base)
      else { return nil }
      let result = try workspace.state(of: task).result
      if try result?.isPartial == true || done.hold(task, result) { return nil }
      return .init(task: task, name: BranchName(ref: ref).text, commit: commit)
    }.sorted { $0.name.orderedNaturally(before: $1.name) }
  }
}
