@testable import AgentRuns
import Git
import Host
import PairCore
import Synchronization
import TestSupport
import Testing

@Suite struct WorktreeTests {
  @Test(arguments: ["trees", "a folder/with spaces", "tr'ees\"$x"])
  func `a worktree is made at the base and removed without a trace`(_ root: String) async throws {
    let sample = try await WorktreeSample(root: root)
    let worktree = sample.worktree
    #expect(worktree.path == sample.scratch.scratch.path + "/\(root)/T-1")
    #expect(FileInfo.kind(at: worktree.path + "/kept") == .file)
    #expect(try await sample.agentGit().head == sample.base)
    #expect(try sample.scratch.git(["worktree", "list", "--porcelain"]).contains("detached"))
    #expect(try worktree.indexBytes()?.isEmpty == false)
    #expect(
      try RunWorktree.standing(
        at: worktree.path, base: sample.base, commonDirectory: sample.scratch.path + "/.git")?.gitDirectory
        == worktree.gitDirectory)

    try await worktree.remove(effects: .open)
    #expect(FileInfo.kind(at: worktree.path) == nil)
    #expect(try sample.scratch.git(["worktree", "list"]).split(separator: "\n").count == 1)
    #expect(try sample.scratch.git(["for-each-ref", "refs/heads"]).split(separator: "\n").count == 1)
    try await worktree.remove(effects: .open)
  }

  /// As a kill does in the middle.
  @Test func `git's entry of a worktree goes in one step`() async throws {
    let sample = try await WorktreeSample()
    let entry = sample.worktree.gitDirectory
    let count = Mutex(0)
    let door = EffectDoor { effect in
      guard effect.kind == .fileRemove, effect.subject.contains("/waste/") else { return }
      // The first removal makes room for it, the second would take it away.
      if count.withLock({
        $0 += 1; return $0 == 2
      }) {
        throw PairError(.internal, "killed")
      }
    }
    await #expect(throws: PairError.self) { try await sample.worktree.remove(effects: door) }
    #expect(FileInfo.kind(at: entry) == nil)
    #expect(try sample.scratch.git(["worktree", "list"]).split(separator: "\n").count == 1)
    try await sample.worktree.remove(effects: .open)
    #expect(try DirectoryWalk.list(sample.scratch.gitDirectory + "/paircoder/waste").isEmpty)
  }

  /// By its times and size it is the file that git checked out.
  @Test func `a change in the second of the checkout is seen`() async throws {
    let sample = try await WorktreeSample(files: ["size": "one\n"])
    try sample.agent("echo two > size")
    // Until the copy of the index is made in another second.
    try await Task.sleep(for: .milliseconds(1_100))
    let tree = try await sample.tree()
    let entry = try sample.open().entry(at: "size", in: tree)
    #expect(entry?.id == ObjectID.ofBlob(Array("two\n".utf8)))
  }

  private func add(_ id: String, beside sample: WorktreeSample) async throws -> RunWorktree {
    try await WorktreeMaker(of: sample.scratch.path + "/.git", git: sample.git, effects: .open)
      .add(at: "\(sample.scratch.scratch.path)/trees/\(id)", sample.base)
  }

  /// Git looks at the entries of all worktrees, and fails on one that is half made.
  @Test func `worktrees that begin at the same moment do not hinder each other`() async throws {
    let sample = try await WorktreeSample()
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 1...24 {
        group.addTask {
          let worktree = try await add("T-\(number + 100)", beside: sample)
          let path = worktree.path
          #expect(FileInfo.kind(at: path + "/kept") == .file)
          try await worktree.remove(effects: .open)
          return path
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(paths.count == 24)
  }

  @Test func `an entry of git's whose folder is gone does not stand in the way`() async throws {
    let sample = try await WorktreeSample()
    try DirectoryWalk.removeTree(sample.worktree.path, effects: .open)
    #expect(try await add("T-1", beside: sample).path == sample.worktree.path)
  }

  @Test func `a folder that is no worktree of ours is not found as one`() async throws {
    let sample = try await WorktreeSample()
    try sample.scratch.scratch.write("trees/T-2/file", "x")
    for id in ["T-2", "T-3"] {
      #expect(
        try RunWorktree.standing(
          at: sample.scratch.scratch.path + "/trees/" + id, base: sample.base,
          commonDirectory: sample.scratch.path + "/.git") == nil)
    }
  }

  @Test func `making one changes nothing of the user's`() async throws {
    let before = try await WorktreeSample { try $0.write("uncommitted", "x") }
    let state = try before.scratch.userState()
    try before.agent("echo x > new; rm kept")
    _ = try await before.tree()
    #expect(try before.scratch.userState() == state)
    try await before.worktree.remove(effects: .open)
    #expect(try before.scratch.userState() == state)
  }

  @Test func `the user's hooks do not fire`() async throws {
    let sample = try await WorktreeSample { scratch in
      for hook in ["post-checkout", "post-index-change", "reference-transaction"] {
        try scratch.write(
          ".git/hooks/" + hook, "#!/bin/sh\ntouch '\(scratch.scratch.path)/fired'\n", executable: true)
      }
    }
    _ = try await sample.tree()
    #expect(!sample.scratch.scratch.exists("fired"))
    try sample.scratch.git(["checkout", "--quiet", "--detach"])
    #expect(sample.scratch.scratch.exists("fired"))
  }

  @Test func `the tree holds what the agent left`() async throws {
    let sample = try await WorktreeSample(files: ["gone": "x\n", ".gitignore": "*.log\n"])
    try sample.agent(
      "rm gone; echo y > 'new file'; echo z > run; chmod +x run; ln -s kept link; echo l > a.log")
    let tree = try await sample.tree()
    #expect(
      try sample.listed(tree.hex)
        == ["100644 .gitignore", "100644 kept", "120000 link", "100644 new file", "100755 run"])
  }

  @Test func `another index leaves the worktree's own as it is`() async throws {
    let sample = try await WorktreeSample()
    let before = try sample.worktree.indexBytes()
    try sample.agent("echo x > new")
    let tree = try await sample.tree()
    #expect(try sample.listed(tree.hex) == ["100644 kept", "100644 new"])
    #expect(try sample.worktree.indexBytes() == before)
  }

  @Test func `a .git file that an agent replaced leads nowhere`() async throws {
    let sample = try await WorktreeSample()
    let trap = sample.scratch.scratch.path + "/trap"
    try sample.scratch.scratch.write("trap.sh", "#!/bin/sh\ntouch '\(trap)'\n", executable: true)
    try sample.agent(
      """
      git init --quiet ../evil
      git -C ../evil config core.fsmonitor '\(trap).sh'
      echo "gitdir: $(realpath ../evil/.git)" > .git
      echo new > new
      """)
    let tree = try await sample.tree()
    #expect(try sample.listed(tree.hex) == ["100644 kept", "100644 new"])
    #expect(try await sample.agentGit().head == sample.base)
    #expect(!sample.scratch.scratch.exists("trap"))
    try await sample.worktree.remove(effects: .open)
    #expect(try sample.scratch.git(["worktree", "list"]).split(separator: "\n").count == 1)
  }

  @Test func `commits that the agent made itself are its head`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("echo x > new; git add new; git commit --quiet -m Mine")
    let head = try await sample.agentGit().head
    #expect(head != sample.base)
    #expect(head?.hex == (try sample.agent("git rev-parse HEAD")).trimmed)
  }
}
