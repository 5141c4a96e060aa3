import PairCore
import TestSupport
import Testing

@testable import AgentRuns

@Suite struct AgentLoginTests {
  /// Values that no provider ever gave out.
  private static let value = "a made-up value"

  @Test(
    arguments: [
      (ClaudeAdapter(), "ANTHROPIC_API_KEY"), (ClaudeAdapter(), "ANTHROPIC_AUTH_TOKEN"),
      (ClaudeAdapter(), "CLAUDE_CODE_OAUTH_TOKEN"), (CodexAdapter(), "CODEX_API_KEY"),
      (CursorAdapter(), "CURSOR_API_KEY"),
    ] as [(any AgentAdapter, String)])
  func `a variable is enough`(_ agent: any AgentAdapter, _ name: String) throws {
    let scratch = try ScratchFolder()
    let home = ["HOME": scratch.path]
    #expect(agent.login(home.merging([name: Self.value]) { $1 }) == .variable(name))
    #expect(agent.login(home.merging([name: ""]) { $1 }) != .variable(name))
  }

  private static let files: [(any AgentAdapter, String, String, Bool)] = [
    (
      ClaudeAdapter(), ".claude/.credentials.json",
      #"{"claudeAiOauth": {"accessToken": "\#(value)", "expiresAt": 1}}"#, true
    ),
    (ClaudeAdapter(), ".claude/.credentials.json", #"{"claudeAiOauth": {"accessToken": ""}}"#, false),
    (ClaudeAdapter(), ".claude/.credentials.json", "no JSON", false),
    (CodexAdapter(), ".codex/auth.json", "{\n  \"OPENAI_API_KEY\": \"\(value)\"\n}", true),
    (
      CodexAdapter(), ".codex/auth.json",
      #"{"OPENAI_API_KEY": null, "tokens": {"access_token": "\#(value)"}}"#, true
    ),
    (CodexAdapter(), ".codex/auth.json", #"{"OPENAI_API_KEY": null, "tokens": null}"#, false),
  ]

  @Test(arguments: files)
  func `a login that the agent keeps is found`(
    _ agent: any AgentAdapter, _ path: String, _ text: String, _ isLogin: Bool
  ) throws {
    let scratch = try ScratchFolder()
    #expect(agent.login(["HOME": scratch.path]) == .missing)
    try scratch.write(path, text)
    let file = scratch.path + "/" + path
    #expect(agent.login(["HOME": scratch.path]) == (isLogin ? .file(file) : .missing))
    #expect(agent.login(["HOME": "/nowhere"]) == .missing)
  }

  @Test func `the agents' own variables say where they keep it`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("c/.credentials.json", #"{"claudeAiOauth": {"accessToken": "\#(Self.value)"}}"#)
    try scratch.write("c/auth.json", #"{"OPENAI_API_KEY": "\#(Self.value)"}"#)
    let folder = scratch.path + "/c"
    #expect(ClaudeAdapter().login(["CLAUDE_CONFIG_DIR": folder]) == .file(folder + "/.credentials.json"))
    #expect(CodexAdapter().login(["CODEX_HOME": folder]) == .file(folder + "/auth.json"))
  }

  @Test func `what another provider decides is unknown`() throws {
    let scratch = try ScratchFolder()
    try scratch.write(".codex/config.toml", "model = \"x\"\nmodel_provider = \"mine\"\n")
    let home = ["HOME": scratch.path]
    let config = scratch.path + "/.codex/config.toml"
    #expect(
      CodexAdapter().login(home)
        == .unknown("\(config) names a provider, and that provider's own key is used"))
    #expect(
      ClaudeAdapter().login(home.merging(["CLAUDE_CODE_USE_BEDROCK": "1"]) { $1 })
        == .unknown("CLAUDE_CODE_USE_BEDROCK is set, and that provider's own login is used"))
  }

  @Test func `codex does not take OpenAI's variable for a login`() {
    #expect(CodexAdapter().login(["HOME": "/nowhere", "OPENAI_API_KEY": Self.value]) == .missing)
  }

  @Test(
    arguments: [
      ("2.1.330 (Claude Code)\n", "2.1.330"), ("codex-cli 0.163.0\n", "0.163.0"),
      ("v2026.01.02-0a0b0c0", "2026.01.02-0a0b0c0"), ("WARNING: 3 things\ntool 1.0", "1.0"),
      ("", nil), ("no version", nil), ("7\n", nil), ("1.\u{1B}[31m", nil),
    ] as [(String, String?)])
  func `a version is found in what a program prints`(_ text: String, _ version: String?) {
    #expect(AgentVersion.version(in: text) == version)
  }
}
