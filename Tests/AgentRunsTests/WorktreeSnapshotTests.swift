import AgentRuns
import Foundation
import Git
import PairCore
import TestSupport
import Testing

@Suite struct WorktreeSnapshotTests {
  static let ref = "refs/paircoder/snapshots/T-1/19700101T000000-000001"

  @Test func `an untouched worktree leaves nothing to keep`() async throws {
    let sample = try await WorktreeSample()
    #expect(try await sample.take() == .nothingToKeep)
    #expect(try sample.open().refs(under: "refs/paircoder/snapshots/").isEmpty)
  }

  @Test func `whatever an agent wrote is kept`() async throws {
    let sample = try await WorktreeSample(files: [".gitignore": "*.log\n", "gone": "x\n"])
    try sample.agent(
      """
      echo changed > kept; rm gone; echo u > untracked; echo l > a.log; printf '\\0\\1' > binary
      mkdir 'a folder'; echo r > 'a folder/rün'; chmod +x 'a folder/rün'; ln -s kept link
      """)
    #expect(try await sample.take() == .kept(ref: Self.ref))
    #expect(
      try sample.listed(Self.ref) == [
        "100644 files/.gitignore", "100755 files/a folder/rün", "100644 files/a.log", "100644 files/binary",
        "100644 files/kept", "120000 files/link", "100644 files/untracked", "100644 index",
      ])
    #expect(try sample.scratch.git(["show", Self.ref + ":files/kept"]) == "changed")
    #expect(try sample.scratch.git(["show", Self.ref + ":files/link"]) == "kept")
    #expect(try sample.scratch.git(["rev-parse", Self.ref + "^1"]) == sample.base.hex)
    try sample.scratch.git(["fsck", "--strict"])
  }

  @Test(arguments: ["chmod +x kept", "rm kept; ln -s x kept", "echo x > new", "printf x > kept"])
  func `any difference is kept`(_ script: String) async throws {
    let sample = try await WorktreeSample()
    try sample.agent(script)
    #expect(try await sample.take() == .kept(ref: Self.ref))
  }

  @Test func `a repository inside is kept whole`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      "git init --quiet sub; echo x > sub/file; git -C sub add file; git -C sub commit --quiet -m x")
    #expect(try await sample.take() == .kept(ref: Self.ref))
    let kept = try sample.listed(Self.ref)
    #expect(kept.contains("100644 files/sub/file"))
    #expect(kept.contains("100644 files/sub/%.git/HEAD"))
    #expect(
      kept.contains {
        $0.hasPrefix("100644 files/sub/%.git/objects/") || $0.contains("files/sub/%.git/objects/")
      })
  }

  @Test func `names that git refuses are kept under another`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      "for n in git~1 .GIT %x '.git ' .git. .git:x; do mkdir -p \"d/$n\"; echo x > \"d/$n/f\"; done; echo x > .gitkeep"
    )
    #expect(try await sample.take() == .kept(ref: Self.ref))
    let kept = Set(try sample.listed(Self.ref).map { $0.dropFirst(7) })
    for name in ["%git~1", "%.GIT", "%%x", "%.git ", "%.git.", "%.git:x"] {
      #expect(kept.contains("files/d/\(name)/f"))
    }
    #expect(kept.contains("files/.gitkeep"))
  }

  @Test func `commits that the agent made itself are reachable`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      "echo x > new; git add new; git commit --quiet -m Mine; git rm --quiet new; git commit --quiet -m Undo")
    let head = try #require(try await sample.agentGit().head)
    #expect(try await sample.take() == .kept(ref: Self.ref))
    #expect(try sample.scratch.git(["rev-parse", Self.ref + "^2"]) == head.hex)
    try await sample.worktree.remove(effects: .open)
    try sample.scratch.git(["reflog", "expire", "--expire=now", "--all"])
    try sample.scratch.git(["gc", "--quiet", "--prune=now"])
    #expect(try sample.scratch.git(["show", head.hex + "~1:new"]) == "x")
  }

  @Test func `the bytes are those on disk, whatever a filter would make of them`() async throws {
    let sample = try await WorktreeSample(files: [".gitattributes": "*.txt text eol=lf\n"])
    try sample.agent("printf 'a\\r\\nb\\r\\n' > a.txt")
    #expect(try await sample.take() == .kept(ref: Self.ref))
    let blob = try #require(ObjectID(try sample.scratch.git(["rev-parse", Self.ref + ":files/a.txt"])))
    #expect(try sample.open().blob(blob) == Array("a\r\nb\r\n".utf8))
  }

  @Test func `the index is kept byte for byte`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("echo x > staged; git add staged")
    let index = try sample.worktree.indexBytes()
    #expect(try await sample.take() == .kept(ref: Self.ref))
    let blob = try #require(ObjectID(try sample.scratch.git(["rev-parse", Self.ref + ":index"])))
    #expect(try sample.open().blob(blob) == index)
  }

  @Test func `what was staged and then thrown away is kept`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("echo precious > new; git add new; rm new")
    #expect(try await sample.take() == .kept(ref: Self.ref))
    #expect(try sample.scratch.git(["show", Self.ref + ":staged/new"]) == "precious")
  }

  @Test func `commits that the agent went back from are reachable`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("echo x > new; git add new; git commit --quiet -m Mine; git reset --quiet --hard HEAD~1")
    #expect(try await sample.take() == .kept(ref: Self.ref))
    #expect(try sample.scratch.git(["show", Self.ref + "^2:new"]) == "x")
  }

  @Test func `what git's filters made of an untouched file is nothing to keep`() async throws {
    let sample = try await WorktreeSample(files: [
      ".gitattributes": "*.txt text eol=crlf\n", "a.txt": "a\nb\n",
    ])
    #expect(try sample.agent("od -c a.txt").contains("\\r"))
    #expect(try await sample.take() == .nothingToKeep)
  }

  @Test func `a large file of the repository's does not make the worktree stay`() async throws {
    let sample = try await WorktreeSample(files: ["large": String(repeating: "x", count: 33 << 20)])
    #expect(try await sample.take() == .nothingToKeep)
  }

  /// A worktree that was being removed when its process died holds less than it did.
  @Test func `taking it again keeps the newer content beside the older`() async throws {
    let sample = try await WorktreeSample()
    for (text, ref) in [
      ("one", Self.ref), ("two", Self.ref + "-2"), ("two", Self.ref + "-2"), ("one", Self.ref),
    ] {
      try sample.agent("echo \(text) > new")
      #expect(try await sample.take() == .kept(ref: ref))
      #expect(try sample.scratch.git(["show", ref + ":files/new"]) == text)
    }
  }

  @Test(arguments: [
    ("truncate -s 33M big", "big is larger than 32 MiB"), ("echo x > \"$(printf 'a\\377')\"", "not UTF-8"),
  ])
  func `what cannot be kept makes the worktree stay`(_ script: String, _ reason: String) async throws {
    let sample = try await WorktreeSample()
    try sample.agent(script)
    guard case .worktreeMustStay(let words) = try await sample.take() else {
      Issue.record("it was kept")
      return
    }
    #expect(words.contains(reason))
    #expect(try sample.open().refs(under: "refs/paircoder/snapshots/").isEmpty)
  }
}
