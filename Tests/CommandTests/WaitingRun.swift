import Foundation
import TestSupport
import Testing

/// A run whose agent has done half of its work, says so, and waits.
struct WaitingRun {
  let run: RunningProgram
  /// The agent's process id.
  let agent: Int32

  /// Writes half a greeting when it is told to wait, and a whole one otherwise.
  static func task(waiting: String = "exec sleep 60") -> TaskText {
    TaskText(
      "TASK-1",
      recipe: """
        if [ -n "${PAIRCODER_TEST_STARTED:-}" ]; then
          echo half > hello.txt
          echo $$ > "$PAIRCODER_TEST_STARTED"
          \(waiting)
        fi
        echo hello > hello.txt
        """)
  }

  /// Starts the task in `repository` and waits until its agent works.
  init(in repository: ScratchRepository) throws {
    let marker = "started-\(UUID().uuidString)"
    run = try repository.startPair(
      "orchestrate", "--task", "TASK-1",
      environment: ["PAIRCODER_TEST_STARTED": repository.scratch.path + "/" + marker])
    try wait { repository.scratch.read(marker)?.hasSuffix("\n") == true }
    let text = try #require(repository.scratch.read(marker))
    agent = try #require(Int32(text.dropLast()))
  }

  var agentLives: Bool { kill(agent, 0) == 0 }
}
