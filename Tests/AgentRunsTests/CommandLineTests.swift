import AgentRuns
import PairCore
import Testing

@Suite struct CommandLineTests {
  private static let claudeStart = [
    "-p", "--output-format", "stream-json", "--verbose", "--setting-sources", "", "--strict-mcp-config",
    "--permission-prompts", "none", "--max-turns", "100",
  ]

  @Test(
    arguments: [
      (RunMode.plan, ["--permission-mode", "plan"]),
      (.autoEdit, ["--permission-mode", "acceptEdits"]),
      (.auto, ["--permission-mode", "acceptEdits"]),
      (.fullAuto, ["--permission-mode", "bypassPermissions"]),
    ])
  func `claude's flags for each mode`(_ mode: RunMode, _ flags: [String]) {
    let command = ClaudeAdapter().command(for: Samples.request(mode))
    #expect(command.arguments == Self.claudeStart + flags)
    #expect(command.program == "/opt/agent")
    #expect(command.workingDirectory == "/srv/trees/T-1.2")
    #expect(command.standardInput == Array("Add a greeting.\n".utf8))
  }

  @Test(arguments: [(1.5, "1.5000"), (0.333333, "0.3333"), (0, "0.0001")])
  func `claude is told what the run may cost`(_ limit: Double, _ text: String) {
    let command = ClaudeAdapter().command(for: Samples.request(.plan, maxCostInUSD: limit))
    #expect(
      command.arguments
        == Self.claudeStart + ["--max-budget-usd", text, "--permission-mode", "plan"])
  }

  @Test(arguments: RunMode.allCases)
  func `only auto opens the declared commands to claude`(_ mode: RunMode) {
    let request = Samples.request(mode, allowedCommands: ["make test", "swift build"])
    let rules = ClaudeAdapter().command(for: request).arguments.filter { $0.hasPrefix("Bash") }
    #expect(rules == (mode == .auto ? ["Bash(make test:*)", "Bash(swift build:*)"] : []))
  }

  @Test(arguments: ["", "  ", "a) Bash(b", "make test,Edit", "make\ntest", "make *"])
  func `a command that would open more than itself becomes no rule`(_ command: String) {
    let request = Samples.request(.auto, allowedCommands: [command])
    #expect(!ClaudeAdapter().command(for: request).arguments.contains("--allowedTools"))
  }

  @Test(
    arguments: [
      (RunMode.fullAuto, true, "1" as String?), (.fullAuto, false, nil), (.auto, true, nil),
      (.plan, true, nil),
    ])
  func `claude is told of a sandbox only as root in full-auto`(
    _ mode: RunMode, _ isRoot: Bool, _ value: String?
  ) {
    let command = ClaudeAdapter().command(for: Samples.request(mode, isRoot: isRoot))
    #expect(command.environment["IS_SANDBOX"] == value)
  }

  @Test func `claude's environment is bounded unless the caller chose otherwise`() {
    let caller = ["PATH": "/bin", "CLAUDE_CODE_MAX_RETRIES": "7", "GIT_DIR": "/x", "TMPDIR": "/tmp"]
    let command = ClaudeAdapter().command(for: Samples.request(.auto, environment: caller))
    #expect(
      command.environment == [
        "PATH": "/bin", "TMPDIR": "/srv/runs/r1/tmp",
        "CLAUDE_CODE_MAX_RETRIES": "7",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1", "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1", "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",
        "CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "120000", "API_TIMEOUT_MS": "300000",
      ])
    #expect(command.folders == ["tmp"])
  }

  private static let session = AgentSession(id: "5a0c", used: Usage())

  @Test func `a session is gone on with, and a model asked for`() {
    let request = Samples.request(.plan, model: "sonnet", session: Self.session)
    #expect(
      ClaudeAdapter().command(for: request).arguments
        == Self.claudeStart + ["--model", "sonnet", "--permission-mode", "plan", "--resume", "5a0c"])
    #expect(
      CodexAdapter().command(for: request).arguments
        == ["-a", "never", "exec", "--json", "-m", "sonnet", "--sandbox", "read-only"]
        + Self.codexEnd.dropLast() + ["resume", "5a0c", "-"])
    #expect(
      CursorAdapter().command(for: request).arguments == [
        "-p", "--output-format", "stream-json", "--trust", "--model", "sonnet", "--mode", "plan",
        "--resume", "5a0c", "Add a greeting.\n",
      ])
  }

  private static let codexEnd = [
    "-c", #"projects={"/srv/trees/T-1.2"={trust_level="untrusted"}}"#,
    "-c", "features.plugins=false",
    "-c", "features.unbounded_connection_retries=false",
    "-c", #"shell_environment_policy.inherit="core""#,
    "-c", "sandbox_workspace_write.exclude_slash_tmp=true",
    "-c", "sandbox_workspace_write.network_access=false",
    "-c", "check_for_update_on_startup=false",
    "-c", "analytics.enabled=false",
    "-C", "/srv/trees/T-1.2", "-o", "/srv/runs/r1/last-message.txt", "-",
  ]

  @Test(
    arguments: [
      (RunMode.plan, ["--sandbox", "read-only"]),
      (.autoEdit, ["--sandbox", "workspace-write", "--disable", "shell_tool"]),
      (.auto, ["--sandbox", "workspace-write"]),
      (.fullAuto, ["--sandbox", "workspace-write"]),
    ])
  func `codex's arguments for each mode`(_ mode: RunMode, _ flags: [String]) {
    let command = CodexAdapter().command(for: Samples.request(mode))
    #expect(command.arguments == ["-a", "never", "exec", "--json"] + flags + Self.codexEnd)
    #expect(command.standardInput == Array("Add a greeting.\n".utf8))
  }

  @Test func `a worktree's path cannot end its setting for codex`() {
    let request = Samples.request(.auto, worktree: "/srv/a\"b\\c\n")
    let arguments = CodexAdapter().command(for: request).arguments
    #expect(arguments.contains(#"projects={"/srv/a\"b\\c\u000a"={trust_level="untrusted"}}"#))
  }

  @Test func `codex keeps its own login and gets a TMPDIR away from its home`() {
    let caller = [
      "CODEX_HOME": "/tmp/h/.codex", "CODEX_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "TMPDIR": "/tmp",
    ]
    let command = CodexAdapter().command(for: Samples.request(.auto, environment: caller))
    #expect(
      command.environment
        == ["CODEX_HOME": "/tmp/h/.codex", "CODEX_API_KEY": "a", "TMPDIR": "/srv/runs/r1/tmp"])
    #expect(command.folders == ["tmp"])
  }
}
