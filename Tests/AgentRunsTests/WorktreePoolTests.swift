import AgentRuns
import Foundation
import Git
import Host
import PairCore
import TestSupport
import Testing

/// A repository with a pool of worktrees.
struct PoolSample {
  let scratch: ScratchRepository
  let base: ObjectID

  init(_ setUp: (ScratchRepository) throws -> Void = { _ in }) throws {
    scratch = try ScratchRepository()
    try scratch.write(".gitignore", "*.log\n")
    try scratch.write("dir/kept", "kept\n")
    try scratch.write("dir/other", "other\n")
    try setUp(scratch)
    base = try #require(ObjectID(try scratch.commit()))
  }

  var root: String { scratch.scratch.path + "/trees" }
  var git: GitCommand { GitCommand(environment: scratch.scratch.environment) }

  func pool(settings: String = "as ever") -> WorktreePool {
    WorktreePool(
      root: root, commonDirectory: scratch.gitDirectory, git: git, settings: settings,
      now: { Timestamp(secondsSince1970: 5) }, effects: .open)
  }

  func acquire(_ task: String, at base: ObjectID? = nil, settings: String = "as ever") async throws
    -> RunWorktree
  {
    try await pool(settings: settings).acquire(
      for: TaskID(task), run: RunID(start: Timestamp(secondsSince1970: 0), random: 1), at: base ?? self.base)
  }

  func release(_ worktree: RunWorktree, limit: Int = 2, keepsIgnored: Bool = false) async throws {
    try await pool().release(worktree, limit: limit, keepsIgnored: keepsIgnored)
  }

  @discardableResult
  func agent(_ script: String, in worktree: RunWorktree) throws -> String {
    let run = try Invocation.run(
      "/bin/sh", ["-ec", script], in: worktree.path, environment: scratch.scratch.environment)
    #expect(run.status == 0, "\(script): \(run.errors)")
    return run.output
  }

  /// What stands there, with the content of each file.
  func listing(_ worktree: RunWorktree) throws -> String {
    try agent(
      "find . -name .git -prune -o -print | LC_ALL=C sort | while read -r f; do echo \"$f $(stat -c %A \"$f\") $(cat \"$f\" 2>/dev/null)\"; done",
      in: worktree)
  }

  func states() throws -> [WorktreeSlot.Note.State?] { try pool().slots().map { try $0.note()?.state } }
}

