import ArgumentParser

struct Worktree: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at the worktrees of runs, clean them up, and get back what runs left in them.",
    subcommands: [WorktreeList.self, WorktreeClean.self, WorktreeRestore.self])
}
