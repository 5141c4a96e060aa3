import PairCore

/// Carries out the ```` ```sh recipe ```` block that a task brings, once the user approved that exact text:
/// mechanical work that needs no model and no key.
struct RecipeAdapter: AgentAdapter {
  let name = AgentName.recipe
  let programNames = ["sh"]
  let authorName = "recipe"
  /// Any shell will do.
  let testedVersion: String? = "any"

  private static let script = "recipe.sh"

  let quietLimit: Duration? = nil

  /// A recipe is what it is in every mode.
  func flags(for mode: RunMode) -> ModeFlags { ModeFlags([]) }

  let keyVariables: [String] = []

  func keptLogin(_ environment: [String: String]) -> AgentLogin { .notNeeded }

  /// The script runs from a file, so that commands in it cannot read the rest of it as their input.
  func command(for request: AgentRequest) -> AgentCommand {
    AgentCommand(
      for: request, ["-eu", request.runFolder + "/" + RecipeAdapter.script],
      ChildEnvironment.inherited(from: request.environment, keys: request.variables), input: [],
      files: [.init(path: RecipeAdapter.script, contents: request.prompt)])
  }

  func makeReader(resuming session: AgentSession?) -> any AgentEventReader { PlainReader() }

  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    switch exit {
    case .exited(0): nil
    case .exited(let code): Failure(.crashed, "the recipe ended with status \(code)\n\(stderrTail)".trimmed)
    case .signalled(let signal): Failure(.crashed, "the recipe was killed by signal \(signal)")
    }
  }
}

/// Output without structure: the last line that says something is the final message.
struct PlainReader: AgentEventReader {
  mutating func read(line: [UInt8]) -> [AgentEvent] {
    let text = String(decoding: line, as: UTF8.self).trimmed
    return text.isEmpty ? [] : [.message(text)]
  }
}
