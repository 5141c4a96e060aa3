import ArgumentParser
import PairCore
import Pipeline

struct WorktreeRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put what a run left into a folder, to look at.",
    discussion: """
      A plain folder with every file as the run left it; no agent and no checkout of yours is touched. To have an \
      agent go on with it instead: bpsai-pair handoff.
      """)

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String
  @Argument(
    help: ArgumentHelp(
      "The run, or how its id begins; without it the last one that left anything.", valueName: "run"))
  var wanted: String?
  @Option(help: ArgumentHelp("An empty folder, or a new one.", valueName: "dir")) var to: String?

  func run() throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.taskID(task)
    let restored = try RestoredSnapshots(workspace).restore(id, run: wanted, to: to)
    Terminal.print(restored.folder)
    Terminal.say("What \(id) left in \(restored.ref). What differs from where it started:")
    Terminal.say("  git diff \(restored.base.short) \(restored.ref):files")
    if !restored.escaped.isEmpty {
      Terminal.say(
        "note: git's own files of repositories in it have names that begin with '%', so that git does not obey them"
      )
    }
  }
}
