import Foundation
import TestSupport
import Testing

/// Agents that are rid of their supervisor.
@Suite struct EscapedAgentTests {
  /// No other process on this machine has it among its arguments.
  private let number = "\(Int.random(in: 100_000...999_999)).\(Int.random(in: 100_000...999_999))"

  private func repository(_ deed: String) throws -> ScratchRepository {
    try .trusting(
      TaskText(
        "TASK-1",
        recipe: """
          echo hello > hello.txt
          if mkdir "${PAIRCODER_TEST_FOLDER:-.}/once"; then
            env -i setsid sleep \(number) &
            (cd /; env -i setsid sleep \(number) &)
            sleep 0.1
            \(deed)
            sleep \(number)
          fi
          """)
    ).withoutSandbox()
  }

  private func survivors(_ repository: ScratchRepository) throws -> String {
    try Invocation.run(
      "/bin/sh", ["-c", "ps -eo args | grep -F 'sleep \(number)' | grep -v grep"], in: "/",
      environment: repository.scratch.environment
    ).output
  }

  @Test(arguments: ["kill -9 $PPID", "kill -STOP $PPID"])
  func `the run ends at once, says why, and nothing of it lives on`(_ deed: String) throws {
    let repository = try repository(deed)
    let ended = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 1,
      environment: ["PAIRCODER_TEST_FOLDER": repository.scratch.path])
    #expect(
      (ended.output + ended.errors).contains(
        "its supervisor was stopped or killed, so all that it had started was ended"))
    #expect(try survivors(repository) == "")
  }

  @Test func `where this program is killed, too, the next run ends what lives on`() throws {
    let repository = try repository("kill -9 $PPID $(ps -o ppid= -p $PPID)")
    try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 137,
      environment: ["PAIRCODER_TEST_FOLDER": repository.scratch.path])
    // They were just being started.
    var count = 0
    for _ in 0..<50 where count < 3 {
      count = try survivors(repository).split(separator: "\n").count
      if count < 3 { Thread.sleep(forTimeInterval: 0.1) }
    }
    #expect(count == 3)
    let next = try repository.pair(
      "orchestrate", "--task", "TASK-1", environment: ["PAIRCODER_TEST_FOLDER": repository.scratch.path])
    #expect(next.errors.contains("note: ended "))
    #expect(try survivors(repository) == "")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
  }
}
