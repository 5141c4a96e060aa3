import Foundation
import TestSupport
import Testing

/// Hooks in the mode `queue`: what git does, and what is in the queue then. The whole matrix is `make test-hooks`.
@Suite struct HookQueueTests {
  let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  hooks: queue\n")
    try repository.write(
      TaskText("OLD-1", body: "There before.").path, TaskText("OLD-1", body: "There before.").text)
    try repository.commit()
    try repository.install(standIn: "codex")
    try repository.pair("hooks", "install", touching: .theUsersFiles)
  }

  func task(_ id: String, _ body: String = "Greet.", status: String = "pending") -> TaskText {
    let task = TaskText(id, body: body)
    return TaskText(
      id: id, text: task.text.replacingOccurrences(of: "status: pending", with: "status: \(status)"))
  }

  @discardableResult
  func commit(_ task: TaskText, environment: [String: String] = [:]) throws -> String {
    try repository.write(task.path, task.text)
    return try commitAll(environment: environment)
  }

  @discardableResult
  func commitAll(environment: [String: String] = [:]) throws -> String {
    try repository.git(["add", "--all"])
    let run = try repository.runGit(["commit", "--quiet", "-m", "Work"], environment: environment)
    #expect(run.status == 0, "\(run)")
    return run.errors
  }

  /// The tasks that have a log, each with its events.
  func logs() throws -> [String: [String]] {
    let refs = try repository.git(["for-each-ref", "--format=%(refname:lstrip=3)", "refs/paircoder/tasks"])
    var logs: [String: [String]] = [:]
    for id in refs.split(separator: "\n").map(String.init) {
      logs[id] = try repository.logged("Event", of: id)
    }
    return logs
  }

  func queue() throws -> [String] {
    try repository.pair("queue", touching: .nothing).output.split(separator: "\n").map {
      String($0.prefix { $0 != " " })
    }
  }

  @Test func `what was there before is nobody's news, and a new text is queued once`() throws {
    let said = try commit(task("T-1"))
    #expect(said.hasPrefix("bpsai-pair: queued: T-1 → codex-cli (auto"))
    #expect(said.hasSuffix("); bpsai-pair orchestrate --queued\n"))
    try repository.git(["commit", "--quiet", "--amend", "--message", "Reworded"])
    try repository.git(["mv", task("T-1").path, ".paircoder/tasks/moved.task.md"])
    #expect(try commitAll() == "")
    #expect(try logs() == ["T-1": ["queued"]])
    #expect(try queue() == ["T-1"])
    #expect(try repository.logged("Branch", of: "T-1") == [repository.git(["branch", "--show-current"])])
  }

  @Test func `a changed text is queued again, done and deleted tasks leave the queue`() throws {
    try commit(task("T-1"))
    try commit(task("T-2"))
    try commit(task("T-1", "Greet loudly."))
    #expect(try logs()["T-1"] == ["queued", "queued"])
    #expect(try commit(task("T-1", status: "done")) == "bpsai-pair: T-1 left the queue: its status is done\n")
    try repository.git(["rm", "--quiet", task("T-2").path])
    #expect(try commitAll() == "bpsai-pair: T-2 left the queue: its file was deleted\n")
    #expect(try queue() == [])
    #expect(try commit(task("T-1", "Greet softly.", status: "ready")).contains("queued: T-1"))
  }

  @Test func `a merge and a rebase are taken once, and whole`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["switch", "--quiet", "--create", "feature"])
    for id in ["T-1", "T-2", "T-3"] { try commit(task(id), environment: ["BPSAI_PAIR_SKIP": "1"]) }
    #expect(try logs() == [:])
    try repository.git(["switch", "--quiet", main])
    try repository.write("other.txt", "x\n")
    try commitAll()
    try repository.git(["switch", "--quiet", "feature"])
    let run = try repository.runGit(["rebase", "--quiet", main])
    #expect(run.errors.contains("queued: T-1 → codex-cli, T-2 → codex-cli, T-3 → codex-cli"))
    try repository.git(["switch", "--quiet", main])
    #expect(try repository.runGit(["merge", "--quiet", "feature"]).errors == "")
    #expect(try logs() == ["T-1": ["queued"], "T-2": ["queued"], "T-3": ["queued"]])
  }

  @Test(arguments: ["merge", "apply"])
  func `a rebase calls us once, whatever its backend`(_ backend: String) throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["switch", "--quiet", "--create", "feature"])
    for text in ["one", "two", "three"] {
      try commit(task("T-1", text), environment: ["BPSAI_PAIR_SKIP": "1"])
    }
    try repository.git(["switch", "--quiet", main])
    try repository.write("other.txt", "x\n")
    try commitAll()
    try repository.git(["switch", "--quiet", "feature"])
    try repository.git(["rebase", "--quiet", "--\(backend)", main])
    #expect(try logs() == ["T-1": ["queued"]])
    #expect(
      try repository.logged("Text", of: "T-1") == [repository.git(["rev-parse", "HEAD:" + task("T-1").path])])
  }

  @Test func `picks and patches are taken with the last of them`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["switch", "--quiet", "--create", "feature"])
    for text in ["one", "two", "three"] {
      try commit(task("T-1", text), environment: ["BPSAI_PAIR_SKIP": "1"])
    }
    let patches = try repository.git([
      "format-patch", "--quiet", "--output-directory", "../patches", main + "..",
    ])
    #expect(patches == "")
    try repository.git(["switch", "--quiet", "--create", "picked", main])
    try repository.git(["cherry-pick", main + "..feature"])
    #expect(try logs() == ["T-1": ["queued"]])
    try repository.git(["switch", "--quiet", "--create", "applied", main])
    try repository.git(["update-ref", "-d", "refs/paircoder/tasks/T-1"])
    let names = try FileManager.default.contentsOfDirectory(atPath: repository.scratch.path + "/patches")
      .sorted()
    // Else, within one second, they are the very commits that were picked.
    try repository.git(
      ["am", "--quiet"] + names.map { "../patches/" + $0 },
      environment: ["GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"])
    #expect(try logs() == ["T-1": ["queued"]])
    #expect(
      try repository.logged("Text", of: "T-1") == [
        repository.git(["rev-parse", "feature:" + task("T-1").path])
      ])
  }

  @Test func `what others push is told and not queued`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["clone", "--quiet", "--bare", ".", "../server"])
    try repository.git(["remote", "add", "origin", "../server"])
    try repository.git(["fetch", "--quiet", "origin"])
    try repository.git(["clone", "--quiet", "../server", "../other"])
    let other = repository.scratch.path + "/other"
    try repository.scratch.write("other/" + task("T-1").path, task("T-1").text)
    for arguments in [["add", "--all"], ["commit", "--quiet", "-m", "Theirs"], ["push", "--quiet"]] {
      try repository.git(["-C", other] + arguments)
    }
    let run = try repository.runGit(["pull", "--quiet", "origin", main])
    #expect(run.errors.contains("from others, not for this repository to start: T-1 → codex-cli"), "\(run)")
    #expect(try logs() == ["T-1": ["routed"]])
    try commit(task("T-2"))
    #expect(try queue() == ["T-2"])
  }

  @Test func `what a run brings starts nothing`() throws {
    try commit(task("T-1"), environment: ["PAIRCODER_RUN": "x"])
    #expect(try logs() == [:])
    try repository.git(["commit", "--quiet", "--amend", "-m", "By an agent\n\nPairCoder-Run: x"])
    #expect(try logs() == [:])
    try repository.git(["switch", "--quiet", "--create", "paircoder/T-9"])
    try commit(task("T-2"))
    #expect(try logs() == [:])
  }

  @Test func `branches and types that the rules do not name are left alone`() throws {
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  hooks: {mode: queue, branches: [release], types: [fix]}\n")
    try commitAll()
    try commit(task("T-1"))
    try repository.git(["switch", "--quiet", "--create", "release"])
    try commit(task("T-2"))
    let fix = TaskText("T-3", title: "Fix the greeting", fields: ["type: bugfix"], body: "It is wrong.")
    try commit(fix)
    #expect(try logs() == ["T-3": ["queued"]])
  }

  @Test func `a queued task runs from the branch that it was queued on, and leaves the queue with it`() throws
  {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["switch", "--quiet", "--create", "feature"])
    try commit(TaskText("T-1", recipe: "cat feature.txt > seen.txt", body: "# Files\n- `seen.txt`\n"))
    try repository.write("feature.txt", "here\n")
    try commit(task("T-2"))
    try repository.pair("trust", "T-1")
    try repository.git(["switch", "--quiet", main])
    try repository.pair("orchestrate", "--queued")
    #expect(try repository.text(of: "seen.txt", at: "paircoder/T-1") == "here")
    try repository.git(["switch", "--quiet", "--create", "gone"])
    try commit(task("T-3"))
    try repository.git(["switch", "--quiet", main])
    try repository.git(["branch", "--quiet", "-D", "gone"])
    let run = try repository.pair("orchestrate", "--queued", ends: 0)
    #expect(run.errors.contains("T-3: taken out of the queue: its branch gone is gone"), "\(run)")
  }

  @Test func `a push to a bare repository queues what its branches bring`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["clone", "--quiet", "--bare", ".", "../server"])
    let server = repository.scratch.path + "/server"
    func pair(_ arguments: String...) throws -> Invocation {
      try Invocation.run(Pair.program, arguments, in: server, environment: repository.scratch.environment)
    }
    #expect(try pair("hooks", "install").status == 0)
    try repository.git(["remote", "add", "server", "../server"])
    try commit(task("T-1"), environment: ["BPSAI_PAIR_SKIP": "1"])
    var push = try repository.runGit(["push", "--quiet", "server", main])
    #expect(push.errors.contains("remote: bpsai-pair: queued: T-1 → codex-cli"), "\(push)")
    try repository.git(["switch", "--quiet", "--create", "feature"])
    try commit(task("T-2"), environment: ["BPSAI_PAIR_SKIP": "1"])
    push = try repository.runGit(["push", "--quiet", "server", "feature"])
    #expect(push.errors.contains("remote: bpsai-pair: queued: T-2 → codex-cli"), "\(push)")
    #expect(try pair("queue").output.split(separator: "\n").count == 2)
    push = try repository.runGit(["push", "--quiet", "server", "--delete", "feature"])
    #expect(push.errors.contains("T-2 left the queue: the branch feature was deleted"), "\(push)")
    #expect(try pair("hooks", "test").output == "post-receive  push  fires\n")
    #expect(try pair("hooks", "uninstall").output.hasPrefix("Took out post-receive"))
  }

  @Test func `hooks are proved in a scratch clone, and what is out of force is told`() throws {
    let proof = try repository.pair("hooks", "test")
    #expect(proof.output.split(separator: "\n").count == 8)
    #expect(proof.output.split(separator: "\n").allSatisfy { $0.hasSuffix("  fires") })
    try FileManager.default.moveItem(
      atPath: repository.path + "/.git/hooks/post-merge",
      toPath: repository.path + "/.git/hooks/post-merge.old")
    let status = try repository.pair("hooks", "status", ends: 1, touching: .nothing)
    #expect(status.output.contains("post-merge       NOT IN FORCE: git does not call "))
    #expect(try repository.pair("hooks", "test", ends: 1).output.contains("DOES NOT FIRE"))
    #expect(
      try repository.pair("doctor", ends: 1, touching: .nothing).output.contains("our hook is not in force"))
    try repository.pair("hooks", "uninstall", touching: .theUsersFiles)
    #expect(!repository.scratch.exists("repo/.git/hooks/post-merge.old"))
  }

  /// A bare repository that this one pushes to, and a clone of somebody else's with a commit of `task` in it.
  private func pushFromOthers(_ task: TaskText, to branch: String) throws {
    if !repository.scratch.exists("server") {
      try repository.git(["clone", "--quiet", "--bare", ".", "../server"])
      try repository.git(["remote", "add", "origin", "../server"])
    }
    try repository.git(["push", "--quiet", "origin", "HEAD"])
    try? FileManager.default.removeItem(atPath: repository.scratch.path + "/other")  // Of an earlier call.
    try repository.git(["clone", "--quiet", "../server", "../other"])
    let other = repository.scratch.path + "/other"
    try repository.scratch.write("other/" + task.path, task.text)
    for arguments in [
      ["add", "--all"], ["commit", "--quiet", "-m", "Theirs"],
      ["push", "--quiet", "origin", "HEAD:" + branch],
    ] { try repository.git(["-C", other] + arguments) }
  }

  @Test func `a text that came by pull is not run in the place of the one that was queued`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try commit(task("T-1"))
    try pushFromOthers(task("T-1", "Do something evil."), to: main)
    try repository.git(["pull", "--quiet", "origin", main])
    let run = try repository.pair("orchestrate", "--queued")
    #expect(try !repository.hasBranch(of: "T-1"), "\(run)")
    let queue = try repository.pair("queue", touching: .nothing)
    #expect(queue.errors.contains("its text there came from others; to have it run: bpsai-pair queue T-1"))
    try repository.pair("queue", "T-1")
    #expect(try repository.pair("orchestrate", "--queued").output.contains("T-1: committed"))
  }

  @Test func `a branch that was fetched is others' work, whatever is committed on it`() throws {
    try pushFromOthers(task("T-1"), to: "proposal")
    try repository.git(["fetch", "--quiet", "../server", "proposal:proposal"])
    try repository.git(["fetch", "--quiet", "../server", "HEAD"])
    try repository.git(["switch", "--quiet", "proposal"])
    try commit(task("T-2"))
    #expect(try logs() == ["T-1": ["routed"], "T-2": ["queued"]])
  }

  @Test func `a task outlives its branch where another took its text over`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.git(["switch", "--quiet", "--create", "feature"])
    try commit(task("T-1"))
    try repository.git(["switch", "--quiet", main])
    try repository.git(["merge", "--quiet", "--squash", "feature"])
    try commitAll()
    try repository.git(["branch", "--quiet", "-D", "feature"])
    #expect(try queue() == ["T-1"])
    #expect(try repository.pair("orchestrate", "--queued").output.contains("T-1: committed"))
  }

  @Test func `tasks of before the installation stay what they are when branches meet`() throws {
    let main = try repository.git(["branch", "--show-current"])
    try repository.pair("hooks", "uninstall", touching: .theUsersFiles)
    try repository.git(["switch", "--quiet", "--create", "feature"])
    try repository.write("a.txt", "a\n")
    try commitAll()
    try repository.git(["switch", "--quiet", main])
    try commit(task("OLD-2"))
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    try repository.git(["switch", "--quiet", "feature"])
    try commit(task("T-1"))
    try repository.git(["merge", "--quiet", "--no-edit", main])
    #expect(try logs() == ["T-1": ["queued"]])
  }

  @Test func `task files of an agent start nothing, merged as one commit either`() throws {
    try commit(
      TaskText(
        "T-1",
        recipe:
          "printf -- '---\\nid: T-7\\ntitle: More\\nstatus: pending\\n---\\n' > .paircoder/tasks/T-7.task.md",
        body: "# Files\n- `.paircoder/tasks/T-7.task.md`\n"))
    try repository.pair("trust", "T-1")
    try repository.pair("orchestrate", "--queued")
    try repository.git(["merge", "--quiet", "--squash", "paircoder/T-1"])
    #expect(try commitAll() == "")
    #expect(try logs()["T-7"] == nil)
  }

  @Test func `two worktrees on no branch do not mix their tasks up`() throws {
    for name in ["one", "two"] {
      try repository.git(["worktree", "add", "--quiet", "--detach", "../" + name])
      let id = "T-" + name
      try repository.scratch.write(name + "/" + task(id).path, task(id).text)
      for arguments in [["add", "--all"], ["commit", "--quiet", "-m", "Work"]] {
        try repository.git(["-C", "../" + name] + arguments)
      }
    }
    #expect(try logs() == ["T-one": ["queued"], "T-two": ["queued"]])
  }

  @Test func `a broken configuration empties no queue`() throws {
    try commit(task("T-1"))
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  hooks: nonsense\n")
    try commitAll()
    try repository.pair("orchestrate", "--queued", ends: 0)
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  hooks: queue\n")
    try commitAll()
    #expect(try queue() == ["T-1"])
  }
}
