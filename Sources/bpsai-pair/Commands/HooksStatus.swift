import ArgumentParser
import PairCore
import Pipeline

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
