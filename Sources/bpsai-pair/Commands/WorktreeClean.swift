import ArgumentParser
import PairCore
import Pipeline

struct WorktreeClean: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Remove the worktrees that no run works in.",
    discussion: """
      Those that wait for a run, and those that runs left behind. All that is in one, untracked files included, is \
      first put under refs/paircoder/snapshots/; one that cannot be kept whole stays. Ends with status 1 where one did. \
      Prompts and transcripts of runs that began more than \(RunFolders.daysKept) days ago are removed, too.
      """)

  @Flag(help: "Only say which would be looked at.") var dryRun = false

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let old = try RunFolders(workspace).old()
    if dryRun {
      let standing = try Worktrees(workspace).all()
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
      if old.count > 0 { Terminal.print("would remove \(old.shown)") }
      let total = found.reduce(old.sizeInBytes) { $0 + $1.sizeInBytes }
      Terminal.say(
        found.isEmpty && old.count == 0 ? "Nothing to clean up." : "That is \(total.inBinaryUnits).")
      return
    }
    try RunFolders(workspace).remove(old)
    if old.count > 0 { Terminal.print("removed \(old.shown)") }
    var freed = old.sizeInBytes
    var stayed = 0
    try await WorktreeCleanup(workspace).run { worktree, end in
      switch end {
      case .removed:
        freed += worktree.sizeInBytes
        Terminal.print("removed \(worktree.shown)")
      case .removedKeeping(let ref):
        freed += worktree.sizeInBytes
        Terminal.print("removed \(worktree.shown); what \(worktree.task) left is kept in \(ref)")
        let name = ref.split(separator: "/").last ?? ""
        Terminal.print("  have it back: bpsai-pair worktree restore \(worktree.task) \(name)")
      case .inUse: Terminal.print("left    \(worktree.shown): \(worktree.use)")
      case .stays(let reason):
        stayed += 1
        Terminal.print("left    \(worktree.shown): \(reason.escapedForTerminal())")
        Terminal.print("  take from it what you need, then: \(worktree.removal)")
      }
    }
    Terminal.say("Freed \(freed.inBinaryUnits).")
    if stayed > 0 { throw Ended(status: ExitStatus.failed) }
  }
}

extension RunFolders.Old {
  fileprivate var shown: String {
    "the files of \(count == 1 ? "one run" : "\(count) runs") of more than \(RunFolders.daysKept) days ago (\(sizeInBytes.inBinaryUnits))"
  }
}

extension WorktreeStatus {
  fileprivate var shown: String { "\(path.escapedForTerminal(limit: 300)) (\(sizeInBytes.inBinaryUnits))" }

  fileprivate var use: String { "run \(run) of \(task) works in it" }

  /// What a person types to have it gone.
  fileprivate var removal: String {
    "\(state == .restored ? "rm -r" : "git worktree remove --force") \(path.escapedForTerminal(limit: 300))"
  }
}
