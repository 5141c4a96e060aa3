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
    let surroundings = try Surroundings.ofProcess()
    let found = try await survey(surroundings)
    if json {
      Terminal.print(try Record.json(AgentsRecord(found)))
    } else {
      Terminal.print(AgentsText(found).lines.joined(separator: "\n"))
    }
  }

  /// With the repository's capabilities and what it knows of the agents; with the built-in ones outside of any.
  private func survey(_ surroundings: Surroundings) async throws -> [AgentStanding] {
    let workspace: Workspace
    do {
      workspace = try Workspace(surroundings)
    } catch let error as PairError where error.kind == .unsupported {
      return try await surroundings.survey(.builtIn)
    }
    let capabilities = try workspace.capabilities(at: nil)
    return try await surroundings.survey(
      capabilities, illnesses: workspace.illnesses(of: capabilities.profiles))
  }
}
