import ArgumentParser
import PairCore
import Pipeline

struct HooksStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether our hooks are in force, and what they do.",
    discussion: "Ends with status 1 when a hook that was installed does not call us any more.")

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let setup = try await HookSetup(.ofProcess())
    let standings = try setup.hooks.map { hook throws in (hook, try setup.standing(of: hook)) }
    if json {
      Terminal.print(try Record.json(HooksRecord(standings, try .ofProcess())))
    } else {
      for line in try HooksText.lines(for: setup) { Terminal.print(line) }
      Terminal.print(try HooksText.mode(of: .ofProcess()))
    }
    let isIdle = standings.contains { if case .idle = $0.1 { true } else { false } }
    if isIdle { throw Ended(status: ExitStatus.of(.failed)) }
  }
}
