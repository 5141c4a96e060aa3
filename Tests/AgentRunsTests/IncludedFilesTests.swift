@testable import AgentRuns
import Foundation
import Git
import Host
import PairCore
import TestSupport
import Testing

@Suite struct IncludedFilesTests {
  /// The paths that are copied from a checkout in which `script` ran, for `patterns`.
  private func copied(
    _ patterns: String, after script: String, in sample: PoolSample, to worktree: RunWorktree
  ) async throws -> IncludedFiles.Copied {
    let run = try Invocation.run(
      "/bin/sh", ["-ec", script], in: sample.scratch.path, environment: sample.scratch.scratch.environment)
    #expect(run.status == 0, "\(run)")
    let list = sample.scratch.scratch.path + "/list"
    try AtomicFile.replace(list, with: Array(patterns.utf8), effects: .open)
    let tracked = Set(try sample.open().files(in: sample.open().tree(of: sample.base)).map(\.path))
    return try await IncludedFiles(
      listedIn: list, from: .init(gitDirectory: sample.scratch.gitDirectory, worktree: sample.scratch.path),
      git: sample.git, effects: .open
    ).copy(into: worktree, tracked: { tracked.contains($0) })
  }

  @Test func `untracked files that it names are copied as they are, and no others`() async throws {
    let sample = try PoolSample()
    let worktree = try await sample.acquire("T-1")
    let copied = try await copied(
      "*.log\n/conf/*\n!/conf/not\nkept\nrun\nlink\n",
      after: """
        echo a > a.log; echo changed > dir/kept; mkdir -p conf/deep; echo c > conf/deep/c; echo n > conf/not
        echo r > run; chmod 750 run; ln -s run link; echo u > unnamed
        """, in: sample, to: worktree)
    #expect(copied.paths == ["a.log", "conf/deep/c", "link", "run"])
    #expect(copied.leftOut.isEmpty)
    #expect(
      try sample.agent("cat a.log conf/deep/c run link dir/kept; stat -c %a run; readlink link", in: worktree)
        == "a\nc\nr\nr\nkept\n750\nrun\n")
  }

  @Test func `nothing is read from outside the checkout, or written outside the worktree`() async throws {
    let sample = try PoolSample {
      try FileManager.default.createSymbolicLink(
        atPath: $0.path + "/out", withDestinationPath: $0.scratch.path + "/outside")
    }
    try sample.scratch.scratch.write("outside/secret", "s\n")
    let worktree = try await sample.acquire("T-1")
    let copied = try await copied(
      "*.log\nout/\nsub/\n",
      after: """
        ln -s ../outside/secret up.log; ln -s "$PWD/../outside/secret" absolute.log; mkfifo pipe.log
        rm out; mkdir out; echo mine > out/file; git init --quiet sub; echo x > sub/x
        """, in: sample, to: worktree)
    #expect(copied.paths == [])
    #expect(Set(copied.leftOut.map(\.path)).isSuperset(of: ["absolute.log", "out/file", "up.log"]))
    #expect(try DirectoryWalk.list(sample.scratch.scratch.path + "/outside").map(\.name) == ["secret"])
  }

  @Test(
    arguments: [
      ("x", "a", true), ("../x", "a", false), ("../x", "d/a", true), ("../../x", "d/a", false),
      ("/x", "a", false),
      ("./../d/x", "d/a", true), ("d/../../x", "a", false),
    ])
  func `a link is inside by its words`(_ target: String, _ path: String, _ isInside: Bool) {
    #expect(IncludedFiles.isInside(Array(target.utf8), from: path) == isInside)
  }

  @Test func `copies are no part of a result, whatever the agent does with them`() async throws {
    let sample = try PoolSample()
    let worktree = try await sample.acquire("T-1")
    let copied = try await copied(
      "/un\n*.log\n/folder/\n", after: "echo u > un; echo l > a.log; mkdir folder; echo f > folder/f",
      in: sample,
      to: worktree)
    try await worktree.rememberWhatWasBrought(copies: copied.paths, git: sample.git, effects: .open)
    let open = try sample.open()
    func take() throws -> Snapshot.Result {
      try Snapshot.take(
        of: .init(worktree, known: .init(open.tree(of: sample.base))), task: TaskID("T-1"),
        run: RunID(start: Timestamp(secondsSince1970: 0), random: 2), in: open, by: WorktreeSample.ada)
    }
    #expect(try take() == .nothingToKeep)
    try sample.agent("git add --force a.log un; echo more >> un; echo new > folder/new", in: worktree)
    let tree = try await worktree.writeTree(
      git: sample.git, index: sample.scratch.scratch.path + "/index", effects: .open)
    #expect(try sample.scratch.git(["diff", "--name-only", sample.base.hex, tree.hex]) == "folder/new")
    guard case .kept(let ref) = try take() else {
      Issue.record("what the agent changed is not kept")
      return
    }
    #expect(try sample.scratch.git(["cat-file", "blob", ref + ":files/un"]) == "u\nmore")
    #expect(try sample.scratch.runGit(["cat-file", "-e", ref + ":files/a.log"]).status != 0)
    try await sample.release(worktree)
    #expect(try sample.agent("git status --porcelain --ignored", in: try await sample.acquire("T-2")) == "")
  }

  /// Also where the pool keeps what git ignores.
  @Test func `no copy is left for the next run, and none of the user's files is touched`() async throws {
    let sample = try PoolSample()
    let worktree = try await sample.acquire("T-1")
    let copied = try await copied(
      "*.log\n", after: "echo l > a.log; mkdir f.log; echo x > f.log/x.log", in: sample, to: worktree)
    #expect(copied.paths == ["a.log", "f.log/x.log"])
    try await worktree.rememberWhatWasBrought(copies: copied.paths, git: sample.git, effects: .open)
    try sample.agent(
      "echo cache > b.log; rm -r f.log; ln -s '\(sample.scratch.path)/f.log' f.log", in: worktree)
    try await sample.release(worktree, keepsIgnored: true)
    let next = try await sample.acquire("T-2")
    #expect(next.path == worktree.path)
    #expect(try sample.agent("ls", in: next) == "b.log\ndir\nf.log\n")
    #expect(sample.scratch.read("f.log/x.log") == "x\n")
  }
}
