import Git
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct BaseSettingsTests {
  let story: Story

  init() throws {
    story = try Story(
      "---\n", [Workspace.configPath: "orchestrate:\n  timeout: 5m\n", "AGENTS.md": "Be brief.\n"])
  }

  private var parsed: ParsedFiles { story.workspace.parsed }

  @Test func `each text is parsed once, in the checkout and in commits`() throws {
    let before = parsed.count
    for _ in 0..<3 {
      #expect(try story.workspace.settings().config.runTimeoutInSeconds == 300)
      #expect(try story.workspace.settings(at: story.base).config.runTimeoutInSeconds == 300)
    }
    // The story itself has read the checkout's configuration and tasks.
    #expect(parsed.count == before)
  }

  @Test func `an edit of the checkout is seen, and changes nothing of what a commit says`() throws {
    _ = try story.workspace.settings().config
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  timeout: 7m\n")
    #expect(try story.workspace.settings().config.runTimeoutInSeconds == 420)
    #expect(try story.workspace.settings(at: story.base).config.runTimeoutInSeconds == 300)
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  timeout: 5m\n")
    let before = parsed.count
    #expect(try story.workspace.settings().config.runTimeoutInSeconds == 300)
    #expect(parsed.count == before)
  }

  @Test func `a commit's tasks are read once, and the checkout's again when that is asked for`() throws {
    for _ in 0..<2 { _ = try story.workspace.settings(at: story.base).library }
    let known = parsed.count
    try story.scratch.write(Story.path("T-2"), "---\nid: T-2\n---\n")
    #expect(try story.workspace.settings().library.files.count == 1)
    parsed.forgetCheckout()
    #expect(try story.workspace.settings().library.files.count == 2)
    #expect(try story.workspace.settings(at: story.base).library.files.count == 1)
    #expect(parsed.count == known + 1)
  }

  @Test func `workspaces of one command share what was parsed`() throws {
    let before = parsed.count
    let beside = try Workspace(story.workspace.process, sharing: parsed)
    _ = try beside.settings().config
    _ = try beside.settings().library
    #expect(parsed.count == before)
  }

  @Test func `what is not there has its standard, and a folder in place of a file is told`() throws {
    #expect(try story.workspace.settings().capabilities.profiles == AgentProfile.builtIn)
    #expect(try story.workspace.settings().workflow(called: "none") == nil)
    #expect(try story.workspace.settings().routingFiles.capabilities == nil)
    try story.scratch.write(Workspace.capabilitiesPath + "/x", "")
    let error = failure { try story.workspace.settings().capabilities }
    #expect(error?.kind == .invalidInput)
    #expect(error?.message == "this is a folder, not a file")
  }

  @Test func `a file that is invalid is an error each time it is asked for`() throws {
    try story.scratch.write(Workspace.configPath, "orchestrate:\n  timeot: 5m\n")
    for _ in 0..<2 {
      let error = failure { try story.workspace.settings().config }
      #expect(error?.location?.file == Workspace.configPath)
    }
  }

  @Test func `notes for agents are the commit's, each text once`() throws {
    try story.scratch.write("CLAUDE.md", "Be brief.\n")
    try story.scratch.commit()
    #expect(try story.workspace.settings(at: story.base).projectNotes.map(\.path) == ["AGENTS.md"])
    #expect(try story.workspace.settings().projectNotes.count == 1)
  }
}
