import Host
import PairCore

/// Cursor's command line agent, by its program `cursor-agent`. Unverified: written from Cursor's
/// documentation (docs.cursor.com/cli), never tried with the program.
struct CursorAdapter: AgentAdapter {
  let name = AgentName.cursor
  let programNames = ["cursor-agent"]
  let authorName = "Cursor"
  let testedVersion: String? = nil
  let tellsUsage = false
  let keyVariables = ["CURSOR_API_KEY"]
  let configuration: ConfigurationFolder? = .init(variable: "CURSOR_CONFIG_DIR", name: ".cursor")
  // Nothing switches a repository's hooks off, and they run commands.
  let commandFiles = [".cursor/hooks.json"]

  /// A longer argument cannot be passed to a program (execve(2): MAX_ARG_STRLEN, 128 KiB on Linux).
  private static let longestArgumentInBytes = 100_000

  /// Commands run in its sandbox in every mode. Only `--force` makes it write without asking, and then it
  /// runs any command, too; `auto-edit` takes that back with a rule.
  func flags(for mode: RunMode) -> ModeFlags {
    switch mode {
    case .plan: ModeFlags(["--mode", "plan"])
    case .autoEdit:
      ModeFlags(
        ["--force", "--sandbox", "enabled"], remark: "commands denied by a rule, in CURSOR_CONFIG_DIR")
    case .auto, .fullAuto:
      ModeFlags(["--force", "--sandbox", "enabled"], remark: "any command, in its sandbox")
    }
  }

  /// The prompt is an argument, as documented; one that is too long is piped, as documented for print mode.
  func command(for request: AgentRequest) -> AgentCommand {
    var arguments = ["-p", "--output-format", "stream-json", "--trust"]
    if let model = request.model { arguments += ["--model", model] }
    arguments += flags(for: request.mode).arguments
    let isShort = request.prompt.utf8.count <= CursorAdapter.longestArgumentInBytes
    if isShort { arguments.append(request.prompt) }

    var (environment, folders) = request.settingUp(
      request.inherited(settings: ["CURSOR_*"], keys: ["CURSOR_API_KEY"]), configuration)
    var files: [AgentCommand.File] = []
    if request.mode == .autoEdit {
      environment["CURSOR_CONFIG_DIR"] = request.runFolder + "/cursor"
      folders.append("cursor")
      files.append(.init(path: "cursor/cli-config.json", contents: CursorAdapter.withoutCommands))
    }
    return AgentCommand(
      for: request, arguments, environment, input: isShort ? [] : nil, folders: folders, files: files)
  }

  /// What is denied stays denied under `--force`.
  private static let withoutCommands = """
    {"version": 1, "permissions": {"allow": ["Read(**)", "Write(**)"], "deny": ["Shell(*)"]}}

    """

  func keptLogin(_ environment: [String: String]) -> AgentLogin {
    .unknown("where it keeps a login is not documented; 'cursor-agent status' tells")
  }

  /// Its settings are where that is documented.
  func hasOwnSetUp(_ environment: [String: String]) -> Bool {
    configuration?.path(environment).flatMap { FileInfo.kind(at: $0 + "/cli-config.json") } != nil
  }

  func makeReader(resuming session: AgentSession?) -> any AgentEventReader { CursorStreamReader() }

  /// When it fails it prints no event, but words on standard error.
  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    let failure = failureOfEventStream(exit: exit, report: report, stderrTail: stderrTail)
    guard let failure, failure.kind == .badOutput, exit != .exited(0),
      let kind = FailureClass(words: failure.detail)
    else { return failure }
    return Failure(kind, failure.detail)
  }
}
