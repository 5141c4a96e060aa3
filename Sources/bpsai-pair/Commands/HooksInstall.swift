import ArgumentParser
import Host
import PairCore
import Pipeline

struct HooksInstall: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Put our hooks in; hooks that stand there keep working.",
    discussion: """
      From then on a commit that changes a task is routed, queued or run, as 'orchestrate: {hooks: …}' in \
      .paircoder/config.yaml says. BPSAI_PAIR_SKIP=1 git commit … skips it.
      """)

  func run() async throws {
    guard let program = Machine.executable else {
      throw PairError(.internal, "finding out where this program lies")
    }
    let scripts = HookScripts(
      inCheckout: String(decoding: PackageResources.post_commit, as: UTF8.self),
      onServer: String(decoding: PackageResources.post_receive, as: UTF8.self), program: program)
    let setup = try await HookSetup(.ofProcess())
    let chores = try await setup.install(scripts)
    try CommitWatcher(.ofProcess()).start()
    try Terminal.show(HooksReport(setup), json: false)
    if chores.isEmpty { return }
    Terminal.print("")
    for line in chores.lines(verb: "Add") { Terminal.print(line) }
    throw Ended(status: ExitStatus.of(.unsupported))
  }
}

struct HooksUninstall: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall", abstract: "Take our hooks out again, and put back what stood there.")

  func run() async throws {
    let (removed, chores) = try await HookSetup(.ofProcess()).uninstall()
    Terminal.print(
      removed.isEmpty
        ? "No hooks of ours were installed."
        : "Took out \(removed.map(\.rawValue).joined(separator: ", ")); what stood there before is back.")
    for line in chores.lines(verb: "Take out") { Terminal.print(line) }
  }
}
