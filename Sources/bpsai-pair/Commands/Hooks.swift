import ArgumentParser
import Host
import PairCore
import Pipeline

struct Hooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Route tasks on every commit.", subcommands: [Install.self, Uninstall.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Install the post-commit hook; a hook that stands there keeps working.")

    func run() throws {
      let workspace = try Workspace.ofProcess()
      _ = try workspace.requireCheckout(for: "hooks install")  // Nobody commits in a bare repository.
      guard let program = Machine.executable else {
        throw PairError(.internal, "finding out where this program lies")
      }
      let template = String(decoding: PackageResources.post_commit, as: UTF8.self)
      let done = try HookFile(.postCommit, in: workspace).install(template: template, program: program)
      try CommitWatcher(workspace).startHere()
      Terminal.print(done)
      Terminal.print(
        "From now on a commit that changes a task is routed. BPSAI_PAIR_SKIP=1 git commit … skips it.")
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the hook out again, and put back what stood there.")

    func run() throws {
      Terminal.print(try HookFile(.postCommit, in: try Workspace.ofProcess()).uninstall())
    }
  }
}
