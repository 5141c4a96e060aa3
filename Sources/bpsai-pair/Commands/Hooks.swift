import ArgumentParser
import Host
import PairCore
import Pipeline

struct Hooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take up tasks on every commit.",
    subcommands: [HooksInstall.self, HooksUninstall.self, HooksStatus.self, HooksTest.self])
}

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

struct HooksStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether our hooks are in force, and what they do.",
    discussion: "Ends with status 1 when a hook that was installed does not call us any more.")

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let report = try HooksReport(await HookSetup(.ofProcess()))
    try Terminal.show(report, json: json)
    if report.isIdle { throw Ended(status: ExitStatus.of(.failed)) }
  }
}

struct HooksTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Prove in a scratch clone that each hook fires.",
    discussion: """
      Commits, merges, rebases and applies patches in a clone with the same hooks, in its main and in a linked \
      worktree, or pushes to one of a bare repository. Hooks of others run there, too. Nothing is routed or run, and \
      the clone is removed again. Ends with status 1 when a hook does not fire.
      """)

  func run() async throws {
    let trials = try await HookSelfTest(.ofProcess()).run()
    let rows = trials.map { [$0.hook.rawValue, $0.place, $0.fired ? "fires" : "DOES NOT FIRE"] }
    for line in rows.inColumns() { Terminal.print(line) }
    if trials.allSatisfy(\.fired) { return }
    Terminal.say("hint: 'bpsai-pair hooks status' says what stands in its way.")
    throw Ended(status: ExitStatus.of(.failed))
  }
}
