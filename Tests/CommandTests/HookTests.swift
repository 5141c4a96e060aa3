import Foundation
import TestSupport
import Testing

@Suite struct HookTests {
  private let task = TaskText("TASK-1", fields: ["type: feature", "complexity: 20"], body: "Greet.")
  private let hook = ".git/hooks/post-commit"
  private let line = """
    bpsai-pair: TASK-1 → codex-cli (auto-edit, about $0.10): bpsai-pair orchestrate --task TASK-1

    """

  private func installed(_ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.install(standIn: "codex")
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    return repository
  }

  /// Commits everything; what git and its hooks said on stderr.
  private func commit(
    _ repository: ScratchRepository, environment: [String: String] = [:]
  ) throws -> String {
    try repository.git(["add", "--all"])
    let run = try repository.runGit(
      ["commit", "--quiet", "--allow-empty", "--message", "Work"], environment: environment)
    #expect(run.status == 0, "\(run)")
    #expect(run.output == "")
    return run.errors
  }

  @Test func `a commit that changes a task says who would take it, and logs that`() throws {
    let repository = try installed(task)
    #expect(try commit(repository) == line)
    #expect(try repository.logged("Event", of: "TASK-1") == ["routed"])
    let log = try repository.pair("log", "TASK-1", touching: .nothing)
    #expect(log.output.hasSuffix("  TASK-1: routed to codex-cli (auto-edit)\n"))
    #expect(try !repository.hasBranch(of: "TASK-1"))
  }

  @Test func `a commit that touches no task is silent`() throws {
    let repository = try installed(task)
    _ = try commit(repository)
    try repository.write("README.md", "Changed.\n")
    #expect(try commit(repository) == "")
    try repository.write(".paircoder/tasks/README.md", "How we write tasks.\n")
    #expect(try commit(repository) == "")
    #expect(try repository.logged("Event", of: "TASK-1") == ["routed"])
  }

  @Test func `a task that is done is left alone`() throws {
    let repository = try installed(task)
    try repository.write(
      task.path, task.text.replacingOccurrences(of: "status: pending", with: "status: done"))
    #expect(try commit(repository) == "")
  }

  @Test func `a commit in a folder below the top is routed, too`() throws {
    let repository = try installed(task)
    try repository.write("src/a.txt", "a\n")
    try repository.git(["add", "--all"])
    let run = try Invocation.run(
      "/usr/bin/git", ["commit", "--quiet", "--message", "Work"], in: repository.path + "/src",
      environment: repository.scratch.environment)
    #expect(run.errors == line)
  }

  @Test func `a commit in another worktree is routed, too`() throws {
    let repository = try installed()
    try repository.git(["worktree", "add", "--quiet", "-b", "other", "../other"])
    let other = repository.scratch.path + "/other"
    try repository.scratch.write("other/" + task.path, task.text)
    for arguments in [["add", "--all"], ["commit", "--quiet", "--message", "Work"]] {
      let run = try Invocation.run(
        "/usr/bin/git", arguments, in: other, environment: repository.scratch.environment)
      #expect(run.errors == (arguments[0] == "commit" ? line : ""))
    }
  }

  @Test func `BPSAI_PAIR_SKIP=1 skips it`() throws {
    let repository = try installed(task)
    #expect(try commit(repository, environment: ["BPSAI_PAIR_SKIP": "1"]) == "")
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-1"))
  }

  @Test func `a hook that stood there keeps running, and comes back byte for byte`() throws {
    let repository = try ScratchRepository.with()
    try repository.install(standIn: "codex")
    let before = "#!/bin/sh\n# mine, \u{2026}\necho \"mine, ${0##*/}\" >&2\nexit 1"
    try repository.write(hook, before, executable: true)
    let install = try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(install.output.hasPrefix("post-commit      in force: "))
    try repository.write(task.path, task.text)
    #expect(try commit(repository) == "mine, post-commit\n" + line)

    let uninstall = try repository.pair("hooks", "uninstall", touching: .theUsersFiles)
    #expect(uninstall.output.hasSuffix("; what stood there before is back.\n"))
    #expect(repository.read(hook) == before)
    #expect(FileManager.default.isExecutableFile(atPath: repository.path + "/" + hook))
    #expect(!repository.scratch.exists("repo/.git/hooks/before-bpsai-pair"))
    try repository.write(task.path, task.text + "More.\n")
    #expect(try commit(repository) == "mine, post-commit\n")
  }

