import PairCore

/// An agent that is run by a command line out of capabilities.yaml.
struct TemplateAdapter: AgentAdapter {
  let name: AgentName
  let template: CommandTemplate
  let reader: @Sendable (AgentSession?) -> any AgentEventReader

  var programNames: [String] { [template.program] }
  var authorName: String { name.text }
  /// Nobody but the team knows what it was tried with.
  var testedVersion: String? { nil }

  var tellsUsage: Bool { template.output != .plain }

  // `prompt.md` is what becomes of the standard input.
  private static let promptFile = "prompt-file.md"

  /// One command in all modes: whether the agent asks, or writes where it should only plan, is its own matter.
  func flags(for mode: RunMode) -> ModeFlags {
    ModeFlags(
      template.arguments([.mode: mode.rawValue]), remark: "the same in every mode, by its own command")
  }

  var keyVariables: [String] { template.variables }

  func keptLogin(_ environment: [String: String]) -> AgentLogin {
    .unknown("its command does not say")
  }

  func command(for request: AgentRequest) -> AgentCommand {
    var values: [CommandTemplate.Placeholder: String] = [
      .promptFile: request.runFolder + "/" + TemplateAdapter.promptFile, .prompt: request.prompt,
      .worktree: request.worktree, .mode: request.mode.rawValue,
    ]
    values[.model] = request.model
    return AgentCommand(
      for: request, template.arguments(values),
      request.inherited(keys: template.variables.map { VariablePattern($0) }),
      input: template.takesPromptAsArgument ? [] : nil,
      files: [.init(path: TemplateAdapter.promptFile, contents: request.prompt)])
  }

  func makeReader(resuming session: AgentSession?) -> any AgentEventReader { reader(session) }

  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    guard template.output == .plain else {
      return failureOfEventStream(exit: exit, report: report, stderrTail: stderrTail)
    }
    switch exit.unwrappingCaughtSignal {
    case .exited(0): return nil
    case .exited(let status):
      let words = stderrTail.trimmed.isEmpty ? report.finalMessage ?? "" : stderrTail.trimmed
      return Failure(
        FailureClass(words: words) ?? .crashed,
        "\(name) ended with status \(status)\n\(words.suffix(400))".trimmed)
    case .signalled(let signal): return Failure(.crashed, "\(name) was killed by signal \(signal)")
    }
  }
}
