import ArgumentParser

/// The command and its verbs; one file per verb under Commands/.
@main
struct BpsaiPair: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bpsai-pair",
    abstract: "Puts AI coding agents to work on a git repository's tasks.",
    discussion: """
      Tasks are Markdown files in .paircoder/tasks/. Each goes to the agent that suits it best, which \
      works on a worktree of its own; what it did ends as a commit on the branch paircoder/<ID>, and \
      your checkout stays as it is.

      First steps:
        bpsai-pair init
        bpsai-pair orchestrate --task TASK-1 --dry-run
        bpsai-pair orchestrate --task TASK-1
      """,
    version: version,
    subcommands: [
      Init.self, Orchestrate.self, Route.self, ShowStatus.self, Log.self, ReviewTask.self, Handoff.self,
      Queue.self, Cancel.self, Retry.self, Resume.self, Unlock.self, Discard.self, Worktree.self,
      Cost.self, Agents.self, Doctor.self, Trust.self,
      Hooks.self, Hook.self, Supervise.self,
    ])

  static let version = "0.1.0"

  static func main() async {
    await Launch.run()
  }
}
