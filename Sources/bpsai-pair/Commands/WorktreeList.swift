import ArgumentParser
import Host
import PairCore
import Pipeline

struct WorktreeList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the worktrees of runs: whose they are, how large and how old.",
    discussion: """
      'in-use': a run works in it. 'free': it is clean, and waits for the next run. 'left': its run never ended, or \
      not all of it could be kept; 'bpsai-pair worktree clean' keeps what it can and removes it. 'restored': a plain \
      folder that 'bpsai-pair worktree restore' made.
      """)

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() throws {
    let found = try Worktrees(.ofProcess()).all()
    try Terminal.show(WorktreesReport(at: Machine.now, worktrees: found), json: json)
  }
}

/// What `worktree list` answers.
struct WorktreesReport: Report {
  static let schema = "bpsai-pair/worktrees/1"
  let at: Timestamp
  let worktrees: [WorktreeStatus]

  var remarks: [String] { worktrees.isEmpty ? ["No run has left a worktree."] : [] }

  var text: [String] {
    if worktrees.isEmpty { return [] }
    let rows = worktrees.map { worktree in
      [
        worktree.state.rawValue, worktree.task.text, worktree.sizeInBytes.inBinaryUnits,
        (at.secondsSince1970 - worktree.since.secondsSince1970).asAge,
        worktree.path.escapedForTerminal(limit: 300)
          + (worktree.reason.map { " (\($0.escapedForTerminal(limit: 100)))" } ?? ""),
      ]
    }
    return ([["STATE", "TASK", "SIZE", "AGE", "WORKTREE"]] + rows).inColumns(right: [2, 3])
  }
}

extension Int {
  /// A size in bytes for people: `3.4 MiB`.
  var inBinaryUnits: String {
    var (value, unit) = (Double(self), 0)
    let names = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < names.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return "\(value.fixed(digits: unit == 0 ? 0 : 1)) \(names[unit])"
  }
}

extension Int64 {
  /// A span of seconds for people, in the largest unit of which it has one: `3 h`.
  var asAge: String {
    for (seconds, unit) in [(86_400, "d"), (3600, "h"), (60, "min")] as [(Int64, String)]
    where self >= seconds {
      return "\(self / seconds) \(unit)"
    }
    return "\(Swift.max(self, 0)) s"
  }
}
