import Git
import PairCore
import TestSupport
import Testing

@Suite struct GitCommandTests {
  let scratch: ScratchRepository

  init() throws {
    scratch = try ScratchRepository()
    try scratch.write("file", "x\n")
    try scratch.commit()
  }

  var place: GitCommand.Place { .init(gitDirectory: scratch.path + "/.git", worktree: scratch.path) }

  func git(_ more: [String: String] = [:], effects: EffectDoor = .open) -> GitCommand {
    GitCommand(environment: scratch.scratch.environment.merging(more) { $1 }, effects: effects)
  }

  func run(_ arguments: [String], _ more: [String: String] = [:]) async throws -> String {
    String(decoding: try await git(more).run(arguments, at: place), as: UTF8.self).trimmed
  }

  @Test func `it works where it is told, and prints what git prints`() async throws {
    #expect(try await run(["rev-parse", "--show-toplevel"]) == scratch.path)
    #expect(try await run(["rev-parse", "HEAD"]) == scratch.git(["rev-parse", "HEAD"]))
  }

  @Test(
    arguments: [
      "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE",
      "GIT_PREFIX", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH", "GIT_CONFIG", "GIT_EXTERNAL_DIFF",
      "GIT_AUTHOR_NAME", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_EDITOR", "GIT_REFLOG_ACTION",
    ])
  func `the caller's git variables do not get through`(_ name: String) async throws {
    try await git([name: "/nowhere"]).run(["add", "--all"], at: place)
    try await git([name: "/nowhere"]).run(["commit", "--quiet", "--allow-empty", "-m", "x"], at: place)
    #expect(try scratch.git(["log", "-1", "--format=%an %cn"]) == "Ada Ada")
    #expect(try scratch.git(["status", "--porcelain"]) == "")
  }

