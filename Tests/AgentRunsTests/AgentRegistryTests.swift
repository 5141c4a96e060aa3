import AgentRuns
import PairCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite final class AgentRegistryTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "registry-\(UUID().uuidString)")

  init() throws {
    for folder in ["a/claude", "b", "c"] {
      try FileManager.default.createDirectory(
        at: root.appending(path: folder), withIntermediateDirectories: true)
    }
    try program("b/claude", permissions: 0o644)
    try program("c/claude", permissions: 0o755)
    try program("b/claude-code", permissions: 0o755)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func program(_ name: String, permissions: Int) throws {
    let file = root.appending(path: name)
    try Data("#!/bin/sh\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file.path)
  }

  @Test func `each adapter is found under its name`() {
    #expect(AgentRegistry.adapter(for: .claudeCode, among: [])?.programNames == ["claude"])
    #expect(AgentRegistry.adapter(for: .codexCLI, among: [])?.programNames == ["codex"])
    #expect(AgentRegistry.adapter(for: .cursor, among: [])?.programNames == ["cursor-agent"])
    #expect(AgentRegistry.adapter(for: AgentName("gardener"), among: []) == nil)
  }

  @Test func `an agent is installed where its program is on PATH`() throws {
    try program("c/cursor-agent", permissions: 0o755)
    let path = root.path + "/c"
    #expect(AgentRegistry.state(of: try profile(.cursor), path: path) == .installed)
    #expect(AgentRegistry.state(of: try profile(.codexCLI), path: path) == .notInstalled)
    #expect(AgentRegistry.state(of: Self.gardener(nil), path: path) == .noHeadlessAdapter)
  }

  @Test func `folders and files that cannot be run are passed over`() {
    let path = "\(root.path)/none:\(root.path)/a:\(root.path)/b:\(root.path)/c/"
    #expect(AgentRegistry.find(["claude"], path: path) == "\(root.path)/c/claude")
  }

  @Test func `an earlier name wins over an earlier folder`() {
    let path = "\(root.path)/b:\(root.path)/c"
    #expect(AgentRegistry.find(["claude", "claude-code"], path: path) == "\(root.path)/c/claude")
    #expect(AgentRegistry.find(["codex", "claude-code"], path: path) == "\(root.path)/b/claude-code")
  }

  @Test func `relative entries of PATH are skipped`() throws {
    let steps = FileManager.default.currentDirectoryPath.split(separator: "/").count
    let relative = String(repeating: "../", count: steps) + root.path.dropFirst() + "/c"
    try #require(FileManager.default.isExecutableFile(atPath: relative + "/claude"))
    #expect(AgentRegistry.find(["claude"], path: ":.:\(relative)") == nil)
    #expect(AgentRegistry.find(["claude"], path: "") == nil)
  }

  private func profile(_ name: AgentName) throws -> AgentProfile {
    try #require(AgentProfile.builtIn.first { $0.name == name })
  }

  private static func gardener(_ command: CommandTemplate?) -> AgentProfile {
    AgentProfile(
      name: AgentName("gardener"), strengths: [], weaknesses: [], costPer1kTokensInUSD: 0, contextLimit: 1,
      availability: .local, command: command)
  }

  @Test func `an agent with a command of its own is found by its program`() {
    let agent = Self.gardener(CommandTemplate(words: ["sh", "-c", "true"]))
    #expect(AgentRegistry.state(of: agent, path: "/bin") == .installed)
    #expect(AgentRegistry.state(of: agent, path: "/nowhere") == .notInstalled)
    #expect(AgentRegistry.adapter(for: agent.name, among: [agent])?.programNames == ["sh"])
  }
}
