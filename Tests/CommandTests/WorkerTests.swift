import Foundation
import TestSupport
import Testing

/// Hooks in the mode `run`.
@Suite struct WorkerTests {
  let repository: ScratchRepository

  init() throws {
    repository = try ScratchRepository.with()
    try repository.install(standIn: "codex")
  }

  func configure(_ budget: String = "  budget: {daily: 5}\n", delay: Int = 1) throws {
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  hooks: {mode: run, delay: \(delay)s}\n\(budget)")
    try repository.commit()
  }

  func commit(_ tasks: TaskText..., environment: [String: String] = [:]) throws -> String {
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.git(["add", "--all"])
    return try repository.runGit(["commit", "--quiet", "-m", "Work"], environment: environment).errors
  }

  func events(of task: String) throws -> [String] {
    try repository.hasRef("refs/paircoder/tasks/\(task)") ? repository.logged("Event", of: task) : []
  }

  func isWorking() throws -> Bool {
    // It writes meanwhile.
    try repository.pair("hooks", "status", touching: .theUsersFiles).output.contains("A worker is at it")
  }

  @Test func `a commit starts a worker that runs the latest text once`() throws {
    try configure(delay: 5)  // Longer than two commits take on a machine at work.
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(try commit(TaskText("T-1", body: "One.")).hasSuffix("; starts in 5 s\n"))
    _ = try commit(TaskText("T-1", body: "Two."))
    let before = try repository.userState()
    try wait { try events(of: "T-1").last == "committed" }
    try wait { try !isWorking() }
    #expect(try events(of: "T-1") == ["queued", "queued", "claimed", "started", "committed"])
    let text = try repository.git(["rev-parse", "HEAD:.paircoder/tasks/T-1.task.md"])
    #expect(try repository.logged("Text", of: "T-1").last == text)
    #expect(
      try repository.pair("log", "--worker", touching: .nothing).output.contains(
        "T-1: committed on paircoder/T-1"))
    try repository.expectUserState(before)
  }

  @Test func `without a daily limit, without a person's yes, and in CI a task only waits`() throws {
    try configure("")
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(try commit(TaskText("T-1", body: "One.")).contains("no worker without a daily limit: "))
    try configure()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(
      try commit(TaskText("T-2", body: "One."), environment: ["CI": "true"]).contains("no worker in CI"))
    #expect(try !isWorking())
    #expect(try events(of: "T-1") == ["queued"])
    #expect(try repository.pair("log", "--worker").errors == "No worker has run yet.\n")
  }

  @Test func `a mode that comes with a commit starts nothing before a person agrees`() throws {
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    try configure()
    #expect(try commit(TaskText("T-1", body: "One.")).contains("before you agree that commits start agents"))
    #expect(try events(of: "T-1") == ["queued"])
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    #expect(try commit(TaskText("T-2", body: "One.")).contains("starts in 1 s"))
    try wait { try events(of: "T-2").last == "committed" && events(of: "T-1").last == "committed" }
  }

  @Test func `a task that changes during its run runs once more where that matters`() throws {
    try configure()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    let gate = repository.scratch.path + "/gate"
    func task(_ words: String) -> TaskText {
      TaskText(
        "T-1", recipe: "while [ ! -e '\(gate)' ]; do sleep 0.05; done; date +%N > made.txt",
        body: words + "\n# Files\n- `made.txt`\n- [ ] done\n")
    }
    try repository.write(task("One.").path, task("One.").text)
    try repository.pair("trust", "T-1")
    _ = try commit()
    try wait { try events(of: "T-1").last == "started" }
    let ticked = TaskText(id: "T-1", text: task("One.").text.replacingOccurrences(of: "[ ]", with: "[x]"))
    #expect(try commit(ticked) == "")
    #expect(try commit(task("Two.")).contains("queued: T-1"))
    try Data().write(to: URL(fileURLWithPath: gate))
    try wait { try events(of: "T-1").filter { $0 == "committed" }.count == 2 }
    #expect(
      try events(of: "T-1") == [
        "queued", "claimed", "started", "queued", "committed", "claimed", "started", "committed",
      ])
    try wait { try !isWorking() }
  }

  @Test func `a worker that is stopped leaves its task in the queue, and the next takes it`() throws {
    try configure()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    let task = TaskText("T-1", recipe: "[ -e go ] || sleep 60", body: "# Files\n- `made.txt`\n")
    try repository.write(task.path, task.text)
    try repository.pair("trust", "T-1")
    _ = try commit()
    try wait { try events(of: "T-1").last == "started" }
    let status = try repository.pair("hooks", "status", "--json", touching: .theUsersFiles).output
    let words = try #require(status.split(separator: "\n").first { $0.contains("\"worker\"") })
    let digits = try #require(words.split(separator: " ").compactMap { pid_t($0) }.first)
    kill(digits, SIGTERM)
    try wait { try !isWorking() }
    #expect(try events(of: "T-1").suffix(2) == ["interrupted", "queued"])
    #expect(try repository.pair("queue", touching: .nothing).output.hasPrefix("T-1 "))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `a person's yes ends with the hooks, and is for one limit`() throws {
    try configure()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    try configure("  budget: {daily: 50}\n")
    #expect(try commit(TaskText("T-1", body: "One.")).contains("before you agree that commits start agents"))
    try repository.pair("hooks", "uninstall", touching: .theUsersFiles)
    try repository.write(".paircoder/config.yaml", "orchestrate: {hooks: route}\n")
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    try configure()
    #expect(try commit(TaskText("T-2", body: "One.")).contains("before you agree that commits start agents"))
    let run = try repository.pair(
      "hooks", "install", ends: 78, touching: .nothing, environment: ["PAIRCODER_RUN": "x"])
    #expect(run.errors.hasPrefix("error: an agent does not install hooks"))
  }

  @Test func `a task that changes while it waits behind another runs with its last text`() throws {
    try configure()
    try repository.pair("hooks", "install", touching: .theUsersFiles)
    let gate = repository.scratch.path + "/gate"
    let first = TaskText(
      "T-1", recipe: "while [ ! -e '\(gate)' ]; do sleep 0.05; done; echo 1 > made.txt",
      body: "# Files\n- `made.txt`\n")
    try repository.write(first.path, first.text)
    try repository.pair("trust", "T-1")
    _ = try commit(TaskText("T-2", body: "One."))
    try wait { try events(of: "T-1").last == "started" }
    _ = try commit(TaskText("T-2", body: "Two."))
    try Data().write(to: URL(fileURLWithPath: gate))
    try wait { try events(of: "T-2").last == "committed" }
    let text = try repository.git(["rev-parse", "HEAD:.paircoder/tasks/T-2.task.md"])
    #expect(try repository.logged("Text", of: "T-2").last == text)
    try wait { try !isWorking() }
  }
}