  @Test func `settings in the caller's environment do not get through`() async throws {
    let hostile = ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "Mallory"]
    #expect(try await run(["config", "user.name"], hostile) == "Ada")
    #expect(
      try await run(["config", "user.name"], ["GIT_CONFIG_PARAMETERS": "'user.name=Mallory'"]) == "Ada")
  }

  @Test func `a command that takes too long is stopped, with what it started`() async throws {
    try scratch.git(["config", "filter.slow.clean", "sleep 901; cat"])
    try scratch.write(".gitattributes", "*.slow filter=slow\n")
    try scratch.write("a.slow", "x")
    let error = await #expect(throws: GitError.self) {
      try await git().limited(to: .seconds(1)).run(["add", "--all"], at: place)
    }
    #expect(error?.kind == .timedOut)
    #expect(error?.message == "git add --all in \(scratch.path): it did not end within 1 s")
    let left = try Invocation.run(
      "/bin/sh", ["-c", "ps -eo args | grep -F 'sleep 901' | grep -v grep"], in: "/",
      environment: scratch.scratch.environment)
    #expect(left.output == "")
  }

  @Test func `how to reach others gets through`() async throws {
    #expect(
      try await run(["-c", "alias.e=!echo $GIT_SSH_COMMAND", "e"], ["GIT_SSH_COMMAND": "ssh -i k"])
        == "ssh -i k")
  }

  /// An agent can leave them there.
  @Test func `programs in the working directory are no git's`() async throws {
    try scratch.write("git", "#!/bin/sh\necho mine\n", executable: true)
    try scratch.write("smudge", "#!/bin/sh\necho mine\n", executable: true)
    let path = ":.:" + (try #require(scratch.scratch.environment["PATH"]))
    #expect(try await run(["rev-parse", "HEAD"], ["PATH": path]) == scratch.git(["rev-parse", "HEAD"]))
    await #expect(throws: GitError.self) {
      try await run(["-c", "alias.e=!smudge", "e"], ["PATH": path])
    }
  }

  @Test func `without git the error says what to install`() async throws {
    let error = try await #require(throws: PairError.self) {
      try await run(["rev-parse", "HEAD"], ["PATH": "/none:."])
    }
    #expect(error.kind == .unsupported)
    #expect(error.hint?.contains("2.39") == true)
  }

  /// As `git gc` does to it, which takes away the folder in which it is to put an object.
  @Test(arguments: [(1, true), (9, true), (50, false)])
  func `git is asked again when its folder was taken away`(_ failures: Int, _ succeeds: Bool) async throws {
    let count = scratch.scratch.path + "/count"
    try scratch.scratch.write(
      "failing/git",
      """
      #!/bin/sh
      echo >> '\(count)'
      if [ "$(wc -l < '\(count)')" -le \(failures) ]; then
        echo 'error: unable to create temporary file: No such file or directory' >&2
        exit 128
      fi
      PATH=${PATH#*:} exec git "$@"
      """, executable: true)
    let path = try "\(scratch.scratch.path)/failing:" + #require(scratch.scratch.environment["PATH"])
    try scratch.write("new", "x")
    do {
      try await git(["PATH": path]).run(["add", "--all"], at: place)
      #expect(succeeds)
    } catch is GitError {
      #expect(!succeeds)
    }
    #expect(try scratch.git(["status", "--porcelain"]) == (succeeds ? "A  new" : "?? new"))
  }

  @Test func `another index leaves the one of the worktree alone`() async throws {
    try scratch.write("new", "x")
    try await git().run(["add", "--all"], at: place, index: scratch.scratch.path + "/index")
    #expect(try scratch.git(["status", "--porcelain"]) == "?? new")
  }

  @Test func `no hook and no monitor of the repository runs`() async throws {
    let trap = scratch.scratch.path + "/trap.sh"
    try scratch.scratch.write(
      "trap.sh", "#!/bin/sh\ntouch '\(scratch.scratch.path)/sprung'\n", executable: true)
    for hook in ["pre-commit", "post-commit", "post-checkout", "post-index-change", "reference-transaction"] {
      try scratch.scratch.write("hooks/" + hook, "#!/bin/sh\nexec '\(trap)'\n", executable: true)
      try scratch.write(".git/hooks/" + hook, "#!/bin/sh\nexec '\(trap)'\n", executable: true)
    }
    for setting in [("core.hooksPath", scratch.scratch.path + "/hooks"), ("core.fsmonitor", trap)] {
      try scratch.git(["config", setting.0, setting.1])
    }
    try scratch.write("new", "x")
    for arguments in [
      ["status"], ["add", "--all"], ["commit", "--quiet", "-m", "x"],
      ["worktree", "add", "--quiet", "--detach", "../w"],
      ["update-ref", "refs/x", "HEAD"],
    ] {
      try await git().run(arguments, at: place)
    }
    #expect(!scratch.scratch.exists("sprung"))
    // The trap is a real one.
    try scratch.git(["status"])
    #expect(scratch.scratch.exists("sprung"))
  }

  @Test func `a failure carries git's own words`() async throws {
    let error = try await #require(throws: GitError.self) {
      try await git().run(["switch", "none"], at: place)
    }
    #expect(error.message == "git switch none in \(scratch.path): invalid reference: none")
    #expect(error.causes == ["invalid reference: none"])
  }

  @Test func `a failure without words carries the status`() async throws {
    let error = try await #require(throws: GitError.self) {
      try await git().run(["rev-parse", "--quiet", "--verify", "none"], at: place)
    }
    #expect(
      error.message
        == "git rev-parse --quiet --verify none in \(scratch.path): it ended with status 1 and said nothing")
  }

  @Test func `what the door refuses is not run`() async throws {
    struct Refused: Error {}
    let shut = git(effects: EffectDoor { _ in throw Refused() })
    await #expect(throws: Refused.self) { try await shut.run(["tag", "x"], at: place) }
    #expect(try scratch.git(["tag"]) == "")
  }
}
