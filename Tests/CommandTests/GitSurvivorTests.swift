import Foundation
import TestSupport
import Testing

/// Git commands of ours, and the filters that they run, when this program is stopped while they work.
@Suite struct GitSurvivorTests {
  private let repository: ScratchRepository
  /// No other process on this machine has it among its arguments.
  private let number = "\(Int.random(in: 100_000...999_999)).\(Int.random(in: 100_000...999_999))"

  /// A project whose clean filter waits for ever, the first time, deaf to a polite word.
  init() throws {
    repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo hello > hello.slow"))
    try repository.scratch.write(
      "slow",
      """
      #!/bin/sh
      if mkdir '\(repository.scratch.path)/once' 2>/dev/null; then
        trap '' TERM INT
        (trap '' TERM INT; exec sleep \(number)) &
        : > '\(repository.scratch.path)/begun'
        sleep \(number)
      fi
      exec cat
      """, executable: true)
    try repository.git(["config", "filter.slow.clean", repository.scratch.path + "/slow"])
    try repository.git(["config", "filter.slow.required", "true"])
    try repository.write(".git/info/attributes", "*.slow filter=slow\n")
  }

  private var survivors: String {
    (try? Invocation.run(  // Where there is no ps(1), the tests fail at once.
      "/bin/sh", ["-c", "ps -eo args | grep -F 'sleep \(number)' | grep -v grep"], in: "/",
      environment: repository.scratch.environment
    ).output) ?? "no ps"
  }

  private func start() throws -> RunningProgram {
    let run = try repository.startPair("orchestrate", "--task", "TASK-1")
    try wait { repository.scratch.exists("begun") }
    #expect(survivors != "")
    return run
  }

  @Test func `git and its filter die with us`() throws {
    let run = try start()
    run.send(signal: SIGKILL)
    #expect(try run.wait().status == 137)
    try wait { survivors == "" }
    // What was left is kept, and the task can be run again.
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "hello.slow", at: "paircoder/TASK-1") == "hello")
  }

  @Test func `an interrupt ends git and its filter`() throws {
    let run = try start()
    run.send(signal: SIGINT)
    let ended = try run.wait()
    #expect(ended.status == 130, "\(ended)")
    #expect(survivors == "")
  }
}
