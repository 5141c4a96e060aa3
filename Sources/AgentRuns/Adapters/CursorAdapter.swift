import Host
public import PairCore

/// Cursor's command line agent, by its program `cursor-agent`.
///
/// Unverified: written from Cursor's documentation (docs.cursor.com/cli: parameters, output format,
/// permissions, authentication), never tried with the program.
public struct CursorAdapter: AgentAdapter {
  public let name = AgentName.cursor
  public let programNames = ["cursor-agent"]
  public let authorName = "Cursor"
  public let testedVersion: String? = nil
  public let tellsUsage = false
  public let keyVariables = ["CURSOR_API_KEY"]
  public let configuration: ConfigurationFolder? = .init(variable: "CURSOR_CONFIG_DIR", name: ".cursor")
  // Nothing switches a repository's hooks off, and they run commands.
  public let commandFiles = [".cursor/hooks.json"]

  /// A longer argument cannot be passed to a program (execve(2): MAX_ARG_STRLEN, 128 KiB on Linux).
  private static let longestArgumentInBytes = 100_000

  public init() {}

  /// Commands run in its sandbox in every mode. Only `--force` makes it write without asking, and then it
  /// runs any command, too; `auto-edit` takes that back with a rule.
  public func flags(for mode: RunMode) -> ModeFlags {
    switch mode {
    case .plan: ModeFlags(["--mode", "plan"])
    case .autoEdit:
      ModeFlags(
        ["--force", "--sandbox", "enabled"], remark: "commands denied by a rule, in CURSOR_CONFIG_DIR")
    case .auto, .fullAuto:
      ModeFlags(["--force", "--sandbox", "enabled"], remark: "any command, in its sandbox")
    }
  }

  /// The prompt is an argument, as documented. Print mode is documented to read a piped standard input as
  /// well, which is left for prompts that are too long.
  public func command(for request: AgentRequest) -> AgentCommand {
    var arguments = ["-p", "--output-format", "stream-json", "--trust"]
    if let model = request.model { arguments += ["--model", model] }
    arguments += flags(for: request.mode).arguments
    let isShort = request.prompt.utf8.count <= CursorAdapter.longestArgumentInBytes
    if isShort { arguments.append(request.prompt) }

    var (environment, folders) = request.settingUp(
      ChildEnvironment.scrubbed(request.environment, keeping: ["CURSOR_"]), configuration)
    environment["TMPDIR"] = request.temporaryFolder
    var files: [AgentCommand.File] = []
    if request.mode == .autoEdit {
      environment["CURSOR_CONFIG_DIR"] = request.runFolder + "/cursor"
      folders.append("cursor")
      files.append(.init(path: "cursor/cli-config.json", contents: CursorAdapter.withoutCommands))
    }
    return AgentCommand(
      program: request.program, arguments: arguments, environment: environment,
      workingDirectory: request.worktree, standardInput: isShort ? [] : Array(request.prompt.utf8),
      folders: folders, files: files)
  }

  /// What is denied stays denied under `--force`.
  private static let withoutCommands = """
    {"version": 1, "permissions": {"allow": ["Read(**)", "Write(**)"], "deny": ["Shell(*)"]}}

    """

  public func keptLogin(_ environment: [String: String]) -> AgentLogin {
    .unknown("where it keeps a login is not documented; 'cursor-agent status' tells")
  }

  /// Its settings are where that is documented.
  public func hasOwnSetUp(_ environment: [String: String]) -> Bool {
    configuration?.path(environment).flatMap { Files.kind(of: $0 + "/cli-config.json") } != nil
  }

  public func makeReader(resuming session: AgentSession?) -> any AgentEventReader { CursorStreamReader() }

  /// When it fails it prints no event, but words on standard error.
  public func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    let failure = failureOfEventStream(exit: exit, report: report, stderrTail: stderrTail)
    guard let failure, failure.kind == .badOutput, exit != .exited(0),
      let kind = FailureClass(words: failure.detail)
    else { return failure }
    return Failure(kind, failure.detail)
  }
}
