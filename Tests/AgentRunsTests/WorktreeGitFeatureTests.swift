import AgentRuns
import Git
import Host
import PairCore
import TestSupport
import Testing

/// What git does beside writing blobs into files, it does in the worktrees of runs, new and used again.
@Suite struct WorktreeGitFeatureTests {
  /// A worktree that is new, and the same after another run.
  private func both(_ sample: PoolSample, _ check: (RunWorktree) async throws -> Void) async throws {
    let first = try await sample.acquire("T-1")
    try await check(first)
    try await sample.release(first)
    let second = try await sample.acquire("T-2")
    #expect(second.path == first.path)
    try await check(second)
  }

  private func snapshot(_ worktree: RunWorktree, _ sample: PoolSample) throws -> Snapshot.Result {
    let open = try sample.open()
    return try Snapshot.take(
      of: .init(worktree, known: .init(open.tree(of: sample.base))), task: TaskID("T-1"),
      run: RunID(start: Timestamp(secondsSince1970: 0), random: 2), in: open, by: WorktreeSample.ada)
  }

  /// Plays git-lfs: the blob is a pointer, the file is something else.
  @Test func `a filter smudges what is checked out and cleans what is committed`() async throws {
    let sample = try PoolSample { scratch in
      try scratch.git(["config", "filter.shout.clean", "tr A-Z a-z"])
      try scratch.git(["config", "filter.shout.smudge", "tr a-z A-Z"])
      try scratch.git(["config", "filter.shout.required", "true"])
      try scratch.write(".gitattributes", "*.big filter=shout\n")
      try scratch.write("a.big", "loud\n")
    }
    #expect(try sample.scratch.git(["cat-file", "blob", "HEAD:a.big"]) == "loud")
    try await both(sample) { (worktree) async throws -> Void in
      #expect(try sample.agent("cat a.big", in: worktree) == "LOUD\n")
      #expect(try snapshot(worktree, sample) == .nothingToKeep)
      try sample.agent("echo LOUDER > a.big", in: worktree)
      let tree = try await worktree.writeTree(
        git: sample.git, index: sample.scratch.scratch.path + "/index-\(worktree.base)", effects: .open)
      #expect(try sample.scratch.git(["cat-file", "blob", "\(tree):a.big"]) == "louder")
      try Files.remove(sample.scratch.scratch.path + "/index-\(worktree.base)", effects: .open)
    }
  }

  @Test func `line endings are those that the attributes ask for`() async throws {
    let sample = try PoolSample {
      try $0.write(".gitattributes", "*.txt text eol=crlf\n")
      try $0.write("a.txt", "one\ntwo\n")
    }
    try await both(sample) { (worktree) async throws -> Void in
      #expect(try sample.agent("cat a.txt", in: worktree) == "one\r\ntwo\r\n")
      #expect(try snapshot(worktree, sample) == .nothingToKeep)
    }
  }

  @Test func `a submodule stays an empty folder and the commit that it is`() async throws {
    let sample = try PoolSample { scratch in
      try scratch.git(["init", "--quiet", "../lib"])
      try scratch.git(["-C", "../lib", "commit", "--quiet", "--allow-empty", "-m", "Lib"])
      try scratch.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib"])
    }
    try await both(sample) { (worktree) async throws -> Void in
      #expect(try DirectoryWalk.list(worktree.path + "/lib").isEmpty)
      let index = sample.scratch.scratch.path + "/index"
      let tree = try await worktree.writeTree(git: sample.git, index: index, effects: .open)
      #expect(try tree == sample.open().tree(of: sample.base))
      try Files.remove(index, effects: .open)
      try sample.agent("echo x > lib/x", in: worktree)
    }
  }

  @Test func `a set-up command may fetch a submodule, and no result holds what is in it`() async throws {
    let sample = try PoolSample { scratch in
      try scratch.git(["init", "--quiet", "../lib"])
      try scratch.git(["-C", "../lib", "commit", "--quiet", "--allow-empty", "-m", "Lib"])
      try scratch.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib"])
    }
    let worktree = try await sample.acquire("T-1")
    try sample.agent(
      "git -c protocol.file.allow=always submodule --quiet update --init; echo x > lib/x", in: worktree)
    try await worktree.rememberWhatWasBrought(copies: [], git: sample.git, effects: .open)
    #expect(try worktree.newRepositories(in: try WorktreeContent(below: worktree.path)) == [])
    try sample.agent(
      "git -C lib -c user.name=A -c user.email=a@b commit --quiet --allow-empty -m Mine; echo new > new; git init --quiet other",
      in: worktree)
    #expect(try worktree.newRepositories(in: try WorktreeContent(below: worktree.path)) == ["other"])
    try sample.agent("rm -r other", in: worktree)
    let tree = try await worktree.writeTree(
      git: sample.git, index: sample.scratch.scratch.path + "/index", effects: .open)
    #expect(try sample.scratch.git(["diff", "--name-only", sample.base.hex, tree.hex]) == "new")
    try await sample.release(worktree)
    #expect(FileInfo.kind(at: worktree.path) == nil)
  }

  @Test func `a sparse checkout is one in the worktree, too, and what it leaves out stays in the result`()
    async throws
  {
    let sample = try PoolSample {
      try $0.write("far/away", "far\n")
      try $0.git(["add", "--all"])
      try $0.git(["commit", "--quiet", "-m", "Far"])
      try $0.git(["sparse-checkout", "set", "dir"])
    }
    for task in ["T-1", "T-2"] {
      let worktree = try await sample.acquire(task)
      #expect(FileInfo.kind(at: worktree.path + "/far") == nil)
      try sample.agent("echo x > dir/new", in: worktree)
      let index = sample.scratch.scratch.path + "/index"
      let tree = try await worktree.writeTree(git: sample.git, index: index, effects: .open)
      #expect(try sample.scratch.git(["diff", "--name-only", sample.base.hex, tree.hex]) == "dir/new")
      try Files.remove(index, effects: .open)
      try await sample.release(worktree)
    }
  }
}