@Suite struct WorktreePoolTests {
  @Test(
    arguments: [
      "true", "echo new > new; echo log > a.log; mkdir -p x/y", "rm -r dir; echo x > dir",
      "rm dir/kept; mkdir dir/kept",
      "echo changed > dir/kept; touch -d @1 dir/kept", "chmod +x dir/kept", "mv dir/kept dir/other",
      "rm -r dir; ln -s /tmp dir", "git init --quiet sub; git init --quiet dir", "mkfifo pipe",
      "echo x > dir/kept; git update-index --skip-worktree dir/kept",
      "echo x > dir/kept; git update-index --assume-unchanged dir/kept",
      "git rm -q -r --cached dir; echo dir >> .gitignore", "rm .gitignore", "chmod a-w dir",
      "chmod 600 dir/kept",
      "rm \"$(git rev-parse --git-dir)/index\"",
    ])
  func `whatever a run did, the next one finds what git checks out anew`(_ script: String) async throws {
    let sample = try PoolSample()
    let fresh = try sample.listing(try await sample.acquire("T-0"))
    let first = try await sample.acquire("T-1")
    let branches = try sample.scratch.git(["for-each-ref"])
    try sample.agent(script, in: first)
    try await sample.release(first)
    let second = try await sample.acquire("T-2")
    #expect(second.path == first.path)
    #expect(try sample.listing(second) == fresh)
    #expect(
      try sample.agent("git status --porcelain --ignored; git ls-files -v | grep -v ^H || true", in: second)
        == "")
    #expect(try sample.agent("git rev-parse HEAD", in: second) == sample.base.hex + "\n")
    #expect(try sample.scratch.git(["for-each-ref"]) == branches)
    #expect(
      try await second.writeTree(git: sample.git, index: sample.scratch.scratch.path + "/i", effects: .open)
        == (try sample.open().tree(of: sample.base)))
  }

  /// Each of these would have git do something else in the next run.
  @Test(
    arguments: [
      "git config extensions.worktreeConfig true; git config --worktree core.fsmonitor /bin/false",
      "mkdir \"$(git rev-parse --git-dir)/info\"; echo '*' > \"$(git rev-parse --git-dir)/info/exclude\"",
      "mkdir \"$(git rev-parse --git-dir)/hooks\"", "touch \"$(git rev-parse --git-dir)/index.lock\"",
      "git commit --quiet --allow-empty -m mine", "rm .git; git init --quiet", "git bisect start",
    ])
  func `git's own files of a worktree that are not as git made them end it`(_ script: String) async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    let entry = first.gitDirectory
    try sample.agent(script, in: first)
    try await sample.release(first)
    #expect(FileInfo.kind(at: first.path) == nil)
    #expect(FileInfo.kind(at: entry) == nil)
    #expect(try sample.states() == [])
  }

  @Test func `a branch that an agent switched to stays where it is`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try sample.scratch.write("later", "x")
    try sample.scratch.commit()
    try sample.agent("git checkout --quiet --ignore-other-worktrees main; echo x > dir/kept", in: first)
    let refs = try sample.scratch.git(["for-each-ref"])
    try await sample.release(first)
    #expect(try sample.scratch.git(["for-each-ref"]) == refs)
    #expect(try sample.states() == [.free])
    #expect(try sample.listing(try await sample.acquire("T-2")).contains("later") == false)
  }

  @Test func `the base of the next run may be another one`() async throws {
    let sample = try PoolSample()
    try await sample.release(try await sample.acquire("T-1"))
    try sample.scratch.write("dir/kept", "changed\n")
    try sample.scratch.write("new/file", "new\n")
    try sample.scratch.git(["rm", "--quiet", "dir/other"])
    let next = try #require(ObjectID(try sample.scratch.commit()))
    let worktree = try await sample.acquire("T-2", at: next)
    #expect(worktree.path == sample.root + "/1")
    #expect(worktree.base == next)
    #expect(
      try sample.agent("git status --porcelain --ignored; git rev-parse HEAD", in: worktree) == next.hex
        + "\n")
    #expect(try sample.agent("cat dir/* new/file", in: worktree) == "changed\nnew\n")
    try await sample.release(worktree)
    #expect(try sample.agent("git status --porcelain", in: try await sample.acquire("T-3")) == "")
  }

  @Test func `other attributes make another worktree`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try await sample.release(first)
    try sample.scratch.write("dir/.gitattributes", "kept text eol=crlf\n")
    let next = try #require(ObjectID(try sample.scratch.commit()))
    let worktree = try await sample.acquire("T-2", at: next)
    #expect(try sample.agent("cat dir/kept", in: worktree) == "kept\r\n")
    try await sample.release(worktree)
    let again = try await sample.acquire("T-3", at: next, settings: "with another filter")
    #expect(try sample.agent("cat dir/kept", in: again) == "kept\r\n")
    #expect(try sample.pool().slots().map { try $0.note()?.task.text } == ["T-3"])
  }

  @Test func `runs at the same time have a worktree each, and only so many wait`() async throws {
    let sample = try PoolSample()
    var worktrees: [RunWorktree] = []
    for number in 1...4 { worktrees.append(try await sample.acquire("T-\(number)")) }
    #expect(Set(worktrees.map(\.path)).count == 4)
    for worktree in worktrees { try await sample.release(worktree) }
    #expect(try sample.states() == [.free, .free])
    #expect(try sample.scratch.git(["worktree", "list"]).split(separator: "\n").count == 3)
    try await sample.release(try await sample.acquire("T-5"), limit: 0)
    #expect(try sample.states() == [.free])
  }

  @Test func `what somebody did in a waiting worktree is left alone`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try await sample.release(first)
    try sample.agent("echo mine > notes", in: first)
    let second = try await sample.acquire("T-2")
    #expect(second.path == sample.root + "/2")
    #expect(try sample.agent("cat notes", in: first) == "mine\n")
    #expect(try sample.states() == [.stays, .inUse])
  }

  @Test func `the worktree of a run that never ended is nobody else's`() async throws {
    let sample = try PoolSample()
    var first: RunWorktree? = try await sample.acquire("T-1")
    let path = try #require(first).path
    try sample.agent("echo half > half", in: try #require(first))
    first = nil  // As when its process died: the lock is gone.
    let second = try await sample.acquire("T-2")
    #expect(second.path != path)
    let slot = try #require(try sample.pool().slots().first)
    #expect(try !slot.isHeld)
    let (note, left) = try #require(try sample.pool().hold(slot, for: "a test"))
    #expect(note.task.text == "T-1")
    #expect(left.path == path)
    #expect(try sample.pool().hold(slot, for: "another") == nil)
    try await left.remove(effects: .open)
    #expect(try sample.states() == [.inUse])
  }

  @Test func `a worktree that stays keeps its place until somebody removes it`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try sample.pool().leave(first, because: "it is too large")
    #expect(try sample.pool().slots().first?.note()?.reason == "it is too large")
    #expect(try await sample.acquire("T-2").path == sample.root + "/2")
    try sample.scratch.git(["worktree", "remove", "--force", first.path])
    #expect(try await sample.acquire("T-3").path == first.path)
  }

  @Test func `ignored files survive where that is wanted, and only those`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try sample.agent(
      "mkdir cache; echo c > cache/c.log; echo x > x; echo x.tmp >> .gitignore; echo x > x.tmp; echo y > dir/kept",
      in: first)
    try await sample.release(first, keepsIgnored: true)
    let second = try await sample.acquire("T-2")
    #expect(second.path == first.path)
    #expect(try sample.agent("git status --porcelain --ignored", in: second) == "!! cache/\n")
    let open = try sample.open()
    // It is no work of the next run's.
    #expect(
      try Snapshot.take(
        of: .init(second, known: .init(open.tree(of: sample.base))), task: TaskID("T-2"),
        run: RunID(start: Timestamp(secondsSince1970: 0), random: 2), in: open, by: WorktreeSample.ada)
        == .nothingToKeep)
    try await sample.release(second)
    #expect(try sample.agent("git status --porcelain --ignored", in: try await sample.acquire("T-3")) == "")
  }

  @Test func `a repository among the ignored files that were to survive ends the worktree`() async throws {
    let sample = try PoolSample()
    let first = try await sample.acquire("T-1")
    try sample.agent("git init --quiet a.log; echo x > a.log/x", in: first)
    try await sample.release(first, keepsIgnored: true)
    #expect(try sample.states() == [])
  }

  /// Eight runs at once, each of which leaves a file with its name and looks for those of others.
  @Test func `no two runs ever share a worktree`() async throws {
    let sample = try PoolSample()
    let trespasses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...8 {
        group.addTask {
          var found = 0
          for round in 1...3 {
            let worktree = try await sample.acquire("T-\(number)-\(round)")
            let mine = worktree.path + "/mine"
            if !(try AtomicFile.create(mine, with: Array("\(number)".utf8), effects: .open)) { found += 1 }
            try await Task.sleep(for: .milliseconds(5))
            if try Files.read(mine) != Array("\(number)".utf8) { found += 1 }
            try await sample.release(worktree)
          }
          return found
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(trespasses == 0)
  }
}

extension PoolSample {
  func open() throws -> Repository {
    try Repository(containing: scratch.path, environment: scratch.scratch.environment)
  }
}
