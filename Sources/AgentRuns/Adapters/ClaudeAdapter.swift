import PairCore

/// Claude Code, by its program `claude`. Flags and variables as of 2.1.330.
struct ClaudeAdapter: AgentAdapter {
  let name = AgentName.claudeCode
  let programNames = ["claude"]
  let authorName = "Claude Code"
  let testedVersion: String? = "2.1.330"
  let keyVariables = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"]
  let configuration: ConfigurationFolder? = .init(variable: "CLAUDE_CONFIG_DIR", name: ".claude")
  let goneSession: String? = "No conversation found with session ID"

  func command(for request: AgentRequest) -> AgentCommand {
    let inherited = ChildEnvironment.scrubbed(request.environment, keeping: ["ANTHROPIC_", "CLAUDE_"])
    var (environment, folders) = request.settingUp(
      ClaudeAdapter.defaults.merging(inherited) { _, callers in callers }, configuration)
    // bypassPermissions is refused as root without it.
    if request.mode == .fullAuto, request.isRoot { environment["IS_SANDBOX"] = "1" }
    return AgentCommand(for: request, arguments(for: request), environment, folders: folders)
  }

  func makeReader(resuming session: AgentSession?) -> any AgentEventReader {
    ClaudeStreamReader(resuming: session)
  }

  private func arguments(for request: AgentRequest) -> [String] {
    var arguments = [
      "-p", "--output-format", "stream-json", "--verbose",
      // Settings out of the repository run hooks and can send the user's key to another server.
      "--setting-sources", "", "--strict-mcp-config",
      "--permission-prompts", "none",
    ]
    if let turns = request.maxTurns { arguments += ["--max-turns", String(turns)] }
    if let limit = request.maxCostInUSD {
      // Zero is refused as no amount.
      arguments += ["--max-budget-usd", max(limit, 0.0001).fixed(digits: 4)]
    }
    if let model = request.model { arguments += ["--model", model] }
    arguments += flags(for: request.mode).arguments
    if request.mode == .auto {
      arguments += request.allowedCommands.compactMap(permissionRule).flatMap { ["--allowedTools", $0] }
    }
    if let schema = request.answerSchema { arguments += ["--json-schema", schema] }
    if let session = request.session { arguments += ["--resume", session.id] }
    return arguments
  }

  /// `acceptEdits` allows edits, and of commands only those that are edits: touch, mkdir, rm in the
  /// worktree. `auto` opens the declared commands on top. Claude's own mode `auto` becomes `default`, which
  /// allows nothing, where its provider does not check commands.
  func flags(for mode: RunMode) -> ModeFlags {
    let (permissionMode, remark): (String, String?) =
      switch mode {
      case .plan: ("plan", nil)
      case .autoEdit: ("acceptEdits", "of commands only touch, mkdir, rm and the like")
      case .auto: ("acceptEdits", "the declared checks with --allowedTools, too")
      case .fullAuto: ("bypassPermissions", "no sandbox")
      }
    return ModeFlags(["--permission-mode", permissionMode], reportedAs: permissionMode, remark: remark)
  }

  /// The rule that allows `command` and arguments after it; nil when the rule would say more than that:
  /// an empty one allows every command, and a parenthesis or comma ends it early.
  private func permissionRule(for command: String) -> String? {
    let command = command.trimmed
    guard !command.isEmpty, !command.contains(where: { "(),*".contains($0) || $0.isNewline }) else {
      return nil
    }
    return "Bash(\(command):*)"
  }

  /// Where the caller set nothing else: no traffic but the model's, no memory that worktrees share, and
  /// an end to retries within minutes (without bounds: up to an hour).
  private static let defaults = [
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
    "CLAUDE_CODE_MAX_RETRIES": "2",
    "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",
    "CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "120000",
    "API_TIMEOUT_MS": "300000",
  ]
}
