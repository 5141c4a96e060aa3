import Host
import Ledger
import PairCore

// What runs left, and what they spent.
extension RepositoryDiagnosis {
  func diagnoseWorktrees(_ found: inout [Diagnosis]) throws {
    let all = try Worktrees(workspace).all()
    let (left, free) = (all.filter { $0.state == .left }, all.filter { $0.state == .free })
    func size(_ some: [WorktreeStatus]) -> String {
      "\((Double(some.reduce(0) { $0 + $1.sizeInBytes }) / Double(1 << 20)).fixed(digits: 1)) MiB"
    }
    if !left.isEmpty {
      found.note(
        "worktrees", "\(left.count) \(left.count == 1 ? "was" : "were") left behind by runs (\(size(left)))",
        remedy: "See which with 'bpsai-pair worktree list', then: bpsai-pair worktree clean")
    } else if !free.isEmpty {
      let wait = free.count == 1 ? "waits for its" : "wait for their"
      found.ok("worktrees", "\(free.count) \(wait) next run (\(size(free)))")
    }
  }

  func diagnoseRuns(_ found: inout [Diagnosis], limitInBytes: Int = 1 << 30) throws {
    let folders = RunFolders(workspace)
    let size = try DirectoryWalk.diskUse(of: folders.all)
    if size <= limitInBytes { return }
    let old = try folders.old()
    found.note(
      "runs", "prompts and transcripts take \(gibibytes(size)) in \(folders.all)",
      remedy: old.count == 0
        ? "None is older than \(RunFolders.daysKept) days; remove by hand what you do not need."
        : "\(gibibytes(old.sizeInBytes)) are older than \(RunFolders.daysKept) days: bpsai-pair worktree clean"
    )
  }

  func diagnoseBudget(_ found: inout [Diagnosis]) throws {
    for line in try BudgetLog().read(from: repository, at: process.now()).unreadable.prefix(5) {
      found.problem(
        "budget", "a line of \(BudgetLog.ref) cannot be read, so its cost is not counted: \(line)",
        remedy: "See who wrote it: git log -p \(BudgetLog.ref)")
    }
    let remedy =
      "Wait, or raise it under 'budget' in .paircoder/config.yaml; 'bpsai-pair cost' shows what was spent."
    let statuses = try SpendingAccount(workspace).statuses().filter { $0.limit != nil }
    for status in statuses {
      guard let warning = status.warning else { continue }
      found.append(Diagnosis("budget", status.isReached ? .problem : .note, warning, remedy: remedy))
    }
    let left = statuses.compactMap { status in status.left.map { "\($0.text) left of \(status.name)" } }
    if found.isEmpty { found.ok("budget", left.isEmpty ? "no limit is set" : left.joined(separator: ", ")) }
  }
}

func gibibytes(_ bytes: Int) -> String { "\((Double(bytes) / Double(1 << 30)).fixed(digits: 1)) GiB" }
