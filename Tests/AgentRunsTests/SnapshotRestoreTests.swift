@testable import AgentRuns
import Git
import PairCore
import TestSupport
import Testing

@Suite struct SnapshotRestoreTests {
  /// What stands in a worktree: each path with its mode and content.
  static let listing = """
    find . -path ./.git -prune -o \\( -type f -o -type l \\) -print | LC_ALL=C sort | while read -r f; do
      if [ -L "$f" ]; then echo "$f -> $(readlink "$f")"; else echo "$f $(stat -c %a "$f") $(cat "$f")"; fi
    done
    """

  /// The worktree of `sample` again, with what `script` had left in it.
  private func restored(_ sample: WorktreeSample, _ script: String) async throws -> (
    before: String, after: String
  ) {
    try sample.agent(script)
    let before = try sample.agent(Self.listing)
    guard case .kept(let ref) = try await sample.take() else {
      Issue.record("nothing was kept")
      return ("", "")
    }
    try await sample.worktree.remove(effects: .open)
    let again = try await WorktreeMaker(of: sample.scratch.path + "/.git", git: sample.git, effects: .open)
      .add(at: sample.worktree.path, sample.base)
    let repository = try sample.open()
    let snapshot = try #require(try repository.ref(ref))
    try Snapshot.restore(snapshot, into: again, from: repository, effects: .open)
    return (before, try sample.agent(Self.listing))
  }

  @Test(
    arguments: [
      "echo new > new; mkdir -p a/b; echo deep > a/b/c; echo log > x.log", "rm kept; echo x > y",
      "chmod +x kept; ln -s kept link2",
      "rm -r dir; ln -s kept dir", "rm link; mkdir link; echo x > link/file", "rm -r dir; echo x > dir",
      "rm kept; mkdir kept; echo x > kept/x", "echo x > '%odd'; mkdir '%%d'; echo y > '%%d/f'",
      "rm link; ln -s other link",
      "rm -r kept link dir .gitignore; echo x > x",
    ])
  func `what a run left stands in the next worktree as it was`(_ script: String) async throws {
    let sample = try await WorktreeSample(
      files: [".gitignore": "*.log\n", "dir/one": "1\n", "dir/two": "2\n"], link: "link")
    let (before, after) = try await restored(sample, script)
    #expect(after == before)
  }

  @Test func `nothing is written through a link that leads out`() async throws {
    let sample = try await WorktreeSample(files: ["out/file": "inside\n"])
    let outside = sample.scratch.scratch.path + "/outside"
    try sample.scratch.scratch.write("outside/file", "mine\n")
    let (before, after) = try await restored(sample, "rm -r out; ln -s '\(outside)' out")
    #expect(after == before)
    #expect(sample.scratch.scratch.read("outside/file") == "mine\n")
  }

  @Test func `git's files of a nested repository stay out`() async throws {
    let sample = try await WorktreeSample()
    let (before, after) = try await restored(sample, "git init --quiet sub; echo x > sub/file")
    #expect(before.contains("./sub/.git/HEAD"))
    #expect(after == "./kept 644 kept\n./sub/file 644 x\n")
  }

  @Test func `files that git's filters made are left as they were checked out`() async throws {
    let sample = try await WorktreeSample(files: [".gitattributes": "*.txt text eol=crlf\n", "a.txt": "a\n"])
    let (before, after) = try await restored(sample, "echo x > new")
    #expect(after == before)
    #expect(try sample.agent("od -An -c a.txt").contains("\\r"))
  }
}
