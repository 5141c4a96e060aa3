import Foundation
import TestSupport
import Testing

/// A person goes on with a result that an integration had made again, when that was cut off.
@Suite struct IntegrateResumeTests {
  private static let branch = "paircoder/_plan/sprint-6"

  /// TASK-1, and TASK-2 of an agent: their results conflict. The agent waits before it writes a word where it finds
  /// what TASK-1 made and is told where to say so.
  private func conflicting() throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    try repository.install(standIn: "claude")
    let claude = try #require(repository.scratch.read("bin/claude"))
    let waits =
      claude
      .replacingOccurrences(
        of: "if asks 'STANDIN: wait'; then",
        with: #"if [ -e one.txt ] && [ -n "${PAIRCODER_TEST_STARTED:-}" ]; then"#
      )
      .replacingOccurrences(of: "echo 'half a greeting' > hello.txt", with: ":")
    try #require(waits != claude)
    try repository.scratch.write("bin/claude", waits, executable: true)
    for task in [
      TaskText(
        "TASK-1", recipe: "echo one > hello.txt; echo one > one.txt", fields: ["sprint: sprint-6"]),
      TaskText(
        "TASK-2", fields: ["type: feature", "complexity: 75", "sprint: sprint-6"],
        body: "Greet.\nSTANDIN: go on"),
    ] {
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    try repository.pair("orchestrate", "--plan", "sprint-6")
    return repository
  }

  @Test(arguments: [[SIGKILL], [SIGINT, SIGINT]])
  func `cut off before its agent wrote anything, it goes on from the plan's branch`(signals: [Int32]) throws {
    let repository = try conflicting()
    let run = try repository.startPair(
      "integrate", "--plan", "6",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/started"])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    for signal in signals {
      run.send(signal: signal)
      usleep(500_000)
    }
    _ = try run.wait()
    let old = try repository.git(["rev-parse", "paircoder/TASK-2"])

    let resumed = try repository.pair(
      "resume", "TASK-2", environment: ["PAIRCODER_TEST_PROMPT": repository.scratch.path + "/prompt"])
    #expect(
      try repository.git(["rev-parse", "paircoder/TASK-2^"]) == repository.git(["rev-parse", Self.branch]))
    let prompt = try #require(repository.scratch.read("prompt"))
    #expect(prompt.contains("> Its result \(old.prefix(10)) is not on \(Self.branch)"), "\(prompt)")
    #expect(!resumed.errors.contains("is not known"), "\(resumed)")
    // It is not paid for twice.
    let rest = try repository.pair("integrate", "--plan", "6")
    #expect(!rest.output.contains("made anew"), "\(rest)")
    #expect(rest.output.contains("holds 2 results"), "\(rest)")
  }

  @Test func `what a resumed run will conflict with is told, though its base has the task done`() throws {
    let repository = try conflicting()
    try repository.write("hello.txt", "from main\n")
    try repository.commit("On")
    let handed = try repository.pair("handoff", "TASK-2", "--to", "claude")
    #expect(handed.errors.contains("note: main and TASK-2 will conflict in hello.txt\n"), "\(handed)")
  }
}
