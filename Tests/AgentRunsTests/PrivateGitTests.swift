@testable import AgentRuns
import Foundation
import Git
import Host
import PairCore
import TestSupport
import Testing

/// What an agent does with git stays in a git directory of its own.
@Suite struct PrivateGitTests {
  private static let refs = "refs/paircoder/snapshots/T-1/19700101T000000-000001"

  /// All that a `git` command could change of the user's.
  private func userState(_ sample: WorktreeSample) throws -> [String] {
    let scratch = sample.scratch
    return [
      try scratch.git(["for-each-ref", "refs/heads", "refs/tags", "refs/remotes", "refs/stash"]),
      scratch.read(".git/config") ?? "", try scratch.git(["stash", "list"]),
      try scratch.git(["status", "--short"]),
      try scratch.git(["worktree", "list"]),
      try DirectoryWalk.list(scratch.path + "/.git/hooks").map(\.name).joined(),
    ]
  }

  @Test(arguments: [
    "git stash pop", "echo x > x; git add x; git stash push --quiet", "git reset --quiet --hard HEAD~1",
    "git checkout --quiet -b mine; echo x > x; git add x; git commit --quiet -m Mine",
    "git branch -f main HEAD~1",
    "git branch -D side", "git tag -f v1 HEAD~1", "git update-ref -d refs/heads/side",
    "git config core.hooksPath hooks; git config filter.x.clean cat; git config --add remote.origin.url /x",
    "git gc --quiet --prune=now; git repack -adq", "git reflog expire --expire=now --all",
    "git remote remove origin",
    "printf '#!/bin/sh\n' > \"$(git rev-parse --git-path hooks)/pre-commit\"", "git replace -f HEAD HEAD~1",
    "rm -rf .git; git init --quiet", "git worktree prune; git worktree add --quiet ../other",
    "git notes add -m note",
  ])
  func `nothing of it reaches the user's repository`(_ deed: String) async throws {
    let sample = try await WorktreeSample(setUp: { scratch in
      try scratch.git(["branch", "side"])
      try scratch.git(["tag", "-a", "v1", "-m", "One"])
      try scratch.git(["remote", "add", "origin", "https://example.invalid/x"])
      try scratch.write("kept", "mine\n")
      try scratch.git(["stash", "push", "--quiet"])
      try scratch.write("kept", "work in progress\n")
    })
    let before = try userState(sample)
    _ = try Invocation.run(
      "/bin/sh", ["-c", deed], in: sample.worktree.path, environment: sample.scratch.scratch.environment)
    #expect(try userState(sample) == before)
    _ = try? await sample.agentGit()  // Also where its git directory is gone.
    #expect(try userState(sample) == before)
  }

