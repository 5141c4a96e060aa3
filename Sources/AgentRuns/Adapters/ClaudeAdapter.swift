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
    let inherited = request.inherited(
      settings: ClaudeAdapter.settings, keys: ClaudeAdapter.keys(request.environment))
    var (environment, folders) = request.settingUp(
      ClaudeAdapter.defaults.merging(inherited) { _, callers in callers }, configuration)
    // bypassPermissions is refused as root without it.
    if request.mode == .fullAuto, request.isRoot { environment["IS_SANDBOX"] = "1" }
    // Set, it makes empty files in worktree and home, and denies every mode but `default`.
    environment["CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"] = nil
    return AgentCommand(for: request, arguments(for: request), environment, folders: folders)
      .handing(ClaudeAdapter.handedKeys)
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

  private static let settings: [VariablePattern] = [
    "ANTHROPIC_*", "CLAUDE_*", "DISABLE_*", "MCP_*", "VERTEX_*", "API_TIMEOUT_MS", "BASH_DEFAULT_TIMEOUT_MS",
    "BASH_MAX_OUTPUT_LENGTH", "BASH_MAX_TIMEOUT_MS", "IS_SANDBOX", "USE_BUILTIN_RIPGREP",
  ]

  /// What is named like a credential and that it needs: what its model is reached with, and numbers of tokens. Those of
  /// a cloud only where its model is there; `ANTHROPIC_ADMIN_KEY` never.
  private static func keys(_ environment: [String: String]) -> [VariablePattern] {
    let always: [VariablePattern] = [
      "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS", "CLAUDE_CODE_OAUTH_TOKEN",
      "CLAUDE_CODE_OAUTH_REFRESH_TOKEN", "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
      "CLAUDE_CODE_FILE_READ_MAX_OUTPUT_TOKENS",
      "MAX_THINKING_TOKENS", "MAX_MCP_OUTPUT_TOKENS",
    ]
    return clouds.reduce(always) { keys, cloud in
      environment[cloud.variable]?.isEmpty == false ? keys + cloud.keys : keys
    }
  }

  /// From its environment, the commands that the model runs would inherit them (measured with 2.1.330).
  private static let handedKeys = [
    AgentCommand.HandedKey(
      variable: "ANTHROPIC_API_KEY", descriptorVariable: "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR", descriptor: 9),
    AgentCommand.HandedKey(
      variable: "CLAUDE_CODE_OAUTH_TOKEN", descriptorVariable: "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
      descriptor: 8),
  ]

  /// The variable that has it reach its model through a cloud, and what that cloud's login is read from.
  static let clouds: [(variable: String, keys: [VariablePattern])] = [
    ("CLAUDE_CODE_USE_BEDROCK", ["AWS_*", "CLAUDE_CODE_SKIP_BEDROCK_AUTH"]),
    (
      "CLAUDE_CODE_USE_VERTEX",
      ["GOOGLE_*", "GCLOUD_PROJECT", "CLOUDSDK_*", "CLOUD_ML_REGION", "CLAUDE_CODE_SKIP_VERTEX_AUTH"]
    ),
    (
      "CLAUDE_CODE_USE_FOUNDRY",
      [
        "ANTHROPIC_FOUNDRY_*", "AZURE_*", "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
        "CLAUDE_CODE_SKIP_FOUNDRY_AUTH",
      ]
    ),
  ]

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
