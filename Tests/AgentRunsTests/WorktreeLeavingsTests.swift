@testable import AgentRuns
import Foundation
import Git
import Host
import PairCore
import TestSupport
import Testing

/// What an agent left that git, or the system, makes difficulties about.
@Suite struct WorktreeLeavingsTests {
  private static let deep =
    "import os\nfor i in range(30): os.mkdir('d' * 200); os.chdir('d' * 200)\nopen('f', 'w')"

  @Test(arguments: ["git checkout -q --orphan new", "git symbolic-ref HEAD refs/heads/none"])
  func `a HEAD that names no commit is none`(_ script: String) async throws {
    let sample = try await WorktreeSample()
    try sample.agent("echo x > new; \(script)")
    #expect(try await sample.agentGit().head == nil)
    #expect(try await sample.take() == .kept(ref: WorktreeSnapshotTests.ref))
  }

  @Test(arguments: [
    String(repeating: "0", count: 40), "1234567890123456789012345678901234567890",
    "$(git rev-parse HEAD^{tree})",
  ])
  func `an id in the reflog that is no commit's is passed over`(_ id: String) async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      """
      echo x > new; git add new; git commit --quiet -m Mine; git reset --quiet --hard HEAD~1
      echo "$(git rev-parse HEAD) \(id) A <a@b.c> 1 +0000" >> "$(git rev-parse --git-dir)/logs/HEAD"
      """)
    #expect(try await sample.take() == .kept(ref: WorktreeSnapshotTests.ref))
    #expect(try sample.scratch.git(["show", WorktreeSnapshotTests.ref + "^2:new"]) == "x")
  }

  @Test func `what lies deeper than a path can be long makes the worktree stay`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("python3 -c \"\(Self.deep)\"")
    guard case .worktreeMustStay(let reason) = try await sample.take() else {
      Issue.record("it was kept")
      return
    }
    #expect(reason.hasSuffix("is longer than 4096 bytes"))
    let why = try await sample.worktree.refusal(
      of: sample.worktree.content(), git: sample.git, effects: .open)
    #expect(why?.contains("is longer than 4096 bytes") == true)
    try await sample.worktree.remove(effects: .open)
    #expect(FileInfo.kind(at: sample.worktree.path) == nil)
  }

  @Test(arguments: [
    ("mkfifo .gitignore", ".gitignore"), ("mkdir sub; mkfifo sub/.gitattributes", "sub/.gitattributes"),
    ("rm kept; mkfifo kept", "kept"),
  ])
  func `a pipe in the place of what git reads is seen before git opens it`(_ script: String, _ path: String)
    async throws
  {
    let sample = try await WorktreeSample()
    try sample.agent(script)
    #expect(
      try await sample.worktree.refusal(of: sample.worktree.content(), git: sample.git, effects: .open)
        == "\(path) is a pipe, a socket or a device, and no file")
  }

  @Test(arguments: [("big", "big is larger than 4 GiB"), ("big.log", nil), ("pipe", nil)])
  func `a file too large for a result is refused, unless git ignores it`(_ name: String, _ why: String?)
    async throws
  {
    let sample = try await WorktreeSample(files: [".gitignore": "*.log\n"])
    try sample.agent(name == "pipe" ? "mkfifo pipe" : "truncate -s 200G \(name)")
    #expect(
      try await sample.worktree.refusal(of: sample.worktree.content(), git: sample.git, effects: .open) == why
    )
  }

  @Test func `a large file that the result holds is kept by the result`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("truncate -s 33M big")
    let index = sample.scratch.scratch.path + "/index"
    let tree = try await sample.tree()
    #expect(try await sample.take(known: .init(tree)) == .nothingToKeep)
    #expect(try await sample.take(known: .init(tree, from: index)) == .nothingToKeep)
    try sample.agent("printf y | dd of=big conv=notrunc status=none")
    guard case .worktreeMustStay = try await sample.take(known: .init(tree, from: index)) else {
      Issue.record("another file was taken for it")
      return
    }
  }

  @Test func `a large file of which a filter made what the result holds is kept by the result`() async throws
  {
    let sample = try await WorktreeSample(files: [".gitattributes": "*.bin filter=short\n"]) {
      try $0.git(["config", "filter.short.clean", "head -c 9"])
    }
    try sample.agent("truncate -s 33M big.bin")
    let tree = try await sample.tree()
    let index = sample.scratch.scratch.path + "/index"
    #expect(try await sample.take(known: .init(tree, from: index)) == .nothingToKeep)
    guard case .worktreeMustStay = try await sample.take(known: .init(tree)) else {
      Issue.record("it was kept without the index that says so")
      return
    }
  }

  @Test func `git's own files of a worktree that cannot be read are damage`() async throws {
    let sample = try await WorktreeSample()
    let head = sample.worktree.gitDirectory + "/HEAD"
    try sample.agent("rm '\(head)'; mkdir '\(head)'")
    #expect(
      sample.worktree.damage()
        == "what git keeps of its worktree cannot be read: reading \(head): Is a directory")
  }

  @Test func `a folder of many new files is removed as one`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("mkdir -p new/deep newer; touch new/a new/deep/b newer/c other")
    #expect(try sample.worktree.content().extras == ["new", "newer", "other"])
  }

  @Test func `the looks at a tree find what git finds`() async throws {
    let sample = try await WorktreeSample(files: ["a/b/c": "1", "a/b-c": "2", "n/\u{E9}": "3"])
    // To Swift the same name as that before.
    try sample.scratch.write("n/e\u{301}", "4")
    let commit = try #require(ObjectID(try sample.scratch.commit()))
    let repository = try sample.open()
    let tree = try repository.tree(of: commit)
    var lookup = TreeLookup(in: tree)
    for path in [
      "a", "a/b", "a/b/c", "a/b-c", "n/\u{E9}", "n/e\u{301}", "kept", "none", "kept/x", "a/none/x",
    ] {
      #expect(
        try lookup.entry(at: path, in: repository)?.id == repository.entry(at: path, in: tree)?.id, "\(path)")
    }
  }
}
