import Host
import TestSupport
import Testing

/// The walls around what a run starts.
@Suite struct RunSandboxTests {
  /// Of a person who opened nothing, with `settings` under `sandbox:`.
  private func repository(_ recipe: String, _ settings: String? = nil) throws -> ScratchRepository {
    let task = TaskText("TASK-1", recipe: recipe)
    let repository = try ScratchRepository.with(task)
    try repository.git(["config", "--global", "--unset-all", "bpsai-pair.sandboxWrite"])
    if let settings {
      try repository.write(".paircoder/config.yaml", "orchestrate:\n  sandbox: \(settings)\n")
      try repository.commit("Settings")
    }
    try repository.pair("trust", "TASK-1")
    return repository
  }

  /// Without a bwrap that works.
  private func withoutBwrap(_ repository: ScratchRepository) throws -> ScratchRepository {
    try repository.scratch.write(
      "bin/bwrap", "#!/bin/sh\necho 'bwrap: not today' >&2\nexit 1\n", executable: true)
    return repository
  }

  private static let deeds = """
    test "$(cat "$HOME/.ssh/id" 2> /dev/null)" = key && echo read >> passed
    echo x 2> /dev/null > "$HOME/x" && echo home >> passed
    echo x 2> /dev/null > "$PAIRCODER_TEST_REPO/README.md" && echo checkout >> passed
    ls "$XDG_STATE_HOME"/bpsai-pair/approvals/*/* > /dev/null 2>&1 && cat "$XDG_STATE_HOME"/bpsai-pair/approvals/*/* \
      > /dev/null 2>&1 && echo approvals >> passed
    echo x > "$TMPDIR/x" || echo tmp >> passed
    git log --oneline > /dev/null || echo git >> passed
    echo hello > hello.txt
    """

  @Test(
    .enabled(if: Landlock.version >= Landlock.firstWhole, "Landlock of Linux 6.2 or later"),
    arguments: [true, false])
  func `what lies outside is neither changed nor are secrets read, and work inside is done`(hasBwrap: Bool)
    throws
  {
    var repository = try repository(Self.deeds)
    if !hasBwrap { repository = try withoutBwrap(repository) }
    try repository.scratch.write("home/.ssh/id", "key")
    try repository.pair(
      "orchestrate", "--task", "TASK-1",
      environment: [
        "PAIRCODER_TEST_REPO": repository.path, "XDG_STATE_HOME": repository.scratch.path + "/state",
      ])
    let changed = try repository.changedFiles(in: "paircoder/TASK-1")
    #expect(changed.contains("hello.txt"))
    #expect(
      !changed.contains("passed"),
      "\((try? repository.text(of: "passed", at: "paircoder/TASK-1")) ?? "")")
    let trailer = try repository.logged("Sandbox", of: "TASK-1")
    #expect(trailer.contains { $0.contains("Landlock") }, "\(trailer)")
    // A recipe has no network where a wall can keep it from one.
    let isWalled = !hasBwrap || trailer.contains { $0 == "bwrap and Landlock, no network" }
    #expect(isWalled || !trailer.contains { $0.contains("bwrap") }, "\(trailer)")
  }

  @Test func `what the project lets be written is`() throws {
    let repository = try repository("echo x > \"$HOME/open/x\"; echo hello > hello.txt", "{write: [~/open]}")
    try repository.scratch.write("home/open/here", "")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(repository.scratch.read("home/open/x") == "x\n")
  }

  @Test func `a required wall that is missing ends the command before anything starts`() throws {
    let repository = try withoutBwrap(repository("echo hello > hello.txt", "{require: [network]}"))
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 78)
    #expect(run.errors.contains("has no wall around the network here"), "\(run)")
    #expect(run.errors.contains("does not work here: not today"), "\(run)")
    #expect(
      try repository.runGit(["rev-parse", "--verify", "--quiet", "refs/paircoder/tasks/TASK-1"]).status != 0)
  }

  @Test func `a person who switches off what the project requires is told`() throws {
    let repository = try repository("echo hello > hello.txt", "require").withoutSandbox()
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 78)
    #expect(run.errors.contains("git config --global --unset bpsai-pair.sandbox"), "\(run)")
  }

  @Test(.enabled(if: Landlock.version > 0, "Landlock"))
  func `what is missing is said once`() throws {
    let repository = try withoutBwrap(repository("date > date.txt"))
    let words = "does not work here: not today"
    #expect(try repository.pair("orchestrate", "--task", "TASK-1").errors.contains(words))
    #expect(try !repository.pair("orchestrate", "--task", "TASK-1", "--again").errors.contains(words))
  }

  @Test(arguments: [
    ("sometimes", "must be auto, require or off"), ("{write: [build]}", "is no absolute path"),
    ("{network: [\"a b\"]}", "is no host"), ("{require: [all]}", "must be of files, network"),
    ("{allow: x}", "sandbox has no key 'allow'"),
  ])
  func `a setting that is none is told with its place`(setting: String, words: String) throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: "true"))
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  sandbox: \(setting)\n")
    try repository.commit("Settings")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 65)
    #expect(run.errors.contains(".paircoder/config.yaml:2:"), "\(run)")
    #expect(run.errors.contains(words), "\(run)")
  }
}
