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
    let workspace = try Workspace.ofProcess()
    let found = try Worktrees(workspace).all()
    if json {
      Terminal.print(try Record.json(WorktreesRecord(found)))
      return
    }
    if found.isEmpty {
      Terminal.say("No run has left a worktree.")
      return
    }
    var table = Table([.left, .left, .right, .right, .left])
    table.add(["STATE", "TASK", "SIZE", "AGE", "WORKTREE"])
    for worktree in found {
      let reason = worktree.reason.map { " (\($0.escapedForTerminal(limit: 100)))" } ?? ""
      table.add([
        worktree.state.rawValue, worktree.task.text, worktree.sizeInBytes.inBinaryUnits,
        (Machine.now.secondsSince1970 - worktree.since.secondsSince1970).asAge,
        worktree.path.escapedForTerminal(limit: 300) + reason,
      ])
    }
    Terminal.print(table.lines().joined(separator: "\n"))
  }
}

/// What `worktree list --json` prints.
struct WorktreesRecord: Encodable {
  struct Item: Encodable {
    let path: String
    let state: WorktreeStatus.State
    let task: TaskID
    /// Nil for a review's.
    let run: RunID?
    /// Since when it is in that state.
    let since: Timestamp
    let sizeInBytes: Int
    let reason: String?
  }

  let schema = "bpsai-pair/worktrees/1"
  let worktrees: [Item]

  init(_ found: [WorktreeStatus]) {
    worktrees = found.map {
      Item(
        path: $0.path, state: $0.state, task: $0.task, run: $0.run, since: $0.since,
        sizeInBytes: $0.sizeInBytes, reason: $0.reason)
    }
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
