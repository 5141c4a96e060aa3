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
    groupedSubcommands: [
      CommandGroup(name: "Tasks", subcommands: [Orchestrate.self, Route.self, Queue.self, ShowStatus.self]),
      CommandGroup(
        name: "Steering a run",
        subcommands: [Cancel.self, Resume.self, Retry.self, Handoff.self, Unlock.self]),
      CommandGroup(
        name: "Results",
        subcommands: [
          ReviewTask.self, Conflicts.self, Integrate.self, Log.self, Discard.self, Worktree.self, Cost.self,
        ]),
      CommandGroup(
        name: "This machine and project",
        subcommands: [
          Init.self, Agents.self, Doctor.self, SandboxCommand.self, Trust.self, Hooks.self,
          // Not shown: they are for programs.
          Hook.self, Work.self, Supervise.self, EndGit.self,
        ]),
    ])

  static let version = "0.1.0"

  static func main() async { await Launch.run() }
}
