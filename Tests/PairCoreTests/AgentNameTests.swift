import PairCore
import Testing

@Suite struct AgentNameTests {
  static let known: [AgentName] = [.cursor, .claudeCode, .codexCLI]

  @Test(
    arguments: [
      ("claude", .claudeCode), ("Claude", .claudeCode), ("claude-code", .claudeCode),
      ("CLAUDE-CODE", .claudeCode), ("claudecode", .claudeCode), ("codex", .codexCLI),
      ("openai-codex", .codexCLI), ("codex-cli", .codexCLI), ("cursor", .cursor), ("cursor-agent", .cursor),
      ("cursor-cli", .cursor),
    ] as [(String, AgentName)])
  func `people may use the names they know`(_ text: String, _ name: AgentName) throws {
    #expect(try AgentName.resolve(text, among: AgentNameTests.known) == name)
  }

  @Test func `an unknown name is refused with the list of those known`() throws {
    let error = try #require(throws: PairError.self) {
      try AgentName.resolve("gem\u{1b}ini", among: AgentNameTests.known)
    }
    #expect(error.kind == .usage)
    #expect(error.message == "no agent is called 'gem\\u{1b}ini'")
    #expect(error.hint?.contains("claude-code, codex-cli, cursor") == true)
  }

  @Test func `an alias of an agent that is not known is refused`() {
    #expect(throws: PairError.self) { try AgentName.resolve("codex", among: [.claudeCode]) }
  }

  @Test func `an agent of the project's own wins over an alias`() throws {
    let own = AgentName("Claude")
    #expect(try AgentName.resolve("claude", among: [.claudeCode, own]) == own)
  }
}
