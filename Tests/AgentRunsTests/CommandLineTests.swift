import PairCore
import TestSupport
import Testing

@testable import AgentRuns

@Suite struct CommandLineTests {
  private static let claudeStart = [
    "-p", "--output-format", "stream-json", "--verbose", "--setting-sources", "", "--strict-mcp-config",
    "--permission-prompts", "none",
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
  }

  @Test func `an agent of which it is not known how it says that a session is gone does not go on with one`()
  {
    for adapter in AgentRegistry.adapters where adapter.goneSession == nil {
      let request = Samples.request(.plan, session: Self.session)
      #expect(!adapter.command(for: request).arguments.contains("5a0c"), "\(adapter.name)")
    }
    #expect(AgentRegistry.adapters.filter { $0.goneSession != nil }.map(\.name) == [.claudeCode, .codexCLI])
  }

  @Test func `only claude can be told how many turns it may take`() {
    let request = Samples.request(.plan, maxTurns: 7)
    #expect(
      ClaudeAdapter().command(for: request).arguments
        == Self.claudeStart + ["--max-turns", "7", "--permission-mode", "plan"])
    for adapter in AgentRegistry.adapters where adapter.name != .claudeCode {
      #expect(!adapter.command(for: request).arguments.contains("7"), "\(adapter.name)")
    }
  }

  @Test func `an answer's schema is an argument for claude and a file for codex`() {
    let request = Samples.request(.plan, answerSchema: #"{"type":"object"}"#)
    let claude = ClaudeAdapter().command(for: request)
    #expect(claude.arguments.suffix(2) == ["--json-schema", #"{"type":"object"}"#])
    let codex = CodexAdapter().command(for: request)
    #expect(codex.arguments.suffix(3) == ["--output-schema", "/srv/runs/r1/answer-schema.json", "-"])
    #expect(codex.files == [.init(path: "answer-schema.json", contents: #"{"type":"object"}"#)])
    #expect(CodexAdapter().command(for: Samples.request(.plan)).files == [])
  }

  @Test(
    arguments: [
      (ClaudeAdapter(), "CLAUDE_CONFIG_DIR", ".claude"), (CodexAdapter(), "CODEX_HOME", ".codex"),
      (CursorAdapter(), "CURSOR_CONFIG_DIR", ".cursor"),
    ] as [(any AgentAdapter, String, String)])
  func `with a key alone an agent's home is the run's own, and away from its TMPDIR`(
    _ adapter: any AgentAdapter, _ variable: String, _ name: String
  ) {
    let environment = ["HOME": "/home/ada", "XDG_CONFIG_HOME": "/home/ada/.config", "PATH": "/bin"]
    let request = Samples.request(.auto, setUp: .keyOnly(variable: "KEY"), environment: environment)
    let command = adapter.command(for: request)
    #expect(command.environment["HOME"] == "/srv/runs/r1/home")
    #expect(command.environment[variable] == "/srv/runs/r1/home/\(name)")
    #expect(command.environment["TMPDIR"] == "/srv/runs/r1/tmp")
    #expect(!command.environment.values.contains { $0.contains("ada") })
    #expect(command.folders == ["tmp", "home", "home/\(name)"])
    #expect(
      adapter.command(for: Samples.request(.auto, environment: environment)).environment[variable] == nil)
  }

  private static let codexEnd = [
    "-c", #"projects={"/srv/trees/T-1.2"={trust_level="untrusted"}}"#,
    "-c", "features.plugins=false",
    "-c", "features.unbounded_connection_retries=false",
    "-c", #"shell_environment_policy.inherit="core""#,
    "-c", "sandbox_workspace_write.exclude_slash_tmp=true",
    "-c", "sandbox_workspace_write.network_access=false",
    "-c", "check_for_update_on_startup=false",
    "-c", "project_doc_max_bytes=0",
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

  @Test func `claude's keys come through pipes, its environment does not have them`() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      "agent",
      "#!/bin/sh\ncat <&9; cat <&8; env; for word; do echo \"<$word>\"; done; tr '\\0' '\\n' < /proc/$$/environ\n",
      executable: true)
    let keys = ["ANTHROPIC_API_KEY": #"one $HOME \n 'E'"#, "CLAUDE_CODE_OAUTH_TOKEN": "two"]
    let command = ClaudeAdapter().command(
      for: AgentRequest(
        program: scratch.path + "/agent", mode: .plan, prompt: "", worktree: scratch.path,
        runFolder: scratch.path, environment: keys.merging(["PATH": "/usr/bin:/bin"]) { $1 }))
    let run = try Invocation.run(
      command.program, command.arguments, in: scratch.path, environment: command.environment)
    let lines = run.output.split(separator: "\n")
    #expect(lines.prefix(2) == [#"one $HOME \n 'E'"#, "two"], "\(run)")
    #expect(!lines.dropFirst(2).contains { $0.contains("one $HOME") || $0.contains("two") })
    #expect(lines.contains("CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR=9"))
    #expect(lines.contains("<plan>"))
  }
}
