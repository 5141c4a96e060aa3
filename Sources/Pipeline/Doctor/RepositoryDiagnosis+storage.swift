import Host
import Ledger
import PairCore

// What runs left, and what they spent.
extension RepositoryDiagnosis {
  /// Worktrees that stand about and take room.
  func diagnoseWorktrees() throws -> [Diagnosis] {
    let standing = try Worktrees(workspace).all()
    let left = standing.filter { $0.state == .left }
    let size = { (some: [WorktreeStatus]) in
      "\((Double(some.reduce(0) { $0 + $1.sizeInBytes }) / Double(1 << 20)).fixed(digits: 1)) MiB"
    }
    if left.isEmpty {
      let free = standing.filter { $0.state == .free }
      return [
        Diagnosis(
          "worktrees", .ok,
          free.isEmpty
            ? "none is left"
            : "\(free.count) \(free.count == 1 ? "waits for its" : "wait for their") next run (\(size(free)))"
        )
      ]
    }
    return [
      Diagnosis(
        "worktrees", .note,
        "\(left.count) \(left.count == 1 ? "was" : "were") left behind by runs (\(size(left)))",
        remedy: "See which with 'bpsai-pair worktree list', then: bpsai-pair worktree clean")
    ]
  }

  /// Files of runs that take more room than `limitInBytes`.
  func diagnoseRuns(limitInBytes: Int = 1 << 30) throws -> [Diagnosis] {
    let folders = RunFolders(workspace)
    let size = try DirectoryWalk.diskUse(of: folders.all)
    if size <= limitInBytes { return [] }
    let old = try folders.old()
    return [
      Diagnosis(
        "runs", .note, "prompts and transcripts take \(gibibytes(size)) in \(folders.all)",
        remedy: old.count == 0
          ? "None is older than \(RunFolders.daysKept) days; remove by hand what you do not need."
          : "\(gibibytes(old.sizeInBytes)) are older than \(RunFolders.daysKept) days: bpsai-pair worktree clean"
      )
    ]
  }

  private func gibibytes(_ bytes: Int) -> String {
    "\((Double(bytes) / Double(1 << 30)).fixed(digits: 1)) GiB"
  }

  /// Whether the limits let runs start, and whether what was spent can be read.
  func diagnoseBudget() throws -> [Diagnosis] {
    let unreadable = try BudgetLog().read(from: repository, at: process.now()).unreadable
    var found = unreadable.prefix(5).map { line in
      Diagnosis(
        "budget", .problem, "a line of \(BudgetLog.ref) cannot be read, so its cost is not counted: \(line)",
        remedy: "See who wrote it: git log -p \(BudgetLog.ref)")
    }
    let statuses = try SpendingAccount(workspace).statuses().filter { $0.limit != nil }
    for standing in statuses {
      guard let warning = standing.warning else { continue }
      found.append(
        Diagnosis(
          "budget", standing.isReached ? .problem : .note, warning,
          remedy:
            "Wait, or raise it under 'budget' in .paircoder/config.yaml; 'bpsai-pair cost' shows what was spent."
        ))
    }
    if !found.isEmpty { return found }
    let left = statuses.compactMap { standing in standing.left.map { "\($0.text) left of \(standing.name)" }
    }
    return [Diagnosis("budget", .ok, left.isEmpty ? "no limit is set" : left.joined(separator: ", "))]
  }
}
