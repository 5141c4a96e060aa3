import ArgumentParser
import PairCore
import Pipeline

struct WorktreeClean: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Remove the worktrees that no run works in.",
    discussion: """
      Those that wait for a run, and those that runs left behind. All that is in one, untracked files included, is \
      first put under refs/paircoder/snapshots/; one that cannot be kept whole stays. Ends with status 1 where one did.
      """)

  @Flag(help: "Only say which would be looked at.") var dryRun = false

  func run() async throws {
    let orchestrator = try Orchestrator.ofProcess()
    if dryRun {
      let standing = try orchestrator.worktrees()
      for worktree in standing where worktree.state == .inUse {
        Terminal.print("would leave \(worktree.shown): \(worktree.use)")
      }
      let found = standing.filter { $0.state != .inUse }
      for worktree in found {
        let reason = worktree.reason.map { ": \($0.escapedForTerminal())" } ?? ""
        Terminal.print(
          "would \(worktree.state == .free ? "remove" : "keep the content of, and remove") \(worktree.shown)\(reason)"
        )
      }
      let total = found.reduce(0) { $0 + $1.sizeInBytes }
      Terminal.say(found.isEmpty ? "Nothing to clean up." : "That is \(total.inBinaryUnits).")
      return
    }
    var freed = 0
    var stayed = 0
    try await orchestrator.cleanWorktrees { cleaning in
      let worktree = cleaning.worktree
      switch cleaning.end {
      case .removed:
        freed += worktree.sizeInBytes
        Terminal.print("removed \(worktree.shown)")
      case .removedKeeping(let ref):
        freed += worktree.sizeInBytes
        Terminal.print("removed \(worktree.shown); what \(worktree.task) left is kept in \(ref)")
        Terminal.print("  have it back: bpsai-pair worktree restore \(worktree.task) \(worktree.run)")
      case .inUse: Terminal.print("left    \(worktree.shown): \(worktree.use)")
      case .stays(let reason):
        stayed += 1
        Terminal.print("left    \(worktree.shown): \(reason.escapedForTerminal())")
        Terminal.print(
          "  take from it what you need, then: git worktree remove --force \(worktree.path.escapedForTerminal(limit: 300))"
        )
      }
    }
    Terminal.say("Freed \(freed.inBinaryUnits).")
    if stayed > 0 { throw Ended(status: ExitStatus.failed) }
  }
}

extension Orchestrator.StandingWorktree {
  fileprivate var shown: String { "\(path.escapedForTerminal(limit: 300)) (\(sizeInBytes.inBinaryUnits))" }

  fileprivate var use: String { "run \(run) of \(task) works in it" }
}
