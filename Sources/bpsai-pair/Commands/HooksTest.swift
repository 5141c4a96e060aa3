import ArgumentParser
import PairCore
import Pipeline

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
    var table = Table([.left, .left, .left])
    for trial in trials {
      table.add([trial.hook.rawValue, trial.place, trial.fired ? "fires" : "DOES NOT FIRE"])
    }
    for line in table.lines() { Terminal.print(line) }
    if trials.allSatisfy(\.fired) { return }
    Terminal.say("hint: 'bpsai-pair hooks status' says what stands in its way.")
    throw Ended(status: ExitStatus.of(.failed))
  }
}
