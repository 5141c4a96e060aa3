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
    let found = try await surroundings.survey(try capabilities(surroundings))
    if json {
      Terminal.print(try Record.json(AgentsRecord(found)))
    } else {
      Terminal.print(AgentsText(found).lines.joined(separator: "\n"))
    }
  }

  /// The repository's; the built-in ones outside of any.
  private func capabilities(_ surroundings: Surroundings) throws -> Capabilities {
    let workspace: Workspace
    do {
      workspace = try Workspace(surroundings)
    } catch let error as PairError where error.kind == .unsupported {
      return .builtIn
    }
    return try workspace.capabilities(at: nil)
  }
}