  @Test func `installed twice it is installed once`() throws {
    let repository = try ScratchRepository.with()
    try repository.write(hook, "#!/bin/sh\necho mine >&2\n", executable: true)
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    let once = try repository.userState()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    try repository.expectUserState(once)
    #expect(try commit(repository) == "mine\n")
  }

  @Test func `uninstalled it leaves nothing`() throws {
    let repository = try ScratchRepository.with()
    let before = try repository.userState()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(try repository.userState() != before)
    try repository.pair("hooks", "uninstall", touching: .theUsersFiles)
    try repository.expectUserState(before)
    let again = try repository.pair("hooks", "uninstall", touching: .nothing)
    #expect(again.output == "No hooks of ours were installed.\n")
  }

  @Test func `an invalid task file fails no commit, and is named`() throws {
    let repository = try installed(task)
    try repository.write(".paircoder/tasks/TASK-2.task.md", "---\nid: TASK-2\ntitle: [\n---\n")
    let said = try commit(repository)
    #expect(said.hasPrefix("bpsai-pair: TASK-1 → codex-cli (auto-edit, about $0.10); "))
    #expect(said.contains("; .paircoder/tasks/TASK-2.task.md:"))
    #expect(said.split(separator: "\n").count == 1)
  }

  @Test func `a hook whose program is gone fails no commit`() throws {
    let repository = try installed(task)
    let script = try #require(repository.read(hook))
    try repository.write(
      hook, script.replacingOccurrences(of: Pair.program, with: "/nowhere/bpsai-pair"), executable: true)
    #expect(try commit(repository) == "")
  }

  @Test func `hooks out of the working tree are not ours to write`() throws {
    let repository = try ScratchRepository.with()
    try repository.git(["config", "core.hooksPath", ".husky"])
    let before = try repository.userState()
    let run = try repository.pair("hooks", "install", ends: 78, touching: .theUsersFiles)
    #expect(
      run.output.contains(
        "Add to run post-commit by husky, in .husky/post-commit:\n\n"
          + "    bpsai-pair hook post-commit \"$@\" || :\n"))
    try repository.expectUserState(before)
  }

  @Test func `an id in two files is told, and not routed`() throws {
    let repository = try installed(task)
    try repository.write(".paircoder/tasks/copy.md", task.text)
    let words = "TASK-1 stands in 2 files: \(task.path), .paircoder/tasks/copy.md"
    #expect(try commit(repository) == "bpsai-pair: \(words)\n")
    #expect(try !repository.hasRef("refs/paircoder/tasks/TASK-1"))
  }

  @Test func `a text that was routed already is not told again`() throws {
    let repository = try installed(task)
    _ = try commit(repository)
    try repository.git(["mv", task.path, ".paircoder/tasks/renamed.task.md"])
    #expect(try commit(repository) == "")
    #expect(try repository.logged("Event", of: "TASK-1") == ["routed"])
  }

  @Test func `a task that is edited after its result keeps its result`() throws {
    let task = TaskText("TASK-1", recipe: "echo hello > Makefile", body: "# Files\n- `Makefile`\n")
    let repository = try installed(task)
    _ = try commit(repository)
    try repository.pair("trust", "TASK-1")
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.write(task.path, task.text.replacingOccurrences(of: "- `Makefile`", with: "- `other`"))
    _ = try commit(repository)
    let status = try repository.pair("status")
    #expect(status.output.contains("TASK-1  committed (its text changed since)  recipe"))
    // The review judges by the task as its agent saw it, which declared the Makefile.
    try repository.pair("review", "TASK-1")
  }

  @Test func `hooks of all the user's repositories are not ours to write`() throws {
    let repository = try ScratchRepository.with()
    try repository.git(["config", "--global", "core.hooksPath", repository.scratch.path + "/all"])
    let run = try repository.pair("hooks", "install", ends: 78, touching: .nothing)
    #expect(run.errors.contains("hint: Give this one hooks of its own: git config core.hooksPath '"))
    #expect(!repository.scratch.exists("all"))
  }

  @Test func `what a run commits is not routed again`() throws {
    let repository = try installed(
      TaskText("TASK-1", recipe: "git config user.name > name.txt; git commit --quiet --allow-empty -m x"))
    #expect(try commit(repository).contains("TASK-1 → recipe, once approved: bpsai-pair trust TASK-1"))
    try repository.pair("trust", "TASK-1")
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(!run.errors.contains("bpsai-pair: "))
    #expect(try repository.logged("Event", of: "TASK-1") == ["routed", "claimed", "started", "committed"])
  }
}
