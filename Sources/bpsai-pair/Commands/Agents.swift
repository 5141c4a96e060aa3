import ArgumentParser
import PairCore
import Pipeline

struct Agents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which agents there are, whether they can work, and what they cost.",
    discussion: """
      Asks each installed agent's program for its version, and no one else for anything. Prices and limits are \
      those of .paircoder/capabilities.yaml, in a repository that has one.
      """)

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let process = try ProcessContext.ofProcess()
    try Terminal.show(AgentsReport(await survey(process)), json: json)
  }

  /// With the repository's capabilities and what it knows of the agents; with the built-in ones outside of any.
  private func survey(_ process: ProcessContext) async throws -> [AgentStatus] {
    let workspace: Workspace
    do {
      workspace = try Workspace(process)
    } catch let error as PairError where error.kind == .unsupported {
      return try await process.survey(.builtIn)
    }
    let capabilities = try workspace.settings().capabilities
    return try await process.survey(
      capabilities, unavailabilities: workspace.unavailabilities(of: capabilities.profiles))
  }
}