  @Test func `the agent sees the user's branches, tags and files as they are`() async throws {
    let sample = try await WorktreeSample(setUp: { scratch in
      try scratch.git(["branch", "side"])
      try scratch.git(["tag", "-a", "v1", "-m", "One"])
    })
    #expect(try sample.agent("git status --short") == "")
    #expect(try sample.agent("git describe").trimmed == "v1")
    #expect(
      try sample.agent("git branch --format='%(refname:short)' --list side main").split(separator: "\n") == [
        "main", "side",
      ])
    #expect(try sample.agent("git log --all --format=%H").trimmed == sample.base.hex)
    #expect(try sample.agent("git fsck 2>&1").contains("error") == false)
  }

  @Test func `a push fails, and says why`() async throws {
    let sample = try await WorktreeSample(setUp: { scratch in
      try scratch.git(["init", "--quiet", "--bare", "../up.git"])
      try scratch.git(["remote", "add", "origin", scratch.scratch.path + "/up.git"])
    })
    for place in ["origin", sample.scratch.scratch.path + "/up.git", "https://example.invalid/x"] {
      let run = try Invocation.run(
        "git", ["push", place, "HEAD:refs/heads/x"], in: sample.worktree.path,
        environment: sample.scratch.scratch.environment)
      #expect(run.status != 0)
      #expect(run.errors.contains("an agent's worktree does not push"), "\(run)")
    }
    #expect(try sample.agent("git fetch --quiet origin; echo read").trimmed == "read")
  }

  @Test func `what it committed and stashed anywhere is kept`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      """
      echo a > a; git add a; git commit --quiet -m A; git checkout --quiet -b mine; echo b > b; git add b
      git commit --quiet -m B; git checkout --quiet --detach HEAD~2; echo c > c; git add c; git stash push --quiet
      """)
    guard case .kept(let ref) = try await sample.take() else {
      Issue.record("nothing is kept")
      return
    }
    try await sample.worktree.remove(effects: .open)
    try sample.scratch.git(["reflog", "expire", "--expire=now", "--all"])
    try sample.scratch.git(["gc", "--quiet", "--prune=now"])
    let subjects = try sample.scratch.git(["log", "--format=%s", ref])
    for subject in ["A", "B"] { #expect(subjects.split(separator: "\n").contains(Substring(subject))) }
    #expect(try sample.scratch.git(["log", "--format=%H", "--all", "--full-history", "--", "c"]) != "")
    #expect(try sample.scratch.git(["fsck", "--no-dangling"]) == "")
  }

  @Test func `refs and reflogs that name nothing spoil nothing else`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      """
      echo a > a; git add a; git commit --quiet -m A
      G=$(git rev-parse --git-dir)
      echo 0000000000000000000000000000000000000001 > $G/refs/heads/broken; echo nonsense > $G/refs/heads/odd
      printf '%s %s x <x> 0 +0000\\tx\\n' $(printf %040d 0) $(printf %040d 7) >> $G/logs/HEAD
      mkfifo $G/refs/heads/pipe; ln -s /etc/hostname $G/refs/heads/link; mkfifo $G/packed-refs.new
      """)
    let done = try await sample.agentGit()
    #expect(done.head?.hex == (try sample.agent("git rev-parse HEAD")).trimmed)
    #expect(done.commits.map(\.hex) == [try sample.agent("git rev-parse HEAD").trimmed])
    #expect(done.loss == nil)
  }

  /// Git looks at what it takes over, as it does at what comes over the network.
  @Test func `an object that is no good is not taken over, and the worktree stays`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      """
      blob=$(echo x | git hash-object -w --stdin)
      tree=$(printf '100644 .git\\0' | cat - <(printf $blob | xxd -r -p) | git hash-object -w -t tree --literally --stdin)
      git update-ref refs/heads/bad $(git commit-tree -m Bad $tree)
      """.replacingOccurrences(of: "<(printf $blob | xxd -r -p)", with: "raw")
        .replacingOccurrences(of: "tree=", with: "printf $blob | xxd -r -p > raw; tree="))
    let done = try await sample.agentGit()
    #expect(done.commits == [])
    #expect(done.loss?.contains("cannot be taken over") == true)
  }

  private static let traps = [
    "git config filter.x.clean 'touch sprung; cat'; echo '* filter=x' > .gitattributes",
    "git config core.fsmonitor \"$PWD/trap.sh\"; git config core.hooksPath \"$PWD\"",
    "echo '* filter=x' > \"$(git rev-parse --git-path info/attributes)\"; git config filter.x.clean 'touch sprung; cat'",
    "echo ../../x > \"$(git rev-parse --git-dir)/commondir\"",
    "git -C \"$USERS\" config filter.x.clean 'touch sprung; cat'; echo '* filter=x' > .gitattributes",
    "git config --global filter.x.clean 'touch sprung; cat'; echo '* filter=x' > .gitattributes",
    "git -C \"$USERS\" config core.fsmonitor \"$PWD/trap.sh\"",
    "git config include.path \"$PWD/evil\"; printf '[filter \"x\"]\\nclean = touch sprung; cat\\n' > evil; echo '* filter=x' > .gitattributes",
  ]

  @Test(arguments: traps)
  func `our git runs nothing that it wrote`(_ trap: String) async throws {
    let sample = try await WorktreeSample()
    let run = try Invocation.run(
      "/bin/sh",
      [
        "-ec",
        "printf '#!/bin/sh\\ntouch \"\(sample.worktree.path)/sprung\"\\n' > trap.sh; chmod +x trap.sh; echo new > new; \(trap)",
      ],
      in: sample.worktree.path,
      environment: sample.scratch.scratch.environment.merging(["USERS": sample.scratch.path]) { $1 })
    #expect(run.status == 0, "\(run)")
    let tree = try await sample.tree()
    #expect(try sample.listed(tree.hex).contains("100644 new"))
    _ = try await sample.worktree.firstChange(git: sample.git, effects: .open)
    _ = try await sample.take()
    #expect(FileInfo.kind(at: sample.worktree.path + "/sprung") == nil)
  }

  @Test func `an index that lies does not change what is committed`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      """
      blob=$(echo other | git hash-object -w --stdin)
      echo new > new; git add new; git update-index --cacheinfo 100644,$blob,new
      git update-index --assume-unchanged kept; echo changed > kept; git update-index --add --cacheinfo 100644,$blob,ghost
      """)
    let tree = try await sample.tree()
    #expect(try sample.scratch.git(["show", tree.hex + ":new"]) == "new")
    #expect(try sample.scratch.git(["show", tree.hex + ":kept"]) == "changed")
    #expect(try sample.listed(tree.hex) == ["100644 kept", "100644 new"])
  }

  @Test func `ignored files are committed where it added them, and forgotten where it took them out`()
    async throws
  {
    let sample = try await WorktreeSample(files: ["build/old": "x\n"])
    try sample.agent(
      "echo build > .gitignore; git rm --quiet -r --cached build; echo n > build/new; git add -f build/new")
    let tree = try await sample.tree()
    #expect(try sample.listed(tree.hex) == ["100644 .gitignore", "100644 build/new", "100644 kept"])
  }

  @Test func `what it leaves out of a sparse checkout is not deleted`() async throws {
    let sample = try await WorktreeSample(files: ["one/a": "a\n", "two/b": "b\n"])
    try sample.agent("git sparse-checkout set one; echo n > one/new")
    let tree = try await sample.tree()
    #expect(try sample.listed(tree.hex) == ["100644 kept", "100644 one/a", "100644 one/new", "100644 two/b"])
  }

  @Test func `a branch that the user deletes meanwhile, and gc, break nothing inside`() async throws {
    let sample = try await WorktreeSample(setUp: { scratch in
      try scratch.git(["checkout", "--quiet", "-b", "side"])
      try scratch.write("side", "side\n")
      try scratch.commit("Side")
      try scratch.git(["tag", "-a", "v1", "-m", "One"])
      try scratch.git(["checkout", "--quiet", "main"])
    })
    try sample.scratch.git(["branch", "-D", "side"])
    try sample.scratch.git(["tag", "-d", "v1"])
    try sample.scratch.git(["reflog", "expire", "--expire=now", "--all"])
    try sample.scratch.git(["gc", "--quiet", "--prune=now"])
    #expect(try sample.agent("git log --all --format=%s").contains("Side"))
    #expect(try sample.agent("git cat-file -t v1").trimmed == "tag")
  }

  @Test func `a git file that leads elsewhere is led back, and that is known`() async throws {
    let sample = try await WorktreeSample()
    try sample.scratch.git(["worktree", "repair"])
    #expect(try await sample.agentGit().wasLedElsewhere)
    #expect(try await sample.agentGit().wasLedElsewhere == false)
  }
}
