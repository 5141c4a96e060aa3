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
      printf '#!/bin/sh\\ntouch "$PAIRCODER_TEST_SPRUNG"\\n' > .git/hooks/pre-commit
      chmod +x .git/hooks/pre-commit
      cp .git/hooks/pre-commit .git/monitor
      git config core.fsmonitor "$PWD/.git/monitor"
      echo hello > hello.txt
      """)
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 1,
      environment: ["PAIRCODER_TEST_SPRUNG": repository.scratch.path + "/sprung"])
    #expect(!repository.scratch.exists("sprung"))
    #expect(run.output.contains("failed (bad-output): it replaced the git directory that it was given\n"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/hello.txt", at: kept) == "hello")
    #expect(try repository.text(of: "files/%.git/HEAD", at: kept).hasPrefix("ref: "))
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
      environment: ["GIT_AUTHOR_NAME": "Eve", "GIT_INDEX_FILE": "/nowhere", "MY_TOKEN": "x", "GOFLAGS": "y"])
    let lines = try repository.text(of: "env.txt", at: "paircoder/TASK-1").split(separator: "\n")
    let names = Set(lines.map { String($0.prefix { $0 != "=" }) })
    #expect(names.isSuperset(of: ["PAIRCODER_TASK", "PAIRCODER_RUN", "GOFLAGS"]))
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
    ("rm -r \"$(git rev-parse --git-dir)\"", "the git directory that it was given is gone"),
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

  /// One of each way in which git takes no notice of what stands there, waits for ever, or refuses.
  @Test(arguments: [
    ("rm -f .gitignore; mkfifo .gitignore", ".gitignore is a pipe, a socket or a device, and no file"),
    ("rm README.md; mkfifo README.md", "README.md is a pipe, a socket or a device, and no file"),
    ("mkdir git~1; touch git~1/f", "invalid path 'git~1/f'"), ("touch '.git '", "invalid path '.git '"),
    ("truncate -s 200G big", "big is larger than 4 GiB"),
    ("echo '*.u working-tree-encoding=UTF-16' > .gitattributes; echo a > q.u", "UTF-16"),
    (
      "echo '*.u filter=x' > .gitattributes; touch q.u",
      "filter 'x' failed"
    ),
  ])
  func `what git cannot commit is the failure of its agent, and counts`(lines: String, why: String) throws {
    let repository = try ScratchRepository()
    let task = TaskText("TASK-1", recipe: "echo hello > hello.txt; \(lines)")
    for (path, text) in [
      (task.path, task.text), ("README.md", "A project.\n"),
      (".paircoder/config.yaml", "orchestrate:\n  limits: {runs: 1}\n"),
    ] { try repository.write(path, text) }
    try repository.commit()
    try repository.git(["config", "filter.x.required", "true"])
    try repository.pair("trust", "TASK-1")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1, touching: .theUsersFiles)
    #expect(run.output.hasPrefix("TASK-1: recipe failed (cannot-commit): "))
    #expect(run.output.contains(why), "\(run)")
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "failed"])
    let again = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1, touching: .theUsersFiles)
    #expect(again.errors.contains("TASK-1 has failed 1 times, and its text is still the same"))
  }

  @Test func `an agent hears once what git cannot commit, and the next one starts on a new worktree`() throws
  {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["complexity: 20"], body: "Greet."))
    try repository.install(standIn: "codex", doingFirst: "rm -f .gitignore; mkfifo .gitignore")
    try repository.install(standIn: "claude")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(
      try repository.logged("Event", of: "TASK-1")
        == ["claimed", "started", "retrying", "started", "handed-off", "started", "committed"])
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a worktree that nobody can clean up stands in the way of no other`() throws {
    func task(_ id: String, _ lines: String) -> TaskText {
      TaskText(id, recipe: "echo hello > hello.txt; \(lines)")
    }
    let repository = try ScratchRepository.with(
      task(
        "TASK-1", #"touch "$(printf 'a\377')""#),
      task("TASK-2", "true"))
    try repository.pair("trust", "TASK-1", "TASK-2")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("/1 stays, because the name 'a"))
    try repository.pair("orchestrate", "--task", "TASK-2")
    let clean = try repository.pair("worktree", "clean", ends: 1)
    #expect(
      clean.output.contains("' is not UTF-8\n") && clean.output.contains("\nremoved "), "\(clean)"
    )
    #expect(try repository.pair("worktree", "list").output.contains("left   TASK-1"))
    try repository.pair("status")
  }

  /// Of git that takes ten seconds, of libgit2 for ever.
  @Test(arguments: [".gitignore", ".gitattributes"])
  func `a pipe in the user's checkout holds no run up`(_ name: String) throws {
    let repository = try running("echo more >> README.md; echo hello > hello.txt")
    #expect(mkfifo(repository.path + "/" + name, 0o644) == 0)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", touching: .theUsersFiles)
    if name == ".gitignore" { #expect(run.errors.contains(".gitignore is a pipe, a socket or a device")) }
  }

  @Test func `a result whose branch an agent moved itself is kept`() throws {
    let repository = try ScratchRepository.trusting(
      TaskText(
        "TASK-1",
        recipe:
          "echo hello > hello.txt; git -C \"$PAIRCODER_TEST_REPO\" update-ref refs/heads/paircoder/TASK-1 HEAD"
      ))
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 75, environment: ["PAIRCODER_TEST_REPO": repository.path])
    let kept = try #require(try repository.snapshots(of: "TASK-1").first { $0.contains("-result-") })
    #expect(run.errors.contains("hint: Give it a branch: git branch another-name \(kept)\n"))
    #expect(try repository.text(of: "hello.txt", at: kept) == "hello")
    #expect(try repository.hasNoWorktreeInUse())
  }
}
