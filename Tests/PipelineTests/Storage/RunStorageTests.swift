import AgentRuns
import Git
import Ledger
import PairCore
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct RunStorageTests {
  let story: Story

  init() throws { story = try Story() }

  // They were sorted as text, and the tenth snapshot of a run stood before its second.
  @Test func `snapshots come in the order in which they were made`() throws {
    let prefix = "refs/paircoder/snapshots/T-1/"
    let names = [
      "\(story.run(1))", "\(story.run(1))-2", "\(story.run(1))-10", "\(story.run(2))", "\(story.run(2))-9",
      "\(story.run(2))-11",
    ]
    for name in names.reversed() {
      try story.repository.swapRef(prefix + name, from: nil, to: story.base, because: "test")
    }
    try story.repository.swapRef(
      "refs/paircoder/snapshots/T-10/\(story.run(1))", from: nil, to: story.base, because: "test")
    #expect(try RunStorage(story.workspace).snapshots(of: story.id) == names.map { prefix + $0 })
  }

  @Test func `the last attempt of an agent is the one with the highest number`() throws {
    let folders = RunFolders(story.workspace)
    let run = story.run(1)
    #expect(try folders.last(of: run, .claudeCode) == nil)
    for name in ["1-claude-code", "2-codex-cli", "9-claude-code", "10-claude-code", "setup", "checks"] {
      _ = try folders.make(name, of: run)
    }
    #expect(try folders.last(of: run, .claudeCode) == folders.folder(of: run) + "/10-claude-code")
    #expect(try folders.last(of: run, .codexCLI) == folders.folder(of: run) + "/2-codex-cli")
    #expect(try folders.last(of: run, .cursor) == nil)
  }

  @Test func `a wish that a run stops is for that run alone`() throws {
    let request = CancelRequest(story.id, story.run(1), in: story.workspace.repository)
    #expect(!request.isMade)
    try CancelRequest(story.id, story.run(2), in: story.workspace.repository).make()
    #expect(!request.isMade)
    try request.make()
    #expect(request.isMade)
    try request.remove()
    #expect(!request.isMade)
  }

  @Test func `worktrees lie outside the repository, in a folder that names it`() throws {
    let root = try RunStorage(story.workspace).root()
    #expect(root.hasPrefix(story.scratch.scratch.path + "/state/bpsai-pair/worktrees/repo-"))
    let marks = RunFolders.marks(of: story.run(1), for: story.id)
    #expect(marks == ["PAIRCODER_TASK": "T-1", "PAIRCODER_RUN": story.run(1).text])
  }
}
