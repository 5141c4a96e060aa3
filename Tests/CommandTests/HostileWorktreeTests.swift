import Foundation
import TestSupport
import Testing

/// What an agent leaves is untrusted.
@Suite struct HostileWorktreeTests {
  private func running(_ recipe: String) throws -> ScratchRepository {
    try ScratchRepository.trusting(TaskText("TASK-1", recipe: recipe))
  }

  @Test func `a replaced git file has no say`() throws {
    let repository = try running(
      """
      rm .git; git init --quiet
      printf '#!/bin/sh\\ntouch "$PAIR_TEST_SPRUNG"\\n' > .git/hooks/pre-commit
      chmod +x .git/hooks/pre-commit
      cp .git/hooks/pre-commit .git/monitor
      git config core.fsmonitor "$PWD/.git/monitor"
      echo hello > hello.txt
      """)
    try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIR_TEST_SPRUNG": repository.scratch.path + "/sprung"])
    #expect(!repository.scratch.exists("sprung"))
    #expect(try repository.changedFiles(in: "paircoder/TASK-1").last == "hello.txt")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a repository inside the worktree cannot be committed, and is kept`() throws {
    let repository = try running("git init --quiet inner; echo hello > inner/hello.txt")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.contains("failed (out-of-scope): it left a git repository inside the worktree (inner)"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/inner/hello.txt", at: kept) == "hello")
    #expect(try repository.text(of: "files/inner/%.git/HEAD", at: kept) == "ref: refs/heads/main")
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `what an agent committed by itself is in the result, and its commits are kept`() throws {
    let repository = try running(
      "echo hello > hello.txt; git add hello.txt; git commit --quiet --message Mine; git rev-parse HEAD > id.txt"
    )
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      try repository.git(["rev-parse", "paircoder/TASK-1~1"]) == repository.git(["rev-parse", "HEAD"]))
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
    let own = try repository.text(of: "id.txt", at: "paircoder/TASK-1")
    #expect(try repository.git(["for-each-ref", "--contains", own]).contains("refs/paircoder/snapshots/"))
  }

  @Test func `files that git ignores are kept before the worktree goes`() throws {
    let repository = try ScratchRepository()
    try repository.write(".gitignore", "*.log\n")
    let task = TaskText("TASK-1", recipe: "echo hello > hello.txt; echo notes > notes.log")
    try repository.write(task.path, task.text)
    try repository.commit()
    try repository.pair("trust", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.changedFiles(in: "paircoder/TASK-1") == [task.path, "hello.txt"])
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/notes.log", at: kept) == "notes")
  }

  @Test func `names that are no plain words are committed as they are`() throws {
    let repository = try running("echo a > 'a b'; echo c > \"c'd\\\"\"; echo e > '\u{00E9}'; echo f > -f")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let names = try repository.git(["ls-tree", "--name-only", "-z", "paircoder/TASK-1"])
    #expect(
      Set(names.split(separator: "\0").map(String.init)).isSuperset(of: ["a b", "c'd\"", "\u{00E9}", "-f"]))
  }

  @Test func `none of the user's hooks runs`() throws {
    let repository = try running("echo hello > hello.txt")
    for name in ["post-checkout", "pre-commit", "post-commit", "reference-transaction", "post-index-change"] {
      try repository.write(
        ".git/hooks/" + name, "#!/bin/sh\ntouch '\(repository.scratch.path)/sprung'\n", executable: true)
    }
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(!repository.scratch.exists("sprung"))
  }

  @Test func `nothing of a run outlives it`() throws {
    let repository = try running("sleep 61 & echo $! > pid.txt; echo hello > hello.txt")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let process = try #require(Int32(try repository.text(of: "pid.txt", at: "paircoder/TASK-1")))
    try wait { kill(process, 0) != 0 }
  }

  @Test func `an agent knows its task and run, and none of the caller's git or credentials`() throws {
    let repository = try running("env > env.txt; echo hello > hello.txt")
    try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: ["GIT_AUTHOR_NAME": "Eve", "GIT_INDEX_FILE": "/nowhere", "MY_TOKEN": "x", "PLAIN": "y"])
    let lines = try repository.text(of: "env.txt", at: "paircoder/TASK-1").split(separator: "\n")
    let names = Set(lines.map { String($0.prefix { $0 != "=" }) })
    #expect(names.isSuperset(of: ["PAIRCODER_TASK", "PAIRCODER_RUN", "PLAIN"]))
    #expect(names.isDisjoint(with: ["GIT_AUTHOR_NAME", "GIT_INDEX_FILE", "MY_TOKEN"]))
  }

  @Test func `two tasks run at the same time`() throws {
    let tasks = ["TASK-1", "TASK-2"].map { TaskText($0, recipe: "sleep 0.3; echo \($0) > \($0).txt") }
    let repository = try ScratchRepository.with(tasks[0], tasks[1])
    try repository.pair("trust", "TASK-1", "TASK-2")
    let before = try repository.userState()
    let runs = try tasks.map { try repository.startPair("orchestrate", "--task", $0.id) }
    for run in runs {
      let ended = try run.wait()
      #expect(ended.status == 0, "\(ended)")
    }
    try repository.expectUserState(before)
    for task in tasks {
      #expect(try repository.text(of: "\(task.id).txt", at: "paircoder/\(task.id)") == task.id)
    }
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a link in place of a folder leads nobody out of the worktree`() throws {
    let task = TaskText(
      "TASK-1",
      recipe: #"rm -r .paircoder; ln -s "$(git worktree list | sed -n '1s/ .*//p')/.paircoder" .paircoder"#)
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(repository.read(task.path)?.contains("status: pending") == true)
  }

  @Test(arguments: [
    ("echo garbage > \"$(git rev-parse --git-dir)/index\"", "the index of its worktree is damaged"),
    ("cd /; rm -rf \"$OLDPWD\"", "its worktree is gone"),
    ("rm -r \"$(git rev-parse --git-dir)\"", "what git keeps of its worktree is gone or damaged"),
    ("echo x > \"$(git rev-parse --git-dir)/HEAD\"", "what git keeps of its worktree is gone or damaged"),
  ])
  func `a worktree in which git cannot work any more is the failure of its agent`(
    lines: String, why: String
  ) throws {
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "echo hello > hello.txt; \(lines)"))
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.hasPrefix("TASK-1: recipe failed (bad-output): \(why)\n"))
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "failed"])
    if !lines.contains("OLDPWD") {
      let kept = try #require(try repository.snapshots(of: "TASK-1").first)
      #expect(try repository.text(of: "files/hello.txt", at: kept) == "hello")
    }
    #expect(try repository.hasNoWorktreeInUse())
    try repository.git(["fsck"])
  }

  @Test func `a result whose branch an agent moved itself is kept`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "echo hello > hello.txt; git update-ref refs/heads/paircoder/TASK-1 HEAD"))
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 75)
    let kept = try #require(try repository.snapshots(of: "TASK-1").first { $0.contains("-result-") })
    #expect(run.errors.contains("hint: Give it a branch: git branch another-name \(kept)\n"))
    #expect(try repository.text(of: "hello.txt", at: kept) == "hello")
    #expect(try repository.hasNoWorktreeInUse())
  }
}
