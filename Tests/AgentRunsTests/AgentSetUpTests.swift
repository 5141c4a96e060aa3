import PairCore
import TestSupport
import Testing

@testable import AgentRuns

@Suite struct AgentSetUpTests {
  /// A value that no provider ever gave out.
  private static let value = "a made-up value"
  private static let agents: [(any AgentAdapter, String, String)] = [
    (ClaudeAdapter(), "ANTHROPIC_API_KEY", "CLAUDE_CONFIG_DIR"),
    (CodexAdapter(), "CODEX_API_KEY", "CODEX_HOME"), (CursorAdapter(), "CURSOR_API_KEY", "CURSOR_CONFIG_DIR"),
  ]

  @Test(arguments: agents)
  func `in CI a key is enough for a home of the run's own`(
    _ agent: any AgentAdapter, _ key: String, _ folder: String
  ) throws {
    let scratch = try ScratchFolder()
    let ci = ["HOME": scratch.path, "CI": "true", key: Self.value]
    #expect(agent.setUp(ci) == .keyOnly(variable: key))
    #expect(agent.setUp(ci.merging([folder: ""]) { $1 }) == .keyOnly(variable: key))
    // Not without a key, not away from CI, and not against a folder that somebody chose.
    #expect(agent.setUp(ci.merging([key: ""]) { $1 }) == .own)
    for no in ["", "false", "0", "False"] { #expect(agent.setUp(ci.merging(["CI": no]) { $1 }) == .own) }
    #expect(agent.setUp(["HOME": scratch.path, key: Self.value]) == .own)
    #expect(agent.setUp(ci.merging([folder: scratch.path + "/chosen"]) { $1 }) == .own)
  }

  @Test(
    arguments: [
      (0, ".claude/.credentials.json", #"{"claudeAiOauth": {"accessToken": "\#(value)"}}"#),
      (1, ".codex/auth.json", #"{"OPENAI_API_KEY": "\#(value)"}"#),
      (1, ".codex/config.toml", "model_provider = \"mine\"\n"),
      (1, ".codex/config.toml", "openai_base_url = \"https://proxy.invalid\"\n"),
      (2, ".cursor/cli-config.json", "{}"),
    ])
  func `what the user has of an agent is never left aside`(_ agent: Int, _ path: String, _ text: String)
    throws
  {
    let (agent, key, _) = Self.agents[agent]
    let scratch = try ScratchFolder()
    try scratch.write(path, text)
    #expect(agent.setUp(["HOME": scratch.path, "CI": "1", key: Self.value]) == .own)
  }

  @Test func `another provider's login is the user's own, too`() {
    let environment = [
      "HOME": "/nowhere", "CI": "1", "ANTHROPIC_API_KEY": Self.value, "CLAUDE_CODE_USE_BEDROCK": "1",
    ]
    #expect(ClaudeAdapter().setUp(environment) == .own)
  }

  @Test func `a recipe and a command of one's own work in the user's home`() {
    let template = TemplateAdapter(
      name: AgentName("gardener"),
      template: CommandTemplate(words: ["gardener"], variables: ["GARDENER_KEY"])
    ) { ClaudeAdapter().makeReader(resuming: $0) }
    for agent in [RecipeAdapter(), template] as [any AgentAdapter] {
      #expect(agent.setUp(["HOME": "/nowhere", "CI": "1", "GARDENER_KEY": Self.value]) == .own)
    }
  }
}
