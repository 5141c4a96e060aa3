import Foundation
import TestSupport
import Testing

@Suite struct WorktreeCommandTests {
  private let task = TaskText("TASK-1", recipe: "echo hello > hello.txt; echo log > a.log")

  /// A repository that ignores logs, with `config` under `orchestrate: worktrees:`.
  private func repository(_ config: String = "{}", _ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository()
    try repository.write(".gitignore", "*.log\n.env\n")
    for task in tasks.isEmpty ? [task] : tasks { try repository.write(task.path, task.text) }
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  worktrees: \(config)\n")
    try repository.commit("Start")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  /// Leaves the worktree of a killed run of TASK-2, with a file in it.
  private func killRun(in repository: ScratchRepository) throws {
    let task = TaskText(
      "TASK-2", recipe: "echo half > half.txt; echo $$ > ../../../../../started; exec sleep 60")
    try repository.write(task.path, task.text)
    try repository.commit("Another task")
    try repository.pair("trust", "TASK-2", touching: .nothing)
    let run = try repository.startPair("orchestrate", "--task", "TASK-2")
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    let agent = try #require(Int32((repository.scratch.read("started") ?? "").dropLast()))
    run.send(signal: SIGKILL)
    _ = try run.wait()
    kill(-agent, SIGKILL)
    try wait { kill(agent, 0) != 0 }
  }

  private func listed(_ repository: ScratchRepository) throws -> [String] {
    try JSON(repository.pair("worktree", "list", "--json", touching: .nothing).output)["worktrees"].list.map {
      "\($0["task"].text) \($0["state"].text)"
    }
  }

  @Test func `a run's worktree waits for the next run and can be cleaned up`() throws {
    let repository = try repository()
    #expect(
      try repository.pair("worktree", "list", touching: .nothing).errors == "No run has left a worktree.\n")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try listed(repository) == ["TASK-1 free"])
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(try listed(repository) == ["TASK-1 free"])
    #expect(try repository.pair("worktree", "list", touching: .nothing).output.contains("\nfree   TASK-1  "))
    #expect(
      try repository.pair("doctor", ends: 1, touching: .nothing).output.contains(
        "worktrees      1 waits for its next run ("))

    let dry = try repository.pair("worktree", "clean", "--dry-run", touching: .nothing)
    #expect(dry.output.hasPrefix("would remove /"))
    #expect(try listed(repository) == ["TASK-1 free"])
    #expect(try repository.pair("worktree", "clean").output.hasPrefix("removed /"))
    #expect(try listed(repository) == [])
    #expect(try repository.git(["worktree", "list"]).split(separator: "\n").count == 1)
  }

  @Test func `cleaning up removes the files of old runs`() throws {
    let repository = try repository()
    try repository.pair("orchestrate", "--task", "TASK-1")
    try repository.write(".git/paircoder/runs/20200101T000000-000001/1-recipe/transcript.jsonl", "{}\n")
    let words = "the files of one run of more than 30 days ago ("
    let dry = try repository.pair("worktree", "clean", "--dry-run", touching: .nothing)
    #expect(dry.output.contains("\nwould remove \(words)"))
    #expect(try repository.pair("worktree", "clean").output.hasPrefix("removed \(words)"))
    let left = try FileManager.default.contentsOfDirectory(atPath: repository.path + "/.git/paircoder/runs")
    #expect(left.count == 1 && left.first?.hasPrefix("2020") == false)
  }

  @Test func `a pool of none leaves no worktree`() throws {
    let repository = try repository("{pool: 0}")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try listed(repository) == [])
  }

  @Test func `what a killed run left is kept, told and cleaned up, from any worktree`() throws {
    let repository = try repository()
    try killRun(in: repository)
    #expect(try listed(repository) == ["TASK-2 left"])
    let doctor = try repository.pair("doctor", ends: 1, touching: .nothing)
    #expect(doctor.output.contains("note     worktrees      1 was left behind by runs ("))
    try repository.git(["worktree", "add", "--quiet", "--detach", "../other"])
    let before = try repository.userState()
    let clean = try Invocation.run(
      Pair.program, ["worktree", "clean"], in: repository.scratch.path + "/other",
      environment: repository.scratch.environment)
    #expect(clean.status == 0, "\(clean)")
    try repository.expectUserState(before)
    let kept = try #require(try repository.snapshots(of: "TASK-2").first)
    #expect(clean.output.contains("what TASK-2 left is kept in \(kept)\n"))
    #expect(try repository.text(of: "files/half.txt", at: kept) == "half")
    #expect(try listed(repository) == [])
    #expect(try repository.logged("Event", of: "TASK-2") == ["claimed", "started", "interrupted"])

    let restored = try repository.pair("worktree", "restore", "task-2", touching: .nothing)
    let folder = restored.output.trimmingCharacters(in: .newlines)
    #expect(try String(contentsOfFile: folder + "/half.txt", encoding: .utf8) == "half\n")
    #expect(try String(contentsOfFile: folder + "/.gitignore", encoding: .utf8) == "*.log\n.env\n")
    let diff = try repository.git(["diff", "--name-only", "HEAD", kept + ":files"])
    #expect(diff == "half.txt")
    let again = try repository.pair("worktree", "restore", "TASK-2", ends: 64, touching: .nothing)
    #expect(
      again.errors.hasSuffix("is not an empty folder\nhint: Name another one with --to, or remove it.\n"))
    try repository.pair(
      "worktree", "restore", "TASK-2", String(kept.split(separator: "/")[4].prefix(8)), "--to", "../mine",
      touching: .nothing)
    #expect(repository.scratch.read("mine/half.txt") == "half\n")
  }

  @Test func `the next run of any task brings in order what a killed one left`() throws {
    let repository = try repository()
    try killRun(in: repository)
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.logged("Event", of: "TASK-2") == ["claimed", "started", "interrupted"])
    let kept = try #require(try repository.snapshots(of: "TASK-2").first)
    #expect(try repository.text(of: "files/half.txt", at: kept) == "half")
    #expect(try listed(repository) == ["TASK-1 free"])
  }

  @Test func `a worktree that cannot be kept whole stays, and clean says why`() throws {
    let task = TaskText("TASK-1", recipe: "echo hello > hello.txt; truncate -s 40M big.log")
    let repository = try repository("{}", task)
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("stays, because big.log is larger than 32 MiB"))
    #expect(try listed(repository) == ["TASK-1 left"])
    let clean = try repository.pair("worktree", "clean", ends: 1)
    #expect(clean.output.contains(": big.log is larger than 32 MiB\n"))
    try repository.pair("orchestrate", "--task", "TASK-1", "--again")
    #expect(try listed(repository) == ["TASK-1 left", "TASK-1 left"])
  }

  @Test func `a worktree in which a run works is left alone`() throws {
    let task = TaskText(
      "TASK-1",
      recipe:
        "echo x > ../../../../../started; while ! [ -e ../../../../../go ]; do sleep 0.05; done; echo hello > hello.txt"
    )
    let repository = try repository("{}", task)
    let run = try repository.startPair("orchestrate", "--task", "TASK-1")
    try wait { repository.scratch.exists("started") }
    #expect(try listed(repository) == ["TASK-1 in-use"])
    let dry = try repository.pair("worktree", "clean", "--dry-run", touching: .nothing)
    #expect(dry.output.hasPrefix("would leave /") && dry.output.hasSuffix(" of TASK-1 works in it\n"))
    let clean = try repository.pair("worktree", "clean", touching: .nothing)
    #expect(clean.output.hasPrefix("left    /") && clean.output.hasSuffix(" of TASK-1 works in it\n"))
    #expect(clean.errors == "Freed 0 B.\n")
    try repository.scratch.write("go", "")
    #expect(try run.wait().status == 0)
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
  }

  @Test func `a restored folder is shown, and what a person did in it is kept`() throws {
    let repository = try ScratchRepository.trusting(WaitingRun.task())
    let waiting = try WaitingRun(in: repository)
    try repository.pair("cancel", "TASK-1")
    _ = try waiting.run.wait()
    try repository.pair("worktree", "restore", "TASK-1")
    #expect(try listed(repository) == ["TASK-1 restored"])
    #expect(try repository.pair("worktree", "clean").output.hasPrefix("removed /"))
    #expect(try listed(repository) == [])
    #expect(try repository.snapshots(of: "TASK-1").count == 1)

    try repository.pair("worktree", "restore", "TASK-1")
    let folder = try JSON(
      repository.pair("worktree", "list", "--json", touching: .nothing).output)["worktrees"].list[0]["path"]
      .text
    try Data("mine\n".utf8).write(to: URL(fileURLWithPath: folder + "/hello.txt"))
    try FileManager.default.createDirectory(atPath: folder + "/.git", withIntermediateDirectories: true)
    #expect(
      try repository.pair("worktree", "clean", ends: 1).output.contains("somebody made a repository of it"))
    try FileManager.default.removeItem(atPath: folder + "/.git")
    try repository.pair("worktree", "clean")
    let kept = try repository.snapshots(of: "TASK-1")
    #expect(kept.count == 2)
    #expect(try repository.text(of: "files/hello.txt", at: kept[1]) == "mine")
    #expect(try listed(repository) == [])
  }

  @Test func `nothing is restored where nothing is kept`() throws {
    let repository = try repository()
    let run = try repository.pair("worktree", "restore", "TASK-1", ends: 64, touching: .nothing)
    #expect(run.errors.hasPrefix("error: nothing is kept of TASK-1\nhint: "))
  }

  @Test func `an agent gets what the committed list names, and no result holds it`() throws {
    let task = TaskText(
      "TASK-1", recipe: "cat .env > hello.txt; cat notes.txt >> hello.txt; ls secret.log || true")
    let repository = try repository("{}", task)
    try repository.write(".worktreeinclude", ".env\nnotes.txt\n")
    try repository.commit("Say what agents need")
    // Not committed, so it does not count.
    try repository.write(".worktreeinclude", ".env\nnotes.txt\nsecret.log\n")
    for name in [".env", "notes.txt", "secret.log"] { try repository.write(name, "of \(name)\n") }
    let run = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(run.errors.contains("  copied 2 files as .worktreeinclude says\n"))
    #expect(try repository.changedFiles(in: "paircoder/TASK-1") == [task.path, "hello.txt"])
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "of .env\nof notes.txt")
    #expect(try repository.snapshots(of: "TASK-1") == [])
  }
}
